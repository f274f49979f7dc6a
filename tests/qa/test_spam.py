from __future__ import annotations

import pytest

from mailwijzer.qa import spam


@pytest.mark.parametrize(
    ("signs", "proved", "filed"),
    [
        ((), False, False),
        ((), True, False),
        (("too-fast",), False, True),
        (("too-fast",), True, False),
        (("honeypot",), True, True),
        (("too-fast", "honeypot"), True, True),
        (("filter 8",), False, True),
    ],
)
def test_work_weighs_against_a_weak_sign_and_not_against_a_strong_one(
    signs: tuple[str, ...], proved: bool, filed: bool
) -> None:
    assert spam.filed(signs, proved=proved) == (signs if filed else ())
