"""
Receives the deliveries of a webhook, and takes none that Slipway did not sign: python3 webhook.py [PORT]
SLIPWAY_WEBHOOK_SECRET is the secret of the webhook (whsec_...).
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

LONGEST_BODY = 1_000_000
TOLERANCE_S = 300

secret = os.environ.get("SLIPWAY_WEBHOOK_SECRET") or sys.exit(__doc__)
# What is behind the prefix is the key in base64; a secret of another form is the key itself.
key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
if not key:
    sys.exit("SLIPWAY_WEBHOOK_SECRET holds no key: anybody could sign with it")
seen = set()  # In a service of yours this is a table, whose rows go after a month.


def is_signed(headers, body):
    """Whether one of the signatures is ours, of this id, time and body, and not older than five minutes."""
    delivery, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdecimal() or abs(time.time() - int(at)) > TOLERANCE_S:
        return False
    signed = f"{delivery}.{at}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split(" ")
    # Each in a time that says nothing of how much of it is right. While a secret is rotated there are two.
    return any([hmac.compare_digest(expected.encode(), each.encode()) for each in given])


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(min(length, LONGEST_BODY))
        good = is_signed(self.headers, body)
        self.send_response(204 if good else 401)
        self.end_headers()
        delivery = self.headers.get("webhook-id")
        if not good or delivery in seen:
            return
        seen.add(delivery)
        event = json.loads(body)
        print("received", event["type"], json.dumps(event["data"]), flush=True)


port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
server = HTTPServer(("127.0.0.1", port), Receiver)
print(f"listening at http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
