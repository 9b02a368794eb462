# What the other programs here share: calls of the API with curl, and fields picked from its answers. It is read by
# `. slipway.sh`, and needs curl 7.66 or newer.
: "${SLIPWAY_URL:?is the address of your Slipway, such as https://push.example.com}"
: "${SLIPWAY_KEY:?is an API key of your account (sw_live_...)}"
AUTHORIZATION="Authorization: Bearer $SLIPWAY_KEY"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT # or not every shell would come to the line above
trap 'exit 143' TERM
: >"$work/seen"

# Shows why, and ends the program.
fail() {
  echo "$*" >&2
  exit 1
}

# request METHOD PATH [JSON]: prints the status of the answer, which is then in $work/answer. curl tries again after 429
# and 5xx, and waits as long as Retry-After says, a minute at most. The Idempotency-Key is the same each time, so that
# nothing is made or sent twice. A bookmark of the last write goes along, so that a read far away sees what was written.
# The API key comes from standard input and the JSON from a file, since other users of the machine see curl's arguments.
request() {
  method=$1 path=$2 body=${3:-'{}'}
  key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  if [ "$method" = GET ]; then set -- -H @"$work/seen"; else
    printf '%s' "$body" >"$work/body"
    set -- --data-binary @"$work/body" -H "Idempotency-Key: $key" -H 'Content-Type: application/json' -D "$work/headers"
  fi
  printf '%s\n' "$AUTHORIZATION" | curl -sS -X "$method" -H @- "$@" --retry 3 --retry-max-time 60 --max-time 30 \
    -o "$work/answer" -w '%{http_code}' "$SLIPWAY_URL$path" || return 1
  [ "$method" = GET ] || tr -d '\r' <"$work/headers" | grep -i '^x-slipway-bookmark:' >"$work/seen" || :
}

# api METHOD PATH [JSON]: prints the answer; if it is a refusal, ends the program with what the API says.
api() {
  status=$(request "$@") || fail "$1 $2: no answer"
  case $status in
    2*) cat "$work/answer" ;;
    *) fail "$1 $2: $status $(cat "$work/answer")" ;;
  esac
}

# pick NAME ANSWER: prints the first field of this name, which is a number or a text without quotes and commas.
pick() {
  printf '%s' "$2" | awk -v name="\"$1\":" '{
    at = index($0, name)
    if (at == 0) exit 1
    rest = substr($0, at + length(name))
    match(rest, /^("[^"]*"|[^,}]*)/)
    rest = substr(rest, 1, RLENGTH)
    gsub(/"/, "", rest)
    print rest
  }'
}

# text VALUE: prints it as a text of JSON.
text() {
  printf '"%s"' "$(printf '%s' "$1" | tr '\000-\037' '[ *]' | sed 's/[\\"]/\\&/g')"
}

# ended PATH: waits until what is there has an end, five minutes at most, and prints its status. All of it is then in
# $work/ended.
ended() {
  seconds=0
  while [ $seconds -lt 300 ]; do
    answer=$(api GET "$1") || exit 1
    printf '%s' "$answer" >"$work/ended"
    state=$(pick status "$answer")
    case $state in completed | sent | failed | cancelled) echo "$state" && return ;; esac
    sleep 1
    seconds=$((seconds + 1))
  done
  fail "$1 is still $state after five minutes"
}

# download BUILD NAME: saves the file of the build that `ended` waited for, if it is the one that was built.
download() {
  answer=$(api GET "/api/v1/builds/$1/download") || exit 1
  curl -fsS --retry 3 -o "$work/file" "$(pick download_url "$answer")" || fail "$2 was not saved"
  digest=$(if command -v sha256sum >"$work/which"; then sha256sum "$work/file"; else shasum -a 256 "$work/file"; fi)
  [ "${digest%% *}" = "$(pick artifact_sha256 "$(cat "$work/ended")")" ] || fail "$2 was not saved: it came damaged"
  cp "$work/file" "$2.part" && mv "$2.part" "$2" || fail "$2 was not saved"
}
