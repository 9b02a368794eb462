#!/bin/sh
# Makes a bundle for Google Play, signed with a key of your own: sh release.sh APP [KEYSTORE]
# Without a keystore it makes one and saves a copy, under the password in SLIPWAY_KEYSTORE_PASSWORD.
set -eu
: "${1:?needs the id of the app}"
. "$(dirname "$0")/slipway.sh"
app=$1 keystore=${2:-}

if [ -z "$keystore" ]; then
  : "${SLIPWAY_KEYSTORE_PASSWORD:?is the password for the copy of the keystore}"
  answer=$(api POST /api/v1/keystores "{\"name\": \"Upload key of app $app\", \"algorithm\": \"rsa\", \"app_ids\": [$app]}")
  keystore=$(pick id "$answer")
  copy=keystore-$keystore.p12
  # Another deployment may have had the same number: a key that is lost is lost for good.
  [ ! -e "$copy" ] || copy=keystore-$keystore-$(date +%s).p12
  (umask 077 && api POST "/api/v1/keystores/$keystore/export" "{\"password\": $(text "$SLIPWAY_KEYSTORE_PASSWORD")}" >"$work/copy" && cp "$work/copy" "$copy.part")
  mv "$copy.part" "$copy"
  echo "keystore $keystore, saved as $copy: keep this file and its password"
fi

# auto_increment takes the version code after the highest that was released, so that the program can be run again.
answer=$(api POST "/api/v1/apps/$app/builds" \
  "{\"build_type\": \"release\", \"build_format\": \"aab\", \"keystore_id\": $keystore, \"auto_increment\": true}")
build=$(pick id "$answer")
echo "build $build, version code $(pick version_code "$answer")"

state=$(ended "/api/v1/builds/$build")
[ "$state" = completed ] || fail "The build ended as $state: $(api GET "/api/v1/builds/$build/logs")"

download "$build" "app-$build.aab"
echo "saved app-$build.aab: upload it in the Play Console"

answer=$(api GET "/api/v1/apps/$app/assetlinks")
printf '%s\n' "$answer" >assetlinks.json
echo "saved assetlinks.json: serve it as /.well-known/assetlinks.json"
