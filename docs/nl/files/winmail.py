"""Unpack the winmail.dat of letters, without any program of Microsoft.

python3 winmail.py LETTER...        lists what is in it
python3 winmail.py -x LETTER...     and writes the files to the folder where you are
"""

import email
import pathlib
import re
import struct
import sys

SIGNATURE = 0x223E9F78
RENDDATA, TITLE, DATA = 0x00069002, 0x00018010, 0x0006800F


def attributes(data):
    if struct.unpack_from("<I", data.ljust(4))[0] != SIGNATURE:
        raise SystemExit("this is no TNEF: the signature is missing")
    at = 6
    while at + 11 <= len(data):
        _, number, length = struct.unpack_from("<BII", data, at)
        value = data[at + 9 : at + 9 + length]
        at += 9 + length + 2
        if sum(value) & 0xFFFF != struct.unpack_from("<H", data.ljust(at), at - 2)[0]:
            print(f"the checksum before byte {at} does not fit: damaged?", file=sys.stderr)
        yield number, value


def files(data):
    title, content = "", None
    for number, value in [*attributes(data), (RENDDATA, b"")]:
        if number == RENDDATA:
            if content is not None:
                yield re.sub(r"[^\w .-]", "_", title).lstrip(".") or "nameless", content
            title, content = "", None
        elif number == TITLE:
            title = value.rstrip(b"\0").decode("cp1252", "replace")
        elif number == DATA:
            content = value


def is_tnef(part):
    name = part.get_filename("").lower()
    return part.get_content_type() == "application/ms-tnef" or name == "winmail.dat"


write = sys.argv[1:2] == ["-x"]
for path in sys.argv[2:] if write else sys.argv[1:]:
    for part in filter(is_tnef, email.message_from_bytes(pathlib.Path(path).read_bytes()).walk()):
        for name, content in files(part.get_payload(decode=True)):
            print(f"{len(content):7} {name}")
            if write:
                with pathlib.Path(name).open("xb") as file:
                    file.write(content)
