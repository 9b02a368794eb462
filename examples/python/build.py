"""Makes an app of a website, builds it, waits for it and saves the APK: python3 build.py NAME ADDRESS"""

import sys

from slipway import api, download, ended

if len(sys.argv) != 3:
    sys.exit(__doc__)

app = api("POST", "/api/v1/apps", {"name": sys.argv[1], "url": sys.argv[2]})["data"]["id"]
print("app", app)

build = api("POST", f"/api/v1/apps/{app}/builds")["data"]["id"]
print("build", build)

state = ended(f"/api/v1/builds/{build}")
if state["status"] != "completed":
    sys.exit(f"The build ended as {state['status']}: {state['error_message']}")

download(state, f"app-{build}.apk")
print(f"saved app-{build}.apk")
print("on a phone, open", api("GET", f"/api/v1/builds/{build}/install")["data"]["url"])
