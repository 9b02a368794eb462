#!/bin/sh
# Counts who has a tag, saves them as a segment, and sends to the segment: sh targeting.sh APP TAG [SEGMENT]
# With the id of a segment it takes that one, and makes none.
set -eu
: "${2:?needs the id of the app and a tag}"
. "$(dirname "$0")/slipway.sh"
app=/api/v1/push/apps/$1 tag=$2 segment=${3:-}

if [ -z "$segment" ]; then
  targeting="{\"type\": \"tags\", \"tags\": [$(text "$tag")]}"
  answer=$(api POST "$app/segments" "{\"name\": $(text "With $tag"), \"targeting\": $targeting}")
  segment=$(pick id "$answer")
  echo "segment $segment"
fi

# All of the segment but those in Germany: conditions can be combined.
targeting="{\"type\": \"segment\", \"id\": \"$segment\"}"
targeting="{\"type\": \"all_of\", \"of\": [$targeting, {\"type\": \"not\", \"of\": [{\"type\": \"countries\", \"countries\": [\"DE\"]}]}]}"
message="\"title\": \"Just for you\", \"body\": \"Because you follow this.\", \"targeting\": $targeting"

answer=$(api POST "$app/notifications" "{$message, \"dry_run\": true}")
count=$(pick total_count "$answer")
echo "would reach $count"
[ "$count" -gt 0 ] || fail "nobody has this tag: nothing was sent"

answer=$(api POST "$app/notifications" "{$message, \"send\": true}")
notification=$(pick id "$answer")
state=$(ended "$app/notifications/$notification")
answer=$(api GET "$app/notifications/$notification/results")
echo "notification $notification $state: $(pick sent_count "$answer") reached"
[ "$state" = sent ]
