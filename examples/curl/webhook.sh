#!/bin/sh
# Makes a webhook for the builds of all apps, and sends it a test: sh webhook.sh ADDRESS
# Sends again what a webhook missed since a time: sh webhook.sh replay WEBHOOK 2026-12-24T18:00:00Z
# The receiver is ../python/webhook.py or ../php/webhook.php; it has the same SLIPWAY_WEBHOOK_SECRET.
set -eu
. "$(dirname "$0")/slipway.sh"

if [ "${1:-}" = replay ]; then
  : "${3:?needs the id of the webhook and a time}"
  answer=$(api POST "/api/v1/webhooks/$2/replay" "{\"since\": $(text "$3")}")
  echo "$answer"
  exit
fi
: "${1:?needs the address that is to receive the events}"
: "${SLIPWAY_WEBHOOK_SECRET:?is the secret that signs the deliveries}"

answer=$(api POST /api/v1/webhooks \
  "{\"url\": $(text "$1"), \"events\": [\"build.completed\", \"build.failed\"], \"secret\": $(text "$SLIPWAY_WEBHOOK_SECRET")}")
webhook=$(pick id "$answer")
echo "webhook $webhook"

answer=$(api POST "/api/v1/webhooks/$webhook/test")
delivery=$(pick id "$answer")
seconds=0
while [ "$(pick status "$answer")" = pending ] && [ $seconds -lt 15 ]; do
  sleep 1
  seconds=$((seconds + 1))
  answer=$(api GET "/api/v1/webhooks/$webhook/deliveries/$delivery")
done
state=$(pick status "$answer")
echo "delivery $delivery is $state"
[ "$state" = delivered ] || fail "The receiver did not take it: $answer"
