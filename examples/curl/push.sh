#!/bin/sh
# Sends a notification to everybody, waits for it and prints the report: sh push.sh APP TITLE TEXT
# Without arguments it makes an app for Web Push first, and says what the website needs.
set -eu
. "$(dirname "$0")/slipway.sh"

if [ $# -eq 0 ]; then
  answer=$(api POST /api/v1/push/apps '{"name": "My site"}')
  echo "app $(pick id "$answer")"
  echo "key $(pick public_key "$answer")"
  exit
fi
: "${3:?needs the id of the app, a title and a text}"
app=/api/v1/push/apps/$1

answer=$(api POST "$app/notifications" \
  "{\"title\": $(text "$2"), \"body\": $(text "$3"), \"targeting\": {\"type\": \"all\"}, \"send\": true}")
notification=$(pick id "$answer")
echo "notification $notification"

state=$(ended "$app/notifications/$notification")
results=$(api GET "$app/notifications/$notification/results")
echo "$state: $(pick sent_count "$results") of $(pick total_count "$results") reached, $(pick failed_count "$results") not"

# Clicks and receipts come in later, so ask again for these.
answer=$(api GET "$app/notifications/$notification")
echo "shown $(pick delivered_count "$answer"), clicked $(pick clicked_count "$answer")"
[ "$state" = sent ] || fail "$(pick failure_reason "$answer")"
