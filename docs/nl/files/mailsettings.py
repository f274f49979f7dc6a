"""Tell mail programs the settings of this server: Autoconfig, and Autodiscover for Outlook.

python3 mailsettings.py CERTIFICATE KEY

It answers on port 443, and sends who comes on port 80 there.
"""

import re
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

DOMAIN, SERVER = "thuis.test", "mx.thuis.test"

AUTOCONFIG = f"""<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="{DOMAIN}">
    <domain>{DOMAIN}</domain>
    <displayName>{DOMAIN}</displayName>
    <displayShortName>{DOMAIN}</displayShortName>
    <incomingServer type="imap">
      <hostname>{SERVER}</hostname>
      <port>993</port>
      <socketType>SSL</socketType>
      <authentication>password-cleartext</authentication>
      <username>%EMAILADDRESS%</username>
    </incomingServer>
    <outgoingServer type="smtp">
      <hostname>{SERVER}</hostname>
      <port>465</port>
      <socketType>SSL</socketType>
      <authentication>password-cleartext</authentication>
      <username>%EMAILADDRESS%</username>
    </outgoingServer>
  </emailProvider>
</clientConfig>
"""

PROTOCOL = f"""      <Protocol>
        <Type>%s</Type>
        <Server>{SERVER}</Server>
        <Port>%s</Port>
        <DomainRequired>off</DomainRequired>
        <LoginName>%s</LoginName>
        <SPA>off</SPA>
        <SSL>on</SSL>
        <AuthRequired>on</AuthRequired>
      </Protocol>
"""

OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"

AUTODISCOVER = f"""<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
  <Response xmlns="{OUTLOOK}">
    <Account>
      <AccountType>email</AccountType>
      <Action>settings</Action>
%s    </Account>
  </Response>
</Autodiscover>
"""

ADDRESS = rf"[^\s<>@]{{1,64}}@{re.escape(DOMAIN)}"
ASKED = re.compile(rf"<EMailAddress>\s*({ADDRESS})\s*</EMailAddress>", re.IGNORECASE)


class Answer(BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self):
        where = self.path.partition("?")[0].lower()
        if not isinstance(self.connection, ssl.SSLSocket):
            self.redirect("autodiscover" if "autodiscover" in where else "autoconfig", where)
        elif where.removeprefix("/.well-known/autoconfig") == "/mail/config-v1.1.xml":
            self.say(AUTOCONFIG)
        else:
            self.send_error(404)

    def do_POST(self):
        size = self.headers.get("Content-Length", "")
        asked = self.rfile.read(int(size)) if re.fullmatch("[0-9]{1,4}", size) else b""
        asked = asked.decode("utf-8", "replace")
        address = ASKED.search(asked)
        if self.path.lower() != "/autodiscover/autodiscover.xml" or not address:
            self.send_error(404)
        elif OUTLOOK not in asked:  # a phone that wants ActiveSync, for instance
            self.send_error(400)
        else:
            imap = PROTOCOL % ("IMAP", 993, escape(address[1]))
            self.say(AUTODISCOVER % (imap + PROTOCOL % ("SMTP", 465, escape(address[1]))))

    def redirect(self, host, where):
        self.send_response(302)
        self.send_header("Location", f"https://{host}.{DOMAIN}{where}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def say(self, text):
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


class Web(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        print(client_address[0], sys.exc_info()[1], file=sys.stderr)


tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(sys.argv[1], sys.argv[2])
web = Web(("", 443), Answer)
web.socket = tls.wrap_socket(web.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=Web(("", 80), Answer).serve_forever, daemon=True).start()
web.serve_forever()
