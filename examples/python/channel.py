"""
Makes a channel, saves a QR code for one person, waits until they scan it, and sends to them alone:
python3 channel.py APP PERSON, with the number of an app and your own id of the person.
"""

import base64
import sys
import time
from urllib.parse import quote

from slipway import api, request

if len(sys.argv) != 3:
    sys.exit(__doc__)
person = quote(sys.argv[2], safe="")

made = api("POST", "/api/v1/channels", {"name": "Orders", "app_id": int(sys.argv[1])})["data"]
channel = f"/channels/{made['id']}"
print("channel", made["id"])
print("its key, which is shown this once:", made["api_key"])
key = {"X-CHANNEL-API-KEY": made["api_key"]}

code = api("GET", f"{channel}/subscriptions/{person}/code", headers=key)
with open("qr.gif", "wb") as file:
    file.write(base64.b64decode(code["qrcode"].split(",")[1]))
print("show qr.gif to the person, or send them", code["deepLink"], flush=True)

# A code works for 24 hours; this waits for ten minutes. 404 says that the person has not subscribed yet.
for _ in range(300):
    status, answer = request("GET", f"{channel}/subscriptions/{person}", headers=key)
    if status != 404:
        break
    time.sleep(2)
if status != 200:
    sys.exit(f"not subscribed: {status} {answer.decode()}")

message = {"title": "Order 1234", "text": "Your order is ready to be collected."}
print("sent", api("POST", f"{channel}/notifications/{person}", message, key)["id"])
