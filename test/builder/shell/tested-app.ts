// Makes the app that the shell's tests in Android's framework read (builder/shell/test), with the packager:
//   node test/builder/shell/tested-app.ts APK MANIFEST
// APK is the file to write, and beside it come those of other owners; MANIFEST is one for its manifest as text, as decoded
// from the APK, since Robolectric takes the application's class, its receivers and the target level from there. All else
// Android's own parser reads.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { KNOWN_ATTRIBUTES } from "../../../builder/android/framework.ts";
import { decodeXml } from "../../../builder/android/verify/binary-xml.ts";
import type { DecodedElement } from "../../../builder/android/verify/binary-xml.ts";
import { VALUE_TYPE } from "../../../builder/android/verify/chunks.ts";
import type { TypedValue } from "../../../builder/android/verify/chunks.ts";
import { readArchive } from "../../../builder/android/verify/zip-archive.ts";
import type { AppSnapshot } from "../../../src/protocol/builder.ts";
import type { AppConfig } from "../../../src/protocol/config.ts";
import type { PushSource } from "../../../src/protocol/shell-config.ts";
import { anApp, anInput, build } from "../android/support/inputs.ts";

const NAMESPACE = "http://schemas.android.com/apk/res/android";
const NAMES = new Map(KNOWN_ATTRIBUTES.map(([name, id]) => [id, name]));

/** With everything that a test of the shell looks for. */
const CONFIG: AppConfig = {
  theme_color: "#123456",
  background_color: "#fedcba",
  splash_color: "#654321",
  orientation: "portrait",
  allowed_hosts: ["shop.example.com", "partner.example/shop/*", "plain.example", "*.till.example"],
  custom_tab_hosts: ["accounts.example.net", "www.example.com/sso/*"],
  return_hosts: ["login.example.com"],
  custom_scheme: "example",
  cleartext_hosts: ["plain.example", "*.till.example", "till.example"],
  user_agent_suffix: "Slipway/1",
  permissions: ["camera", "microphone", "location", "notifications"],
  keep_awake: true,
  protected_media: true,
  offline_page: '<h1>No network</h1><a href="slipway:retry">Try again</a>',
  push: { enabled: true, poll: true },
};

/** What the other owners say, by the files of their apps: all else is as the packager has it by itself. */
const OTHERS: Readonly<Record<string, Partial<AppSnapshot>>> = {
  "light.apk": { config: { theme: "light" } },
  "dark.apk": {
    config: { theme: "dark", trust_user_cas: true, cleartext_hosts: ["plain.example"] },
  },
  "v6.apk": { url: "http://[2001:db8::1]:8080/" },
  "dot.apk": { url: "http://plain.example./", config: { cleartext_hosts: ["*.plain.example"] } },
};

/** The tests put a server of theirs in place of this one. */
const PUSH: PushSource = {
  api_origin: "https://push.example.com",
  app_id: "0f8fad5b-d9cb-469f-a165-70867728950e",
  public_key: "pk_1",
  vapid_public_key: `B${"1".repeat(86)}`,
};

const [apkFile = "", manifestFile = ""] = process.argv.slice(2);
const apk = await build(anInput({ app: anApp({ config: CONFIG }), push: PUSH }));
writeFileSync(apkFile, apk);
for (const [name, changes] of Object.entries(OTHERS)) {
  writeFileSync(join(dirname(apkFile), name), await build(anInput({ app: anApp(changes) })));
}
const entry = readArchive(apk).entries.get("AndroidManifest.xml");
if (entry === undefined) throw new Error("the APK has no manifest");
writeFileSync(manifestFile, xml(decodeXml(entry.bytes), ` xmlns:android="${NAMESPACE}"`));

/** An element as text; `extra` stands before its attributes. */
function xml({ name, byId, byName, children }: DecodedElement, extra = ""): string {
  const own = [...byId].map(([id, value]) => ` android:${NAMES.get(id)}="${text(value)}"`);
  const plain = [...byName].map(([key, value]) => ` ${key}="${text(value)}"`);
  const inner = children.map((child) => xml(child)).join("");
  return `<${name}${extra}${own.join("")}${plain.join("")}>${inner}</${name}>\n`;
}

function text({ type, data, text: string }: TypedValue): string {
  if (string !== null) return string.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  if (type === VALUE_TYPE.reference) return `@0x${data.toString(16)}`;
  return type === VALUE_TYPE.boolean ? String(data !== 0) : String(data);
}
