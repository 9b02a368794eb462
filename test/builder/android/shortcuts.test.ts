// An app's short name and its shortcuts: both formats hold what was asked for, and the verifier finds what launchers would
// leave out or lead elsewhere.
import { expect, test } from "vitest";
import { prepareApp } from "../../../builder/android/app-input.ts";
import { assembleApk } from "../../../builder/android/assemble-apk.ts";
import { assembleBundle } from "../../../builder/android/build-bundle.ts";
import { encodeXml } from "../../../builder/android/binary-xml.ts";
import { renderIcons } from "../../../builder/android/icons/render-icons.ts";
import { string } from "../../../builder/android/model.ts";
import type { Value, XmlElement } from "../../../builder/android/model.ts";
import { resourceIds } from "../../../builder/android/resource-ids.ts";
import { verifyApk, verifyBundle } from "../../../builder/android/verify.ts";
import type { AppConfig } from "../../../src/protocol/config.ts";
import { withEntry } from "./support/altered.ts";
import { anApp, anInput, NO_PICTURES } from "./support/inputs.ts";

const FILE = "res/xml/shortcuts.xml";
const PAGE = "https://www.example.com/orders";
const config: AppConfig = {
  short_name: "Ex",
  shortcuts: [
    { name: "Your orders", short_name: "Orders", url: PAGE },
    { name: "New", url: "https://www.example.com/new" },
  ],
};
const input = anInput({ app: anApp({ config }) });
const source = { name: "E", iconBackground: null, backgroundColor: "#ffffff", iconColor: null };
const icons = await renderIcons(NO_PICTURES, source);
const expected = { app: input.app, debuggable: true };
const apk = assembleApk(input, icons);
const { model } = prepareApp(input, icons);
const resolve = resourceIds(model.resources);

const problems = (file: Uint8Array, against = expected): string => {
  const result = verifyApk(file, against);
  return result.ok ? "" : result.problems.join("; ");
};

/** The tree of the shortcuts, as the packager makes it. */
function shortcuts(): XmlElement {
  const files = model.resources.find(({ name }) => name === "xml")?.entries;
  const entry = files?.find(({ name }) => name === "shortcuts");
  const value = entry?.values[0]?.value;
  if (value?.kind !== "xml-file") throw new Error("there is no file of shortcuts");
  return value.root;
}

/** The APK whose first shortcut, or its intent, has another value (undefined: none) for an attribute. */
function withOther(part: "shortcut" | "intent", attribute: string, value: Value | undefined) {
  const change = (one: XmlElement): XmlElement => ({
    ...one,
    attributes: one.attributes.flatMap((each) => {
      if (each.name !== attribute) return [each];
      return value === undefined ? [] : [{ ...each, value }];
    }),
  });
  const [first, ...others] = shortcuts().children;
  if (first === undefined) throw new Error("there is no shortcut");
  const changed =
    part === "shortcut" ? change(first) : { ...first, children: first.children.map(change) };
  return withRoot({ ...shortcuts(), children: [changed, ...others] });
}

const withRoot = (root: XmlElement) =>
  withEntry(apk, input.signing, FILE, () => encodeXml(root, resolve));

test("both formats have the name below the icon and the shortcuts", () => {
  const report = {
    label: "Example",
    launcher_label: "Ex",
    shortcuts: [
      {
        id: PAGE,
        name: "Your orders",
        short_name: "Orders",
        opens: {
          action: "android.intent.action.VIEW",
          package: "com.example.app",
          class: "app.slipway.shell.MainActivity",
          data: PAGE,
        },
      },
      { name: "New", short_name: "New" },
    ],
  };
  expect(verifyApk(apk, expected)).toMatchObject({ ok: true, report });
  expect(verifyBundle(assembleBundle(input, icons), expected)).toMatchObject({ ok: true, report });
});

test("an app without has neither", () => {
  const plain = anInput();
  const file = assembleApk(plain, icons);
  expect(verifyApk(file, { app: plain.app, debuggable: true })).toMatchObject({
    ok: true,
    report: { launcher_label: "Example", shortcuts: [] },
  });
  expect(problems(file)).toMatch(/label below the icon.*shortcuts is \[\]/);
  expect(problems(apk, { ...expected, app: plain.app })).toMatch(/label below the icon.*shortcuts/);
});

test("other names, addresses and another order are other shortcuts", () => {
  const [first, second] = config.shortcuts ?? [];
  if (first === undefined || second === undefined) throw new Error("there are two");
  for (const list of [
    [second, first],
    [first],
    [{ ...first, name: "Other" }, second],
    [{ ...first, short_name: "Other" }, second],
    [{ ...first, url: `${PAGE}/1` }, second],
  ]) {
    const app = anApp({ config: { ...config, shortcuts: list } });
    expect(problems(apk, { ...expected, app })).toMatch(/^shortcuts is/);
  }
});

test.each([
  ["shortcut", "shortcutShortLabel", string("Orders"), "label is not a reference"],
  ["shortcut", "shortcutLongLabel", undefined, "label is not a reference"],
  ["shortcut", "shortcutId", string("https://www.example.com/new"), "two shortcuts have one id"],
  ["shortcut", "icon", undefined, "has not the launcher icon"],
  ["intent", "action", undefined, "action is missing"],
  ["intent", "targetClass", string("app.other.Activity"), "app.other.Activity"],
  ["intent", "targetPackage", string("com.other"), "com.other"],
  ["intent", "data", string("https://evil.example/"), "evil.example"],
] as const)("a %s whose %s is another is refused", (part, attribute, value, says) => {
  expect(problems(withOther(part, attribute, value))).toContain(says);
});

test("a file that holds none, or something else, is refused", () => {
  expect(problems(withRoot({ ...shortcuts(), children: [] }))).toContain("has none");
  expect(problems(withRoot({ ...shortcuts(), name: "menu" }))).toContain("has none");
  expect(problems(withRoot(shortcuts()))).toBe("");
});
