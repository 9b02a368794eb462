// The packager's peer: builds the same app with Android's own tools. Resources are compiled beforehand; aapt2 link,
// zipalign and apksigner are timed. The peer's framework (Android 10) lacks two newer attributes, which are left out,
// and the classes are packaged as an asset, since aapt2 adds no dex.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AppInput } from "../builder/android/app-input.ts";
import type { IconSet } from "../builder/android/icons/icon-set.ts";

const FRAMEWORK_RES = "/usr/share/android-framework-res/framework-res.apk";
const DENSITY_NAMES = { 160: "mdpi", 240: "hdpi", 320: "xhdpi", 480: "xxhdpi", 640: "xxxhdpi" };

/** Writes the app as an Android project into `directory`. Returns a function that builds it and returns its path. */
export function preparePeer(directory: string, input: AppInput, icons: IconSet): () => string {
  const path = (...parts: string[]): string => join(directory, ...parts);
  const write = (name: string, contents: string | Uint8Array): void => {
    mkdirSync(join(path(name), ".."), { recursive: true });
    writeFileSync(path(name), contents);
  };
  write("AndroidManifest.xml", manifest(input));
  write("res/values/values.xml", values(input, icons));
  for (const [name, images] of [
    ["ic_launcher", icons.legacy],
    ["ic_launcher_foreground", icons.foreground],
    ["ic_launcher_monochrome", icons.monochrome],
  ] as const) {
    for (const { density, webp } of images) {
      write(`res/mipmap-${DENSITY_NAMES[density]}/${name}.webp`, webp);
    }
  }
  write("res/mipmap-anydpi-v26/ic_launcher.xml", ADAPTIVE_ICON);
  write("assets/config.json", JSON.stringify(input.app));
  write("assets/classes.dex", input.classesDex);
  write("key.pk8", Buffer.from(input.signing.private_key, "base64"));
  write("certificate.x509", Buffer.from(input.signing.certificates[0] ?? "", "base64"));

  const run = (tool: string, ...args: string[]): void => {
    execFileSync(tool, args, { cwd: directory, stdio: "pipe" });
  };
  run("aapt2", "compile", "--dir", "res", "-o", "compiled.zip");
  return () => {
    const inputs = ["--manifest", "AndroidManifest.xml", "-A", "assets", "-I", FRAMEWORK_RES];
    run("aapt2", "link", "-o", "linked.apk", ...inputs, "compiled.zip");
    run("zipalign", "-f", "-p", "4", "linked.apk", "aligned.apk");
    const key = ["--key", "key.pk8", "--cert", "certificate.x509", "--v1-signing-enabled", "false"];
    run(
      "apksigner",
      "sign",
      ...key,
      "--min-sdk-version",
      "24",
      "--out",
      "signed.apk",
      "aligned.apk",
    );
    return path("signed.apk");
  };
}

const ADAPTIVE_ICON = `<adaptive-icon xmlns:android="http://schemas.android.com/apk/res/android">
  <background android:drawable="@color/ic_launcher_background"/>
  <foreground android:drawable="@mipmap/ic_launcher_foreground"/>
  <monochrome android:drawable="@mipmap/ic_launcher_monochrome"/>
</adaptive-icon>`;

function manifest({ app }: AppInput): string {
  return `<manifest xmlns:android="http://schemas.android.com/apk/res/android"
    package="${app.package_name}"
    android:versionCode="${app.version_code}" android:versionName="${app.version_name}">
  <uses-sdk android:minSdkVersion="24" android:targetSdkVersion="36"/>
  <uses-permission android:name="android.permission.INTERNET"/>
  <uses-permission android:name="android.permission.ACCESS_NETWORK_STATE"/>
  <application android:label="@string/app_name" android:icon="@mipmap/ic_launcher"
      android:roundIcon="@mipmap/ic_launcher" android:theme="@style/AppTheme"
      android:allowBackup="false" android:hardwareAccelerated="true" android:supportsRtl="true"
      android:usesCleartextTraffic="false">
    <activity android:name="app.slipway.shell.MainActivity" android:exported="true"
        android:launchMode="singleTask" android:windowSoftInputMode="adjustResize"
        android:configChanges="keyboard|keyboardHidden|orientation|screenSize|uiMode">
      <intent-filter>
        <action android:name="android.intent.action.MAIN"/>
        <category android:name="android.intent.category.LAUNCHER"/>
      </intent-filter>
    </activity>
  </application>
</manifest>`;
}

function values({ app }: AppInput, icons: IconSet): string {
  return `<resources>
  <string name="app_name">${app.name}</string>
  <color name="app_background">#ffffff</color>
  <color name="app_theme">#ffffff</color>
  <color name="ic_launcher_background">${icons.background}</color>
  <style name="AppTheme" parent="@android:style/Theme.Material.Light.NoActionBar">
    <item name="android:windowBackground">@color/app_background</item>
    <item name="android:colorPrimary">@color/app_theme</item>
    <item name="android:colorPrimaryDark">@color/app_theme</item>
    <item name="android:statusBarColor">@color/app_theme</item>
    <item name="android:windowLightStatusBar">true</item>
  </style>
</resources>`;
}
