"""
Makes a bundle for Google Play, signed with a key of your own: python3 release.py APP [KEYSTORE]
Without a keystore it makes one and saves a copy, under the password in SLIPWAY_KEYSTORE_PASSWORD.
"""

import json
import os
import sys
import time

from slipway import api, download, ended, request, save, setting

if len(sys.argv) not in (2, 3):
    sys.exit(__doc__)
app = int(sys.argv[1])

if len(sys.argv) == 3:
    keystore = int(sys.argv[2])
else:
    password = setting("SLIPWAY_KEYSTORE_PASSWORD", "the password for the copy of the keystore")
    wanted = {"name": f"Upload key of app {app}", "algorithm": "rsa", "app_ids": [app]}
    keystore = api("POST", "/api/v1/keystores", wanted)["data"]["id"]
    status, copy = request("POST", f"/api/v1/keystores/{keystore}/export", {"password": password})
    if status != 200:
        sys.exit(f"no copy of keystore {keystore}: {copy.decode()}")
    name = f"keystore-{keystore}.p12"
    # Another deployment may have had the same number: a key that is lost is lost for good.
    if os.path.exists(name):
        name = f"keystore-{keystore}-{int(time.time())}.p12"
    save(name, copy, 0o600)
    print(f"keystore {keystore}, saved as {name}: keep this file and its password")

# auto_increment takes the version code after the highest that was released, so that the program can be run again.
wanted = {"build_type": "release", "build_format": "aab", "keystore_id": keystore, "auto_increment": True}
build = api("POST", f"/api/v1/apps/{app}/builds", wanted)["data"]
print(f"build {build['id']}, version code {build['version_code']}")

state = ended(f"/api/v1/builds/{build['id']}")
if state["status"] != "completed":
    sys.exit(f"The build ended as {state['status']}: {state['error_message']}")
download(state, f"app-{build['id']}.aab")
print(f"saved app-{build['id']}.aab: upload it in the Play Console")

save("assetlinks.json", json.dumps(api("GET", f"/api/v1/apps/{app}/assetlinks")).encode())
print("saved assetlinks.json: serve it as /.well-known/assetlinks.json")
