// The verifier refuses rightly signed apps that would behave otherwise than they should: by their manifest, their theme, or what
// the shell reads.
import { beforeAll, describe, expect, test } from "vitest";
import { appModel } from "../../../builder/android/app-input.ts";
import { encodeResourceTable } from "../../../builder/android/arsc.ts";
import { assembleApk } from "../../../builder/android/assemble-apk.ts";
import { encodeXml } from "../../../builder/android/binary-xml.ts";
import { renderIcons } from "../../../builder/android/icons/render-icons.ts";
import {
  boolean,
  element,
  flags,
  integer,
  reference,
  string,
} from "../../../builder/android/model.ts";
import type { AppModel, Style, Value, XmlElement } from "../../../builder/android/model.ts";
import { resourceIds } from "../../../builder/android/resource-ids.ts";
import { resolveSettings } from "../../../builder/android/settings.ts";
import { verifyApk } from "../../../builder/android/verify.ts";
import { withEntry } from "./support/altered.ts";
import { NO_PICTURES, anApp, anInput } from "./support/inputs.ts";

const input = anInput({
  app: anApp({
    config: {
      permissions: ["camera"],
      push: { enabled: true },
      cleartext_hosts: ["*.till.example", "*.www.example.com"],
    },
  }),
  push: {
    api_origin: "https://push.example.com",
    app_id: "0f8fad5b-d9cb-469f-a165-70867728950e",
    public_key: "pk_1",
    vapid_public_key: "B".repeat(87),
  },
});
let apk: Uint8Array;
let model: AppModel;

beforeAll(async () => {
  const settings = resolveSettings(input.app, input.debuggable, input.push);
  const icons = await renderIcons(NO_PICTURES, settings);
  model = appModel(settings, icons);
  apk = assembleApk(input, icons);
});

function problemsOf(bytes: Uint8Array): string {
  const result = verifyApk(bytes, input);
  return result.ok ? "" : result.problems.join("; ");
}

/** The tree with what `change` makes of each element. */
function each(root: XmlElement, change: (one: XmlElement) => XmlElement): XmlElement {
  const changed = change(root);
  return { ...changed, children: changed.children.map((child) => each(child, change)) };
}

const attribute = ({ attributes }: XmlElement, name: string): unknown => {
  const value = attributes.find((one) => one.name === name)?.value;
  return value !== undefined && "value" in value ? value.value : undefined;
};

/** Says this of the elements of that name; null takes it away. `which` is a part of what they say already. */
const saying =
  (tag: string, name: string, value: Value | null, which = "") =>
  (one: XmlElement): XmlElement => {
    if (one.name !== tag || !JSON.stringify(one.attributes).includes(which)) return one;
    const others = one.attributes.filter((each) => each.name !== name);
    const [said] = value === null ? [] : element(tag, { [name]: value }).attributes;
    return { ...one, attributes: said === undefined ? others : [...others, said] };
  };

const without =
  (name: string) =>
  (one: XmlElement): XmlElement => ({
    ...one,
    children: one.children.filter((child) => attribute(child, "name") !== name),
  });

test("an app that is as it should be passes", () => {
  expect(problemsOf(apk)).toBe("");
});

describe("an app is refused by its manifest", () => {
  const camera = "android.hardware.camera";
  test.each<[words: string, change: (one: XmlElement) => XmlElement, problem: string]>([
    ["that may be in a task twice", saying("activity", "launchMode", integer(0)), "how it behaves"],
    ["that says nothing of that", saying("activity", "launchMode", null), "how it behaves"],
    [
      "whose activity gets into another task",
      saying("activity", "taskAffinity", string("com.example.other")),
      "the activity says 0x1010012",
    ],
    ["that gets into backups", saying("application", "allowBackup", null), "how it behaves"],
    [
      "that is not asked about the way back",
      saying("application", "enableOnBackInvokedCallback", boolean(false)),
      "how it behaves",
    ],
    ["that is started anew", saying("activity", "configChanges", flags(0x80)), "how it behaves"],
    ["under the keyboard", saying("activity", "windowSoftInputMode", flags(0)), "how it behaves"],
    [
      "with another round icon",
      saying("application", "roundIcon", reference("drawable/splash")),
      "how it behaves",
    ],
    [
      "whose receiver says more",
      saying("receiver", "taskAffinity", string("x")),
      "a component says something",
    ],
    ["that needs a camera", saying("uses-feature", "required", null, camera), "is required"],
    ["that must have one", saying("uses-feature", "required", boolean(true)), "is required"],
    ["that leaves a feature out", without("android.hardware.camera.autofocus"), "features is"],
    ["that sees no mail", saying("data", "scheme", string("mail"), "mailto"), "visible apps"],
    ["that sees no distributor", saying("data", "host", null, "unifiedpush"), "visible apps"],
    [
      "that takes codes at another host",
      saying("data", "sspPrefix", string("//evil.example/qrcode/"), "qrcode"),
      "what starts the activity",
    ],
  ])("%s", (_words, change, problem) => {
    const xml = encodeXml(each(model.manifest, change), resourceIds(model.resources));
    const problems = problemsOf(withEntry(apk, input.signing, "AndroidManifest.xml", () => xml));
    expect(problems).toContain(problem);
  });
});

describe("an app is refused by its theme", () => {
  const themed = (change: (items: Style["items"]) => Style["items"]) => {
    const resources = model.resources.map((type) => ({
      ...type,
      entries: type.entries.map((entry) => ({
        ...entry,
        values: entry.values.map(({ configuration, value }) => ({
          configuration,
          value: value.kind === "style" ? { ...value, items: change(value.items) } : value,
        })),
      })),
    }));
    const table = encodeResourceTable({ ...model, resources });
    return problemsOf(withEntry(apk, input.signing, "resources.arsc", () => table));
  };
  const saying =
    (name: string, value: Value) =>
    (items: Style["items"]): Style["items"] =>
      items.map((one) => (one.attribute === name ? { ...one, value } : one));

  test.each<[words: string, change: (items: Style["items"]) => Style["items"], problem: string]>([
    ["with white signs on white", saying("windowLightStatusBar", boolean(false)), "dark signs"],
    ["with white buttons", saying("windowLightNavigationBar", boolean(false)), "dark signs"],
    ["with no word of signs", saying("windowLightStatusBar", integer(1)), "whether signs are dark"],
    [
      "with buttons on another colour",
      saying("navigationBarColor", reference("color/ic_launcher_background")),
      "bar of buttons",
    ],
    [
      "that is known by another colour",
      saying("colorPrimary", reference("color/ic_launcher_background")),
      "launch theme's colour",
    ],
    [
      "that says more",
      (items) => [{ attribute: "allowBackup", value: boolean(true) }, ...items],
      "something that is not known",
    ],
  ])("%s", (_words, change, problem) => {
    expect(themed((items) => items)).toBe("");
    expect(themed(change)).toContain(problem);
  });
});

test.each([
  [[], "[]"],
  [["*.till.example", "till.example", "*.www.example.com", "www.example.com"], "www.example.com"],
])("an app is refused whose shell leaves %j without TLS", (hosts, problem) => {
  const changed = withEntry(apk, input.signing, "assets/config.json", (bytes) => {
    const config: unknown = JSON.parse(Buffer.from(bytes).toString());
    return Buffer.from(JSON.stringify({ ...(config as object), cleartext_hosts: hosts }));
  });
  expect(problemsOf(changed)).toContain(`hosts that stay without TLS is`);
  expect(problemsOf(changed)).toContain(problem);
});
