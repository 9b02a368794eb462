"""
Counts who has a tag, saves them as a segment, and sends to the segment: python3 targeting.py APP TAG [SEGMENT]
With the id of a segment it takes that one, and makes none.
"""

import sys

from slipway import api, ended

if len(sys.argv) not in (3, 4):
    sys.exit(__doc__)
app, tag = f"/api/v1/push/apps/{sys.argv[1]}", sys.argv[2]

if len(sys.argv) == 4:
    segment = sys.argv[3]
else:
    wanted = {"name": f"With {tag}", "targeting": {"type": "tags", "tags": [tag]}}
    segment = api("POST", f"{app}/segments", wanted)["data"]["id"]
    print("segment", segment)

# All of the segment but those in Germany: conditions can be combined.
elsewhere = {"type": "not", "of": [{"type": "countries", "countries": ["DE"]}]}
message = {
    "title": "Just for you",
    "body": "Because you follow this.",
    "targeting": {"type": "all_of", "of": [{"type": "segment", "id": segment}, elsewhere]},
}

count = api("POST", f"{app}/notifications", {**message, "dry_run": True})["data"]["total_count"]
print("would reach", count)
if count == 0:
    sys.exit("nobody has this tag: nothing was sent")

notification = api("POST", f"{app}/notifications", {**message, "send": True})["data"]["id"]
state = ended(f"{app}/notifications/{notification}")
results = api("GET", f"{app}/notifications/{notification}/results")["data"]
print(f"notification {notification} {state['status']}: {results['sent_count']} reached")
if state["status"] != "sent":
    sys.exit(state["failure_reason"])
