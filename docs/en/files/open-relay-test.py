"""Ask your own mail server to pass mail on for a stranger, in 16 ways, over IPv4 and IPv6.

python3 open-relay-test.py mx.thuis.test thuis.test you@example.org

That is: the server, a domain it receives mail for, and an address of yours elsewhere.
Run it from outside, not from an address in mynetworks. Nothing is sent: it hangs up before
DATA. Only try servers that are yours.
"""

import smtplib
import socket
import sys

if len(sys.argv) != 4 or "@" not in sys.argv[3]:
    sys.exit(__doc__)
server, domain, target = sys.argv[1:]
user, elsewhere = target.split("@")
stranger = "relaytest@example.com"


def forms(literal: str) -> list[tuple[str, str, str]]:
    """Name, sender and recipient of every way to ask."""
    return [
        ("plain", stranger, target),
        ("sender of your domain", f"postmaster@{domain}", target),
        ("null sender", "", target),
        ("sender at localhost", "root@localhost", target),
        ("sender without a domain", "root", target),
        ("sender at an address", f"root@{literal}", target),
        ("percent hack", stranger, f"{user}%{elsewhere}@{domain}"),
        ("percent hack, address", stranger, f"{user}%{elsewhere}@{literal}"),
        ("percent hack, alone", stranger, f"{user}%{elsewhere}"),
        ("bang path", stranger, f"{elsewhere}!{user}"),
        ("bang path, domain", stranger, f"{elsewhere}!{user}@{domain}"),
        ("quoted", stranger, f'"{target}"'),
        ("quoted, domain", stranger, f'"{target}"@{domain}'),
        ("source route", stranger, f"@{domain}:{target}"),
        ("source route, address", stranger, f"@{literal}:{target}"),
        ("two at signs", stranger, f"{target}@{domain}"),
    ]


accepted = refused = 0
for family, label in ((socket.AF_INET, "IPv4"), (socket.AF_INET6, "IPv6")):
    try:
        address = socket.getaddrinfo(server, 25, family, socket.SOCK_STREAM)[0][4][0]
    except socket.gaierror:
        print(f"{label} has no address: not tried")
        continue
    literal = f"[{address}]" if label == "IPv4" else f"[IPv6:{address}]"
    for name, sender, recipient in forms(literal):
        with smtplib.SMTP(address, 25, timeout=60) as smtp:
            smtp.ehlo()
            code, text = smtp.docmd(f"MAIL FROM:<{sender}>")
            if code == 250:
                code, text = smtp.docmd(f"RCPT TO:<{recipient}>")
        accepted += code < 300
        refused += code >= 300
        print(f"{label} {'ACCEPTED' if code < 300 else 'refused '} {name:24} {code} {text.decode()[:5]}")
print(f"{refused} refused, {accepted} accepted")
sys.exit(accepted > 0)
