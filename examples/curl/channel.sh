#!/bin/sh
# Makes a channel, saves a QR code for one person, waits until they scan it, and sends to them alone:
# sh channel.sh APP PERSON, with the number of an app and your own id of the person.
set -eu
: "${2:?needs the number of the app and your id of the person}"
. "$(dirname "$0")/slipway.sh"

answer=$(api POST /api/v1/channels "{\"name\": \"Orders\", \"app_id\": $1}")
channel=$(pick id "$answer")
echo "channel $channel"

key=$(pick api_key "$answer")
echo "its key, which is shown this once: $key"
AUTHORIZATION="X-CHANNEL-API-KEY: $key"
person=$(printf '%s' "$2" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g') # as a part of an address

answer=$(api GET "/channels/$channel/subscriptions/$person/code")
pick qrcode "$answer" | sed 's/^data:image\/gif;base64,//' | base64 -d >qr.gif
echo "show qr.gif to the person, or send them $(pick deepLink "$answer")"

# A code works for 24 hours; this waits for ten minutes. 404 says that the person has not subscribed yet.
seconds=0
while :; do
  status=$(request GET "/channels/$channel/subscriptions/$person") || fail "no answer"
  case $status in 200) break ;; 404) ;; *) fail "not subscribed: $status $(cat "$work/answer")" ;; esac
  [ $seconds -lt 600 ] || fail "nobody scanned the code"
  sleep 2
  seconds=$((seconds + 2))
done

answer=$(api POST "/channels/$channel/notifications/$person" \
  '{"title": "Order 1234", "text": "Your order is ready to be collected."}')
echo "sent $(pick id "$answer")"
