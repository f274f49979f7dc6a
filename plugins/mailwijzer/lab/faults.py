"""What is wrong in a world's file, told so that its author can mend it. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

if TYPE_CHECKING:
    from mailwijzer.lab.story import Story


def of_yaml(error: yaml.YAMLError) -> str:
    """`:LINE: not YAML: what`."""
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error)
    return f":{mark.line + 1}: not YAML: {what}" if mark else f": not YAML: {what}"


def of_keys(error: ValidationError, known: Iterable[str]) -> Iterator[str]:
    """One line for each key that the model refuses; `known` are the keys there are."""
    names = sorted(known)
    for fault in error.errors():
        key = ".".join(map(str, fault["loc"]))
        if not key:
            yield ": a world is a mapping with `title` and `hosts`"
        elif fault["type"] == "extra_forbidden":
            yield f": {key}: there is no such key; {_near(str(fault['loc'][-1]), names)}"
        elif fault["type"] == "literal_error":
            yield f": {key}: there is no {fault['input']!r} here; {_choice(fault)}"
        else:
            yield f": {key}: {fault['msg'].removeprefix('Value error, ')}"


def _choice(fault: Any) -> str:
    names = fault["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
    return _near(str(fault["input"]), names)


def _near(word: str, names: list[str]) -> str:
    near = difflib.get_close_matches(word, names, 1)
    return f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(name for name in names if name)}"


def of_story(story: Story) -> Iterator[str]:
    """What is wrong although every key by itself is right."""
    if sum("bind" in plan.daemons for plan in story.hosts.values()) != 1:
        yield ": hosts: exactly one host must run bind, for all names of the world"
    seen: dict[str, str] = {}
    for name, plan in story.hosts.items():
        if plan.v4 in seen:
            yield f": hosts.{name}.v4: {plan.v4} is the address of {seen[plan.v4]} already"
        seen[plan.v4] = name
        if plan.dane and not (story.signed and "postfix" in plan.daemons):
            # RFC 7672 section 2.2: what is not signed says nothing about keys.
            yield f": hosts.{name}.dane: needs `signed: true` in the world, and postfix among its daemons"
        if plan.behind:
            router = story.hosts.get(plan.behind)
            if router is None or not router.lan:
                yield f": hosts.{name}.behind: '{plan.behind}' is no host with a `lan`"
            elif IPv4Address(plan.v4) not in router.lan_network:
                yield f": hosts.{name}.v4: {plan.v4} is not in the network of {plan.behind}, {router.lan}"
        if plan.phone and story.password(plan.phone) is None:
            yield f": hosts.{name}.phone: no host with kamailio has {plan.phone} among its users"
