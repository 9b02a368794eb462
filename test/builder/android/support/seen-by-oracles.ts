// What Android's own tools must see in an APK, field by field, given what was asked for.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { AppInput } from "../../../../builder/android/app-input.ts";
import type { AppPermission } from "../../../../src/protocol/config-parts.ts";
import type { Outcome } from "./java-oracles.ts";
import { run } from "./tools.ts";

type Asked = Pick<AppInput, "app" | "debuggable" | "signing" | "adiToken" | "push">;

const PERMISSIONS: Readonly<Record<AppPermission, readonly string[]>> = {
  camera: ["CAMERA"],
  microphone: ["RECORD_AUDIO", "MODIFY_AUDIO_SETTINGS"],
  location: ["ACCESS_COARSE_LOCATION", "ACCESS_FINE_LOCATION"],
  notifications: ["POST_NOTIFICATIONS"],
};

/** Of the signer's certificate, lower-case hex. */
export function fingerprint({ signing }: Pick<AppInput, "signing">): string {
  const certificate = Buffer.from(signing.certificates[0] ?? "", "base64");
  return createHash("sha256").update(certificate).digest("hex");
}

/** v2 and v3 signatures of the asked key that apksigner accepts from API 24 on, without a warning. */
export function expectSigned({ ok, printed }: Outcome, asked: Asked): void {
  expect(ok, printed).toBe(true);
  expect(printed.trimEnd().split("\n")).toEqual([
    "verified true",
    "v1 false",
    "v2 true",
    "v3 true",
    `signer ${fingerprint(asked)}`,
  ]);
}

/** The lines of `aapt2 dump badging`. */
export const badging = (file: string): string[] =>
  run("aapt2", "dump", "badging", file).split("\n");

/**
 * What bundletool adds to every APK that it makes: which modules are in it, and a list of languages for stores. The type of
 * the list is that of the app's shortcuts too, which `expectShortcuts` looks for.
 */
const ADDED_RESOURCES =
  /^(?: {2}type xml id=05 entryCount=[123]| {4}resource 0x7f05000[0-2] xml\/splits0| {6}\(\) \(file\) res\/xml\/splits0\.xml type=XML)$/;
const ADDED_TO_MANIFEST =
  /^ *E: meta-data\n.*"com\.android\.(?:dynamic\.apk\.fused\.modules|vending\.splits)".*\n.*\n/gm;

/**
 * The APK that bundletool makes of a bundle for every device has in `aapt2 dump` what our APK of the same app has: badging,
 * resources and manifest, line by line, but for what bundletool adds.
 */
export function expectSameApp(universal: string, apk: string): void {
  expect(badging(universal)).toEqual(badging(apk));
  const resources = (file: string): string[] => run("aapt2", "dump", "resources", file).split("\n");
  const ofUniversal = resources(universal);
  const own = (lines: string[]) => lines.filter((line) => !ADDED_RESOURCES.test(line));
  expect(own(ofUniversal)).toEqual(own(resources(apk)));
  expect(manifest(universal).replaceAll(ADDED_TO_MANIFEST, "")).toBe(manifest(apk));
}

/** `aapt2 dump xmltree` of the manifest, without the lines of a source file, since there is none. */
function manifest(file: string): string {
  const tree = run("aapt2", "dump", "xmltree", "--file", "AndroidManifest.xml", file);
  return tree.replaceAll(/ \(line=\d+\)$/gm, "");
}

/** The app's settings in `aapt2 dump badging`. */
export function expectBadging(file: string, { app, debuggable }: Asked): void {
  const lines = badging(file);
  const [first = ""] = lines;
  expect(first).toContain(
    `package: name='${app.package_name}' versionCode='${app.version_code}' versionName='${app.version_name}'`,
  );
  expect(first).toContain("compileSdkVersion='36' compileSdkVersionCodename='16'");
  expect(lines).toContain("sdkVersion:'24'");
  expect(lines).toContain("targetSdkVersion:'36'");
  // aapt2 writes a backslash before these
  const label = app.name.replaceAll(/["\\]/g, String.raw`\$&`);
  expect(lines).toContain(`application-label:'${label}'`);
  expect(lines).toContain("densities: '160' '240' '320' '480' '640' '65534'");
  expect(lines.includes("application-debuggable")).toBe(debuggable);
  // that of the activity itself, which it needs only where launchers show another name
  const own = (app.config.short_name ?? "").replaceAll(/["\\]/g, String.raw`\$&`);
  expect(lines.join("\n")).toContain(
    `launchable-activity: name='app.slipway.shell.MainActivity'  label='${own}' icon=''`,
  );
  const asked = (app.config.permissions ?? []).flatMap((name) => PERMISSIONS[name]);
  const { enabled, poll } = app.config.push ?? {};
  if (enabled) asked.push("POST_NOTIFICATIONS", "WAKE_LOCK");
  if (poll) asked.push("RECEIVE_BOOT_COMPLETED");
  expect(lines.filter((line) => line.startsWith("uses-permission"))).toEqual(
    Array.from(
      new Set(["INTERNET", "ACCESS_NETWORK_STATE", ...asked]),
      (name) => `uses-permission: name='android.permission.${name}'`,
    ),
  );
  const required = lines.filter((line) => line.trimStart().startsWith("uses-feature: "));
  expect(required).toEqual(["  uses-feature: name='android.hardware.faketouch'"]);
}

/** Attributes of the first element of a tag, as `aapt2 dump xmltree` prints them. */
function attributesOf(tree: string, tag: string): Record<string, string> {
  const lines = tree.split("\n");
  const found: Record<string, string> = {};
  const start = lines.findIndex((line) => line.trim().split(" (")[0] === `E: ${tag}`);
  for (const line of lines.slice(start + 1)) {
    const [, name, value] =
      /^\s*A: (?:http:\/\/schemas\.android\.com\/apk\/res\/android:)?(\w+)(?:\(\w+\))?=(.*)$/.exec(
        line,
      ) ?? [];
    if (name === undefined || value === undefined) break;
    found[name] = value.replace(/ \(Raw: .*\)$/, "");
  }
  return found;
}

/** The manifest that was asked for in `aapt2 dump xmltree`. */
export function expectManifest(file: string, { app, debuggable }: Asked): void {
  const tree = manifest(file);
  expect(attributesOf(tree, "manifest")).toEqual({
    versionCode: String(app.version_code),
    versionName: `"${app.version_name}"`,
    compileSdkVersion: "36",
    compileSdkVersionCodename: '"16"',
    package: `"${app.package_name}"`,
    platformBuildVersionCode: "36",
    platformBuildVersionName: "16",
  });
  expect(attributesOf(tree, "application")).toMatchObject({
    allowBackup: "false",
    hardwareAccelerated: "true",
    supportsRtl: "true",
    taskAffinity: '""',
    enableOnBackInvokedCallback: "true",
    ...(debuggable ? { debuggable: "true" } : {}),
  });
  const { screenOrientation, ...activity } = attributesOf(tree, "activity");
  expect(activity).toMatchObject({
    name: '"app.slipway.shell.MainActivity"',
    exported: "true",
    launchMode: "2",
    configChanges: "0xd000ffff",
    windowSoftInputMode: "0x00000010",
  });
  const { orientation = "any" } = app.config;
  expect(screenOrientation).toBe({ any: undefined, portrait: "1", landscape: "0" }[orientation]);
}

/** The name, colours, icons and theme in `aapt2 dump resources`. */
export function expectResources(file: string, { app }: Asked): void {
  const { theme_color: theme = "#ffffff", background_color: background = "#ffffff" } = app.config;
  const output = run("aapt2", "dump", "resources", file);
  const value = (name: string): string | undefined =>
    new RegExp(`resource 0x7f[0-9a-f]{6} ${name}\\n      \\(\\) (.*)`).exec(output)?.[1];
  expect(value("string/app_name")).toBe(`"${app.name}"`);
  expect(value("color/app_theme")).toBe(`#ff${theme.slice(1)}`);
  expect(value("color/app_background")).toBe(`#ff${background.slice(1)}`);
  for (const density of ["mdpi", "hdpi", "xhdpi", "xxhdpi", "xxxhdpi"]) {
    for (const icon of ["ic_launcher", "ic_launcher_foreground", "ic_launcher_monochrome"]) {
      expect(output).toContain(`(${density}) (file) res/mipmap-${density}/${icon}.webp\n`);
    }
    const small = `(${density}) (file) res/drawable-${density}/ic_notification.webp\n`;
    expect(output.includes(small)).toBe(app.config.push?.enabled ?? false);
  }
  expect(output).toContain("(anydpi-v26) (file) res/mipmap-anydpi-v26/ic_launcher.xml type=XML");
  expect(value("color/app_splash")).toBe(`#ff${(app.config.splash_color ?? background).slice(1)}`);
  // the framework's ids of the two parents
  const [light, dark] = ["0x01030241", "0x0103022e"];
  const { theme: mode = "system" } = app.config;
  const day = mode === "dark" ? dark : light;
  expect(value("style/AppTheme")).toBe(`(style) size=5 parent=${day}`);
  expect(output).toContain(`(v27) (style) size=7 parent=${day}`);
  expect(output).toMatch(/\(v31\) \(style\) size=8[^()]*0x0101062c=@color\/app_splash/);
  const byNight = ["night", "night-v27", "night-v31"].map((name) =>
    output.includes(
      `(${name}) (style) size=${{ night: 5, "night-v27": 7 }[name] ?? 8} parent=${dark}`,
    ),
  );
  expect(byNight).toEqual(Array(3).fill(mode === "system"));
}

/** An adaptive icon of three layers in `aapt2 dump xmltree`. */
export function expectAdaptiveIcon(file: string): void {
  const path = "res/mipmap-anydpi-v26/ic_launcher.xml";
  const tree = run("aapt2", "dump", "xmltree", "--file", path, file);
  for (const [tag, id] of [
    ["background", "0x7f010002"],
    ["foreground", "0x7f020001"],
    ["monochrome", "0x7f020002"],
  ] as const) {
    expect(attributesOf(tree, tag)).toEqual({ drawable: `@${id}` });
  }
}

/** The network security configuration that was asked for in `aapt2 dump xmltree`, and what is drawn at the start. */
export function expectXmlFiles(file: string, { app, push }: Asked): void {
  const dump = (path: string) => run("aapt2", "dump", "xmltree", "--file", path, file);
  const network = dump("res/xml/network_security_config.xml");
  const { cleartext_hosts = [], trust_user_cas: trusts = false } = app.config;
  const own = [app.url, push?.api_origin ?? ""]
    .filter((address) => address.startsWith("http:"))
    .map((address) => new URL(address).hostname);
  const { protocol, hostname } = new URL(app.url);
  // Addresses have no www.
  const twin = /[a-z]$/.test(hostname)
    ? [hostname.replace(/^(?:www\.)?/, hostname.startsWith("www.") ? "" : "www.")]
    : [];
  const hosts = [...new Set([...own, ...(protocol === "http:" ? twin : []), ...cleartext_hosts])];
  const texts = [...network.matchAll(/^ *T: '(.*)'$/gm)].map(([, text]) => text);
  // Android reads no file in which a host is there twice.
  expect(texts).toEqual([...new Set(hosts.map((host) => host.replace(/^\*\./, "")))]);
  // Without quotes, since they are no texts, in whose place Android takes its defaults.
  expect(network.match(/cleartextTrafficPermitted=\S+/g)).toEqual([
    "cleartextTrafficPermitted=false",
    ...(hosts.length === 0 ? [] : ["cleartextTrafficPermitted=true"]),
  ]);
  expect(network.match(/(?<=includeSubdomains=)\S+/g) ?? []).toEqual(
    texts.map((text) => String(hosts.includes(`*.${text}`))),
  );
  expect(network.includes('src="user"')).toBe(trusts);
  const splash = dump("res/drawable/splash.xml");
  expect(splash.match(/E: (?:layer-list|item)/g)).toHaveLength(3);
  expect(splash).toMatch(/gravity\(0x010100af\)=0x00000011/);
}

/** The shortcuts that were asked for in `aapt2 dump xmltree`, and their labels in `aapt2 dump resources`. */
export function expectShortcuts(file: string, { app }: Asked): void {
  const { short_name: shortName, shortcuts = [] } = app.config;
  const resources = run("aapt2", "dump", "resources", file);
  const strings = [...resources.matchAll(/ {4}resource 0x\w+ string\/(\w+)\n {6}\(\) (.*)/g)];
  const labels = shortcuts.flatMap(({ name, short_name = name }, at) => [
    [`shortcut_${at}`, name],
    [`shortcut_${at}_short`, short_name],
  ]);
  const own = shortName === undefined ? [] : [["app_short_name", shortName]];
  const wanted = [["app_name", app.name], ...own, ...labels];
  expect(strings.map(([, name, text]) => [name, text])).toEqual(
    wanted.map(([name, text]) => [name, `"${text}"`]),
  );
  const path = "res/xml/shortcuts.xml";
  expect(resources.includes(`(file) ${path} type=XML`)).toBe(shortcuts.length > 0);
  expect(manifest(file).includes('"android.app.shortcuts"')).toBe(shortcuts.length > 0);
  if (shortcuts.length === 0) return;
  const tree = run("aapt2", "dump", "xmltree", "--file", path, file);
  const values = (name: string) =>
    [...tree.matchAll(new RegExp(`android:${name}\\(\\w+\\)=(.*)`, "g"))].map(([, value]) =>
      value?.replace(/ \(Raw: .*\)$/, ""),
    );
  const addresses = shortcuts.map(({ url }) => `"${inAscii(url)}"`);
  expect(values("shortcutId")).toEqual(addresses);
  expect(values("data")).toEqual(addresses);
  expect(values("targetPackage")).toEqual(shortcuts.map(() => `"${app.package_name}"`));
  expect(values("targetClass")).toEqual(shortcuts.map(() => '"app.slipway.shell.MainActivity"'));
  expect(values("action")).toEqual(shortcuts.map(() => '"android.intent.action.VIEW"'));
  expect(values("shortcutLongLabel")).toHaveLength(shortcuts.length);
  expect(values("shortcutShortLabel").every((value) => value?.startsWith("@0x7f03"))).toBe(true);
}

/** An address in the form that is the same to all browsers. */
const inAscii = (address: string): string =>
  /^[\x20-\x7e]*$/.test(address) ? address : new URL(address).href;

/** What apktool made of an APK is the app. */
export function expectDecoded(
  folder: string,
  { ok, printed }: Outcome,
  { app, adiToken }: Asked,
): void {
  expect(ok, printed).toBe(true);
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  const decoded = read("AndroidManifest.xml");
  expect(decoded).toContain(`package="${app.package_name}"`);
  expect(decoded).toContain('android:theme="@style/AppTheme"');
  expect(decoded).toContain('android:launchMode="singleTask"');
  const strings = read("res/values/strings.xml");
  expect(sourceString(strings, "app_name")).toBe(app.name);
  expect(sourceString(strings, "app_short_name")).toBe(app.config.short_name);
  for (const [at, { name }] of (app.config.shortcuts ?? []).entries()) {
    expect(sourceString(strings, `shortcut_${at}`)).toBe(name);
  }
  const theme = app.config.theme === "dark" ? "Material" : "Material.Light";
  expect(read("res/values/styles.xml")).toContain(
    `parent="@android:style/Theme.${theme}.NoActionBar"`,
  );
  expect(JSON.parse(read("assets/config.json"))).toMatchObject({ url: inAscii(app.url) });
  const proof = "assets/adi-registration.properties";
  expect(existsSync(join(folder, proof)) ? read(proof) : null).toBe(adiToken && `${adiToken}\n`);
  expect(existsSync(join(folder, "smali/app/slipway/shell/MainActivity.smali"))).toBe(true);
}

/** A string of a resource file, as aapt2 would read it (developer.android.com, "String resources", Formatting). */
function sourceString(xml: string, name: string): string | undefined {
  const [, text] = new RegExp(`<string name="${name}"[^>]*>([^]*?)</string>`).exec(xml) ?? [];
  return text
    ?.replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replaceAll(/^"|"$/g, "")
    .replaceAll(/\\(.)/g, "$1");
}
