"""
Sends a notification to everybody, waits for it and prints the report: python3 push.py APP TITLE TEXT
Without arguments it makes an app for Web Push first, and says what the website needs.
"""

import sys

from slipway import api, ended

if len(sys.argv) == 1:
    made = api("POST", "/api/v1/push/apps", {"name": "My site"})["data"]
    print("app", made["id"])
    print("key", made["public_key"])
    sys.exit()
if len(sys.argv) != 4:
    sys.exit(__doc__)
app = f"/api/v1/push/apps/{sys.argv[1]}"

message = {"title": sys.argv[2], "body": sys.argv[3], "targeting": {"type": "all"}, "send": True}
notification = api("POST", f"{app}/notifications", message)["data"]["id"]
print("notification", notification)

state = ended(f"{app}/notifications/{notification}")
results = api("GET", f"{app}/notifications/{notification}/results")["data"]
print(f"{state['status']}: {results['sent_count']} of {results['total_count']} reached, {results['failed_count']} not")
for provider in results["providers"]:
    for reason, count in provider["reasons"].items():
        if count:
            print(f"  {provider['provider']}: {reason} {count}")

# Clicks and receipts come in later, so ask again for these.
stats = api("GET", f"{app}/notifications/{notification}")["data"]["stats"]
print(f"shown {stats['delivered_count']}, clicked {stats['clicked_count']}")
if state["status"] != "sent":
    sys.exit(state["failure_reason"])
