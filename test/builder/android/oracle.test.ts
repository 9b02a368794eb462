// APKs of many kinds, read with Android's own tools (apksigner, zipalign, aapt2, apktool and dexdump) and
// compared with what was asked for, field by field.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash, randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppInput } from "../../../builder/android/app-input.ts";
import { KNOWN_ATTRIBUTES } from "../../../builder/android/framework.ts";
import type { AppConfig } from "../../../src/protocol/config.ts";
import { anApp, anInput, build, picture, SVG_ICON } from "./support/inputs.ts";
import { rsaKey } from "./support/signing-keys.ts";
import { missing, run } from "./support/tools.ts";

const FRAMEWORK_RES = "/usr/share/android-framework-res/framework-res.apk";
/** The framework of Android 10, which that package holds, ends here; later attributes it can't know. */
const LAST_KNOWN_ATTRIBUTE = 0x0101_0610;

const without = {
  aapt2: missing("aapt2"),
  apksigner: missing("apksigner"),
  apktool: missing("apktool"),
  dexdump: missing("dexdump"),
  zipalign: missing("zipalign"),
};

// made only when a test runs: where all are skipped nothing would take it away again
const directory = join(tmpdir(), `slipway-apk-${randomUUID()}`);
beforeAll(() => {
  mkdirSync(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const rsa = rsaKey();
const named = (name: string): Partial<AppInput> => ({ app: anApp({ name }) });
const configured = (config: AppConfig): Partial<AppInput> => ({ app: anApp({ config }) });

const shapes: readonly (readonly [shape: string, input: () => Promise<AppInput>])[] = [
  ["Latin name, RSA, release", async () => anInput({ signing: rsa, debuggable: false })],
  ["Arabic name", async () => anInput(named("تطبيق المتجر"))],
  ["Chinese and emoji name", async () => anInput(named("世界商店 🎉👩‍🚀"))],
  ["60 characters", async () => anInput(named("sixty ".repeat(10)))],
  ["100 characters", async () => anInput(named("百".repeat(100)))],
  ["PNG icon", async () => anInput({ icon: await picture("png") })],
  ["JPEG icon", async () => anInput({ icon: await picture("jpeg") })],
  ["WebP icon", async () => anInput({ icon: await picture("webp") })],
  ["SVG icon", async () => anInput({ icon: SVG_ICON })],
  ["RSA 4096", async () => anInput({ signing: rsaKey(4096) })],
  ["http", async () => anInput({ app: anApp({ url: "http://example.com/" }) })],
  [
    "colours",
    async () => anInput(configured({ theme_color: "#123456", background_color: "#101010" })),
  ],
  ["portrait", async () => anInput(configured({ orientation: "portrait" }))],
  ["landscape", async () => anInput(configured({ orientation: "landscape" }))],
  [
    "everything else",
    async () =>
      anInput(
        configured({
          orientation: "any",
          allowed_hosts: ["*.example.org"],
          user_agent_suffix: "Slipway/1",
          permissions: ["camera", "microphone", "location", "notifications"],
          fullscreen: true,
          keep_awake: true,
        }),
      ),
  ],
];

const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  camera: ["CAMERA"],
  microphone: ["RECORD_AUDIO", "MODIFY_AUDIO_SETTINGS"],
  location: ["ACCESS_COARSE_LOCATION", "ACCESS_FINE_LOCATION"],
  notifications: ["POST_NOTIFICATIONS"],
};

/** Attributes of the first element of a tag, as `aapt2 dump xmltree` prints them. */
function attributesOf(tree: string, tag: string): Record<string, string> {
  const lines = tree.split("\n");
  const found: Record<string, string> = {};
  const start = lines.findIndex((line) => line.trimStart().startsWith(`E: ${tag} `));
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

describe.each(shapes)("an APK (%s)", (shape, makeInput) => {
  const file = join(directory, `${shape.replaceAll(" ", "-")}.apk`);
  let input: AppInput;
  beforeAll(async () => {
    input = await makeInput();
    writeFileSync(file, await build(input));
  });

  test.skipIf(without.apksigner)(
    "has v2 and v3 signatures that apksigner accepts from API 24 on",
    () => {
      const args = ["verify", "-v", "-Werr", "--print-certs", "--min-sdk-version", "24", file];
      const output = run("apksigner", ...args);
      expect(output).toContain("(APK Signature Scheme v2): true");
      expect(output).toContain("(APK Signature Scheme v3): true");
      expect(output).toContain("Number of signers: 1");
      const [certificate = ""] = input.signing.certificates;
      const digest = createHash("sha256").update(Buffer.from(certificate, "base64")).digest("hex");
      expect(output).toContain(`certificate SHA-256 digest: ${digest}`);
    },
  );

  test.skipIf(without.zipalign)("has every entry aligned, says zipalign", () => {
    expect(run("zipalign", "-c", "-p", "-v", "4", file)).toContain("Verification successful");
  });

  test.skipIf(without.aapt2)("has the app's settings, says aapt2 dump badging", () => {
    const { app, debuggable } = input;
    const lines = run("aapt2", "dump", "badging", file).split("\n");
    const [first = ""] = lines;
    expect(first).toContain(
      `package: name='${app.package_name}' versionCode='${app.version_code}' versionName='${app.version_name}'`,
    );
    expect(first).toContain("compileSdkVersion='36' compileSdkVersionCodename='16'");
    expect(lines).toContain("sdkVersion:'24'");
    expect(lines).toContain("targetSdkVersion:'36'");
    expect(lines).toContain(`application-label:'${app.name}'`);
    expect(lines.includes("application-debuggable")).toBe(debuggable);
    expect(lines.join("\n")).toContain(
      "launchable-activity: name='app.slipway.shell.MainActivity'",
    );
    const asked = (app.config.permissions ?? []).flatMap((name) => PERMISSIONS[name] ?? []);
    expect(lines.filter((line) => line.startsWith("uses-permission"))).toEqual(
      ["INTERNET", "ACCESS_NETWORK_STATE", ...asked].map(
        (name) => `uses-permission: name='android.permission.${name}'`,
      ),
    );
    const required = lines.filter((line) => line.trimStart().startsWith("uses-feature: "));
    expect(required).toEqual(["  uses-feature: name='android.hardware.faketouch'"]);
  });

  test.skipIf(without.aapt2)("has the manifest that was asked for, says aapt2 dump xmltree", () => {
    const { app, debuggable } = input;
    const tree = run("aapt2", "dump", "xmltree", "--file", "AndroidManifest.xml", file);
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
      usesCleartextTraffic: String(app.url.startsWith("http:")),
      enableOnBackInvokedCallback: "true",
      ...(debuggable ? { debuggable: "true" } : {}),
    });
    const { screenOrientation, ...activity } = attributesOf(tree, "activity");
    expect(activity).toMatchObject({
      name: '"app.slipway.shell.MainActivity"',
      exported: "true",
      launchMode: "2",
      configChanges: "0x00001ff0",
      windowSoftInputMode: "0x00000010",
    });
    const { orientation = "any" } = app.config;
    expect(screenOrientation).toBe({ any: undefined, portrait: "1", landscape: "0" }[orientation]);
  });

  test.skipIf(without.aapt2)(
    "has the name, colours, icons and theme, says aapt2 dump resources",
    () => {
      const { app } = input;
      const { theme_color: theme = "#ffffff", background_color: background = "#ffffff" } =
        app.config;
      const output = run("aapt2", "dump", "resources", file);
      const value = (name: string): string | undefined =>
        new RegExp(`resource 0x7f[0-9a-f]{6} ${name}\\n      \\(\\) (.*)`).exec(output)?.[1];
      expect(value("string/app_name")).toBe(`"${app.name}"`);
      expect(value("color/app_theme")).toBe(`#ff${theme.slice(1)}`);
      expect(value("color/app_background")).toBe(`#ff${background.slice(1)}`);
      for (const density of ["mdpi", "hdpi", "xhdpi", "xxhdpi", "xxxhdpi"]) {
        for (const icon of ["ic_launcher", "ic_launcher_foreground", "ic_launcher_monochrome"]) {
          expect(output).toContain(
            `(${density}) (file) res/mipmap-${density}/${icon}.png type=PNG`,
          );
        }
      }
      expect(output).toContain(
        "(anydpi-v26) (file) res/mipmap-anydpi-v26/ic_launcher.xml type=XML",
      );
      // the framework's ids of the two parents
      const parent = background === "#ffffff" ? "0x01030241" : "0x0103022e";
      expect(value("style/AppTheme")).toBe(`(style) size=5 parent=${parent}`);
      expect(output).toContain(`(v27) (style) size=7 parent=${parent}`);
      expect(output).toMatch(/\(v31\) \(style\) size=8[^()]*0x0101062c=@color\/app_background/);
    },
  );

  test.skipIf(without.aapt2)("has an adaptive icon that aapt2 reads", () => {
    const path = "res/mipmap-anydpi-v26/ic_launcher.xml";
    const tree = run("aapt2", "dump", "xmltree", "--file", path, file);
    for (const [tag, id] of [
      ["background", "0x7f010002"],
      ["foreground", "0x7f020001"],
      ["monochrome", "0x7f020002"],
    ] as const) {
      expect(attributesOf(tree, tag)).toEqual({ drawable: `@${id}` });
    }
  });

  test.skipIf(without.dexdump)("has the activity in its code, says dexdump", () => {
    expect(run("dexdump", file)).toContain("'Lapp/slipway/shell/MainActivity;'");
  });
});

test.skipIf(without.apktool).each([
  ["Latin name, RSA, release", "@android:style/Theme.Material.Light.NoActionBar"],
  ["Chinese and emoji name", "@android:style/Theme.Material.Light.NoActionBar"],
  ["colours", "@android:style/Theme.Material.NoActionBar"],
])("apktool decodes an APK (%s)", async (shape, parent) => {
  const makeInput = shapes.find(([name]) => name === shape)?.[1];
  if (makeInput === undefined) throw new Error(`no shape is named ${shape}`);
  const input = await makeInput();
  const file = join(directory, "to-decode.apk");
  const decoded = join(directory, "decoded");
  writeFileSync(file, await build(input));
  run("apktool", "d", "-f", "-p", join(directory, "framework"), "-o", decoded, file);
  const read = (path: string): string => readFileSync(join(decoded, path), "utf8");
  expect(read("AndroidManifest.xml")).toContain(`package="${input.app.package_name}"`);
  expect(read("AndroidManifest.xml")).toContain('android:theme="@style/AppTheme"');
  expect(read("AndroidManifest.xml")).toContain('android:launchMode="singleTask"');
  expect(read("res/values/strings.xml")).toContain(`>${input.app.name}</string>`);
  expect(read("res/values/styles.xml")).toContain(`parent="${parent}"`);
  expect(JSON.parse(read("assets/config.json"))).toMatchObject({ url: input.app.url });
  expect(existsSync(join(decoded, "smali/app/slipway/shell/MainActivity.smali"))).toBe(true);
});

test.skipIf(without.aapt2)(
  "Android's framework has the ids that the packager writes for attributes",
  () => {
    const table = run("aapt2", "dump", "resources", FRAMEWORK_RES);
    const known = KNOWN_ATTRIBUTES.filter(([, id]) => id <= LAST_KNOWN_ATTRIBUTE);
    expect(known.length).toBeGreaterThan(25);
    for (const [name, id] of known) {
      expect(table).toMatch(new RegExp(`resource 0x0${id.toString(16)} attr/${name} PUBLIC`));
    }
  },
);
