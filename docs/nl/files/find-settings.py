"""Look for the settings of a mail address where mail programs look, and say what is there.

python3 find-settings.py bea@thuis.test
"""

import subprocess
import sys
import urllib.error
import urllib.request
from xml.etree import ElementTree

if len(sys.argv) != 2:
    sys.exit(__doc__)
address = sys.argv[1]
domain = address.rpartition("@")[2]
SCHEMA = "http://schemas.microsoft.com/exchange/autodiscover/outlook"
REQUEST = f"""<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="{SCHEMA}/requestschema/2006">
  <Request>
    <EMailAddress>{address}</EMailAddress>
    <AcceptableResponseSchema>{SCHEMA}/responseschema/2006a</AcceptableResponseSchema>
  </Request>
</Autodiscover>"""


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def ask(url, body=None):
    print(f"  {'POST' if body else 'GET'} {url}")
    asked = urllib.request.Request(url, body and body.encode(), {"Content-Type": "text/xml"})
    try:
        with urllib.request.build_opener(Stay).open(asked, timeout=5) as answer:
            for line in settings(ElementTree.fromstring(answer.read(65536))):
                print(f"    {line}")
    except urllib.error.HTTPError as error:
        print(f"    {error.code} {error.headers.get('Location', error.reason)}")
    except (OSError, ElementTree.ParseError) as error:
        print(f"    no: {getattr(error, 'reason', error)}")


def settings(found):
    for part in [*found.iter("incomingServer"), *found.iter("outgoingServer")]:
        tags = ("hostname", "port", "socketType", "username")
        said = " ".join(part.findtext(tag, "?") for tag in tags)
        yield f"{part.get('type')} {said}".replace("%EMAILADDRESS%", address)
    for part in found.findall(".//{*}Protocol"):
        tags = ("Type", "Server", "Port", "LoginName")
        said = " ".join(part.findtext(f"{{*}}{tag}", "?") for tag in tags)
        switches = (f"{tag} {part.findtext(f'{{*}}{tag}', 'left out')}" for tag in ("SSL", "SPA"))
        yield f"{said}, {', '.join(switches)}"


print("Autoconfig: Thunderbird and others")
ask(f"https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={address}")
ask(f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml")
print("Autodiscover: Outlook, on a computer outside a company's network")
ask(f"https://{domain}/autodiscover/autodiscover.xml", REQUEST)
ask(f"https://autodiscover.{domain}/autodiscover/autodiscover.xml", REQUEST)
ask(f"http://autodiscover.{domain}/autodiscover/autodiscover.xml")
print("SRV records: priority, weight, port, host")
for service in ("autodiscover", "imaps", "imap", "submissions", "submission"):
    command = ["dig", "+short", "SRV", f"_{service}._tcp.{domain}"]
    found = subprocess.check_output(command, text=True).split("\n")
    print(f"  _{service}: {'; '.join(filter(None, found)) or 'none'}")
