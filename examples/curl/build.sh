#!/bin/sh
# Makes an app of a website, builds it, waits for it and saves the APK: sh build.sh NAME ADDRESS
set -eu
: "${2:?needs the name of the app and the address of the website}"
. "$(dirname "$0")/slipway.sh"

answer=$(api POST /api/v1/apps "{\"name\": $(text "$1"), \"url\": $(text "$2")}")
app=$(pick id "$answer")
echo "app $app"

answer=$(api POST "/api/v1/apps/$app/builds")
build=$(pick id "$answer")
echo "build $build"

state=$(ended "/api/v1/builds/$build")
if [ "$state" != completed ]; then
  answer=$(api GET "/api/v1/builds/$build/logs")
  fail "The build ended as $state: $answer"
fi

download "$build" "app-$build.apk"
echo "saved app-$build.apk"

answer=$(api GET "/api/v1/builds/$build/install")
echo "on a phone, open $(pick url "$answer")"
