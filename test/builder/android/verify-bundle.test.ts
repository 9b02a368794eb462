// The verifier of bundles: each of bundletool's rules is broken in a bundle that is rightly signed, and bundles are damaged.
// Their signature is judged in verify-jar-signature.test.ts.
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { renderAppIcons } from "../../../builder/android/app-icons.ts";
import { appModel } from "../../../builder/android/app-input.ts";
import { assembleBundle } from "../../../builder/android/build-bundle.ts";
import { encodeProtoTable } from "../../../builder/android/bundle/proto-table.ts";
import { encodeProtoXml } from "../../../builder/android/bundle/proto-xml.ts";
import { message, text, uint } from "../../../builder/android/bundle/protobuf.ts";
import { renderIcons } from "../../../builder/android/icons/render-icons.ts";
import { boolean, color, element } from "../../../builder/android/model.ts";
import type { AppModel, Value, XmlElement } from "../../../builder/android/model.ts";
import { resourceIds } from "../../../builder/android/resource-ids.ts";
import { resolveSettings } from "../../../builder/android/settings.ts";
import { verifyApk, verifyBundle } from "../../../builder/android/verify.ts";
import type { Expected } from "../../../builder/android/verify.ts";
import { readEntriesOnly } from "../../../builder/android/verify/zip-archive.ts";
import type { ZipEntry } from "../../../builder/android/zip-writer.ts";
import { bundleEntries, bundleOf, file, problemsOf } from "./support/altered.ts";
import { anApp, anInput, build } from "./support/inputs.ts";
import { rsaKey } from "./support/signing-keys.ts";
import { propertyRuns } from "../../support/property-runs.ts";

const key = rsaKey();
const input = anInput({ signing: key });
const expected: Expected = { app: input.app, debuggable: input.debuggable };
const MANIFEST = "base/manifest/AndroidManifest.xml";
const DISTRIBUTION = "http://schemas.android.com/apk/distribution";
let bundle: Uint8Array;
let model: AppModel;
let files: ZipEntry[];

beforeAll(async () => {
  const icons = await renderAppIcons(input, renderIcons);
  model = appModel(resolveSettings(input.app, input.debuggable, null), icons);
  bundle = assembleBundle(input, icons);
  files = bundleEntries(bundle);
});

/** The problems of a rightly signed bundle that has these files instead of or beside those it had. */
function problemsWith(...changed: readonly ZipEntry[]): string {
  const names = new Set(changed.map(({ name }) => name));
  const kept = files.filter(({ name }) => !names.has(name));
  return problemsOf(bundleOf([...kept, ...changed], key));
}

const filesWithout = (gone: string): ZipEntry[] => files.filter(({ name }) => name !== gone);

const problemsWithout = (gone: string): string => problemsOf(bundleOf(filesWithout(gone), key));

/** The problems of a bundle with another manifest. */
function problemsWithManifest(change: (manifest: XmlElement) => XmlElement): string {
  const manifest = encodeProtoXml(change(model.manifest), resourceIds(model.resources));
  return problemsWith(file(MANIFEST, manifest));
}

/** Changes the elements of a name, wherever they are. */
function onElement(
  name: string,
  change: (element: XmlElement) => XmlElement,
): (root: XmlElement) => XmlElement {
  const walk = (one: XmlElement): XmlElement => {
    const walked = { ...one, children: one.children.map(walk) };
    return one.name === name ? change(walked) : walked;
  };
  return walk;
}

const withChild = (child: XmlElement) => (parent: XmlElement) => ({
  ...parent,
  children: [...parent.children, child],
});

const withAttribute = (name: string, value: Value, android: boolean) => (one: XmlElement) => ({
  ...one,
  attributes: [...one.attributes, { android, name, value }],
});

describe("an untouched bundle", () => {
  test("passes, with the report of an APK of the same input", async () => {
    const apk = verifyApk(await build(input), expected);
    if (!apk.ok) throw new Error("not verified");
    expect(verifyBundle(bundle, expected)).toEqual({
      ok: true,
      report: { ...apk.report, schemes: ["v1"], entries: 27, size: bundle.length },
    });
    expect(problemsOf(bundleOf(files, key), expected)).toBe("");
  });

  test("is no APK, and an APK is no bundle", async () => {
    expect(verifyApk(bundle)).toEqual({ ok: false, problems: ["has no APK signing block"] });
    expect(problemsOf(await build(input))).not.toBe("");
  });
});

describe("bundletool's rules for files", () => {
  test.each([
    ["base/assets/", "base/assets/ is the entry of a directory"],
    ["/base/assets/a", "/base/assets/a begins with a slash"],
    ["base//assets/a", "not a proper path"],
    ["base/assets/../a", "not a proper path"],
    ["resources.pb", "resources.pb belongs to no module"],
    ["feature/assets/a", "the module feature has no manifest/AndroidManifest.xml"],
    ["base/AndroidManifest.xml", "AndroidManifest.xml is not in one of the folders of a module"],
    ["base/other/a", "other/a is not in one of the folders of a module"],
    ["base/assets", "assets is not in one of the folders of a module"],
    ["base/native.pb", "native.pb is not in one of the folders of a module"],
    ["base/manifest/other.xml", "manifest/ has something other than a manifest"],
    ["base/dex/classes.jar", "dex/ has a file that is not named"],
    ["base/dex/main.dex", "dex/ has a file that is not named"],
    ["base/dex/more/classes2.dex", "dex/ has a file that is not named"],
    ["base/dex/classes1.dex", "dex/ has classes1.dex where classes2.dex must be"],
    ["base/dex/classes3.dex", "dex/ has classes3.dex where classes2.dex must be"],
    ["base/lib/x86/libmain.so", "has native code"],
    ["base/apex/x86.img", "has a system image"],
    ["base/root/AndroidManifest.xml", "root/ has a reserved name"],
    ["base/root/resources.arsc", "root/ has a reserved name"],
    ["base/root/resources.pb", "root/ has a reserved name"],
    ["base/root/classes2.dex", "root/ has a reserved name"],
    ["base/root/res/a", "root/ has a reserved name"],
    ["base/root/lib/a", "root/ has a reserved name"],
    ["base/res/other.xml", "the table does not refer to res/other.xml"],
  ])("%s is refused", (name, problem) => {
    expect(problemsWith(file(name))).toContain(problem);
  });

  test.each(["base/assets/deep/er/a", "base/root/a", "base/dex/classes2.dex"])(
    "%s is taken",
    (name) => {
      expect(problemsWith(file(name))).toBe("");
    },
  );

  test("a gap between numbered classes is found beyond the ninth", () => {
    const numbered = (...numbers: number[]) =>
      problemsWith(...numbers.map((number) => file(`base/dex/classes${number}.dex`)));
    expect(numbered(2, 3, 4, 5, 6, 7, 8, 9, 10, 11)).toBe("");
    expect(numbered(2, 3, 4, 5, 6, 7, 8, 9, 11)).toContain("where classes10.dex must be");
  });

  test.each([
    ["BundleConfig.pb", "has no BundleConfig.pb"],
    [MANIFEST, "the module base has no manifest/AndroidManifest.xml"],
    ["base/dex/classes.dex", "has no base/dex/classes.dex"],
    ["base/resources.pb", "has no base/resources.pb"],
    ["base/assets/config.json", "has no assets/config.json"],
    ["base/assets/slipway.js", "has no assets/slipway.js"],
    ["base/res/mipmap-mdpi/ic_launcher.webp", "refers to res/mipmap-mdpi/ic_launcher.webp, which"],
  ])("a bundle without %s is refused", (name, problem) => {
    expect(problemsWithout(name)).toContain(problem);
  });

  test("a second module is refused, since no bundle that is made here has one", () => {
    const other = file("feature/manifest/AndroidManifest.xml");
    expect(problemsWith(other)).toContain("has a module other than base: feature");
  });

  test.each(["", "1.18", "latest", "1.18.2.1"])(
    "%j is refused as the version of bundletool",
    (version) => {
      const config = file("BundleConfig.pb", message(1, text(2, version)));
      expect(problemsWith(config)).toContain("names no version of bundletool");
    },
  );
});

describe("bundletool's rules for the manifest", () => {
  /** An attribute of the element whose fields it stands among, encoded by hand: the encoder knows only what it needs. */
  const attribute = (uri: string, name: string, id: number, primitive: Uint8Array) => {
    const named = [text(1, uri), text(2, name), ...(id === 0 ? [] : [uint(5, id)])];
    return message(4, ...named, message(6, message(7, primitive)));
  };
  const android = (name: string, id: number, value: number) =>
    attribute("http://schemas.android.com/apk/res/android", name, id, uint(6, value));

  /** The problems of a bundle whose manifest has more fields in its root. */
  const problemsWithMore = (...fields: readonly Uint8Array[]): string => {
    const encoded = encodeProtoXml(model.manifest, resourceIds(model.resources));
    // the only field of the document is its root, with a length of two bytes
    const manifest = message(1, encoded.subarray(3), ...fields);
    return problemsWith(file(MANIFEST, manifest));
  };

  test.each([
    [24, 23, "minSdkVersion 24 is above maxSdkVersion 23"],
    [0xffffffff, 24, "an SDK version is negative"],
    [24, 0x80000000, "an SDK version is negative"],
  ])("SDK versions from %d to %d are refused", (least, most, problem) => {
    const sdk = message(
      1,
      text(3, "uses-sdk"),
      android("minSdkVersion", 0x0101020c, least),
      android("maxSdkVersion", 0x01010271, most),
    );
    expect(problemsWithMore(message(5, sdk))).toBe(problem);
  });

  test("the sandbox is of a version that exists", () => {
    const version = (value: number) =>
      problemsWithMore(android("targetSandboxVersion", 0x0101054c, value));
    expect([version(2), version(3)]).toEqual(["", "targetSandboxVersion is above 2"]);
  });

  test("the base module is no split and needs none", () => {
    const split = withAttribute("split", { kind: "string", value: "base" }, false);
    expect(problemsWithManifest(split)).toBe("the base module is a split");
    const needs = withChild(element("uses-split"));
    expect(problemsWithManifest(needs)).toBe("needs a module that is not there");
  });

  test("there is a version code", () => {
    const without = (manifest: XmlElement) => ({
      ...manifest,
      attributes: manifest.attributes.filter(({ name }) => name !== "versionCode"),
    });
    expect(problemsWithManifest(without)).toBe("the manifest has no version code");
  });

  test("no library is used that a bundle names elsewhere", () => {
    const used = onElement("application", withChild(element("uses-sdk-library")));
    expect(problemsWithManifest(used)).toBe("the manifest has a uses-sdk-library");
  });

  test("the table is of the manifest's package", () => {
    const table = encodeProtoTable(
      { ...model, packageName: "com.example.other" },
      resourceIds(model.resources),
    );
    const problem = "the table is of com.example.other, the manifest of com.example.app";
    expect(problemsWith(file("base/resources.pb", table))).toBe(problem);
  });

  /** An element of Play's namespace. */
  const dist = (name: string, flag: [string, boolean] | null, ...children: Uint8Array[]) =>
    message(
      1,
      text(2, DISTRIBUTION),
      text(3, name),
      ...(flag === null ? [] : [attribute(DISTRIBUTION, flag[0], 0, uint(8, flag[1] ? 1 : 0))]),
      ...children.map((child) => message(5, child)),
    );

  test.each<[string, Uint8Array, string]>([
    ["on demand, as it was said before", dist("module", ["onDemand", true]), "is on demand"],
    [
      "on demand",
      dist("module", null, dist("delivery", null, dist("on-demand", null))),
      "is on demand",
    ],
    [
      "under conditions",
      dist(
        "module",
        null,
        dist("delivery", null, dist("install-time", null, dist("conditions", null))),
      ),
      "is delivered under conditions",
    ],
    [
      "left out of fused APKs",
      dist("module", null, dist("fusing", ["include", false])),
      "is left out of fused APKs",
    ],
    ["not on demand", dist("module", ["onDemand", false]), ""],
    ["at install", dist("module", null, dist("delivery", null, dist("install-time", null))), ""],
  ])("the base module delivered like this: %s", (_, module, problem) => {
    const found = problemsWithMore(message(5, module));
    expect(found).toBe(problem === "" ? "" : `the base module ${problem}`);
  });
});

describe("bundletool's rules for resources", () => {
  const problemsWithTable = (change: (resources: AppModel["resources"]) => unknown): string => {
    const resources = change(model.resources) as AppModel["resources"];
    const table = encodeProtoTable({ ...model, resources }, resourceIds(model.resources));
    return problemsWith(file("base/resources.pb", table));
  };
  const onEntry = (name: string, values: unknown) => (resources: AppModel["resources"]) =>
    resources.map((type) => ({
      ...type,
      entries: type.entries.map((entry) => (entry.name === name ? { ...entry, values } : entry)),
    }));
  const value = (path: string, kind: "file" | "xml-file" = "file") => [
    { configuration: {}, value: { kind, path, bytes: new Uint8Array() } },
  ];

  test("a reference to a file that is not there is refused", () => {
    const changed = onEntry("ic_launcher_foreground", value("res/nothing.webp"));
    const problem = "the table refers to res/nothing.webp, which is not there";
    expect(problemsWithTable(changed)).toBe(problem);
  });

  test("a reference to a file outside res/ is refused", () => {
    const changed = onEntry("ic_launcher_foreground", value("assets/config.json"));
    const problem = "the table refers to assets/config.json, which is not under res/";
    expect(problemsWithTable(changed)).toBe(problem);
  });

  test("a file that the table has as text is not referred to", () => {
    const path = "res/mipmap-anydpi-v26/ic_launcher.xml";
    const changed = (resources: AppModel["resources"]) =>
      JSON.parse(
        JSON.stringify(resources).replace(
          /\{"kind":"xml-file","path":"([^"]+)"/,
          '{"kind":"string","value":"$1"',
        ),
      );
    expect(problemsWithTable(changed)).toBe(`the table does not refer to ${path}`);
  });

  test("a file of another type than the table says is refused", () => {
    const path = "res/mipmap-mdpi/ic_launcher.webp";
    const changed = onEntry("ic_launcher_background", value(path, "xml-file"));
    expect(problemsWithTable(changed)).toBe(`the table says that ${path} is of another type`);
  });

  test("a table of a million types in a bundle of a few kilobytes is judged at once", () => {
    const types = Buffer.alloc(2_000_000).map((_, at) => (at % 2 === 0 ? 3 * 8 + 2 : 0));
    const table = message(2, message(1, uint(1, 0x7f)), types);
    expect(problemsWith(file("base/resources.pb", table))).toBe("a type has no id");
  });

  test("an id that is there twice is refused", () => {
    const bytes = files.find(({ name }) => name === "base/resources.pb")?.bytes ?? Buffer.of();
    const again = message(3, message(1, uint(1, 1)), text(2, "color"), message(3, text(2, "more")));
    // the only field of the table is its package, with a length of two bytes or three
    const length = bytes.findIndex((byte, at) => at > 0 && byte < 0x80);
    const table = message(2, bytes.subarray(length + 1), again);
    const problem = "the resource id 0x7f010000 is there twice";
    expect(problemsWith(file("base/resources.pb", table))).toBe(problem);
  });

  test.each([
    ["app_theme", [{ configuration: {}, value: color("#000000") }], "launch theme's colour"],
    ["AppTheme", [], "leads nowhere"],
  ])("what no rule is for is checked as in an APK: %s", (name, values, problem) => {
    const resources = onEntry(name, values)(model.resources) as AppModel["resources"];
    const kept = resources.map((type) => ({
      ...type,
      entries: type.entries.filter((entry) => entry.values.length > 0),
    }));
    const table = encodeProtoTable({ ...model, resources: kept }, resourceIds(model.resources));
    const changed = files.map((one) =>
      one.name === "base/resources.pb" ? { ...one, bytes: table } : one,
    );
    expect(problemsOf(bundleOf(changed, key), expected)).toContain(problem);
  });
});

describe("damage", () => {
  const contents = (bytes: Uint8Array) =>
    [...readEntriesOnly(bytes).values()].map(({ name, bytes: inside }) => [name, inside]);

  test("a flipped bit is found, unless every file is still the same", () => {
    const whole = contents(bundle);
    fc.assert(
      fc.property(fc.nat(bundle.length - 1), fc.nat(7), (at, bit) => {
        const flipped = Uint8Array.from(bundle);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        if (problemsOf(flipped) === "") expect(contents(flipped)).toEqual(whole);
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  /** The bundle with one byte changed, `at` bytes after the beginning of its central directory. */
  const inDirectory = (at: number): Uint8Array => {
    const changed = Buffer.from(bundle);
    const directory = changed.readUInt32LE(changed.length - 6);
    changed[directory + at] = (changed[directory + at] ?? 0) ^ 0xff;
    return changed;
  };

  test.each([
    ["the version that made an entry", 4, "an entry was made for another version of zip"],
    ["the extra field of an entry", 30, "an entry has an extra field"],
    ["the comment of an entry", 32, "an entry has a comment"],
    ["the internal attributes of an entry", 36, "an entry has attributes"],
    ["the external attributes of an entry", 38, "an entry has attributes"],
  ])("%s is found, though no signature covers it", (_, at, problem) => {
    expect(problemsOf(inDirectory(at))).toContain(problem);
  });

  test("anything but padding before a file is found, though no signature covers it", () => {
    // 6 bytes of header, then the zeros
    const padding = Buffer.from(bundle).indexOf(Buffer.from([0x35, 0xd9, 3, 0, 4, 0, 0]));
    expect(padding).toBeGreaterThan(0);
    const changed = (at: number) => {
      const copy = Uint8Array.from(bundle);
      copy[padding + at] = (copy[padding + at] ?? 0) ^ 1;
      return problemsOf(copy);
    };
    expect(changed(0)).toBe("an entry has an unknown extra field");
    expect(changed(2)).toBe("an extra field has bytes that belong to nothing");
    expect(changed(4)).toBe("an entry has another alignment");
    expect(changed(6)).toBe("an entry's padding is not empty");
  });

  test("any cut, any added byte and any other file are found", () => {
    fc.assert(
      fc.property(fc.nat(bundle.length - 1), (length) => {
        expect(problemsOf(bundle.subarray(0, length))).not.toBe("");
      }),
    );
    expect(problemsOf(Buffer.concat([bundle, Buffer.of(0)]))).not.toBe("");
    expect(problemsOf(Buffer.concat([Buffer.of(0), bundle]))).not.toBe("");
  });

  test.each([MANIFEST, "base/resources.pb", "BundleConfig.pb"])(
    "never makes the verifier throw when %s is damaged",
    (name) => {
      const whole = files.find((one) => one.name === name)?.bytes ?? Buffer.of();
      fc.assert(
        fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
          const damaged = Uint8Array.from(whole).fill(byte, at, at + 1);
          expect(problemsWith(file(name, damaged))).toBeTypeOf("string");
        }),
        { numRuns: propertyRuns(100) },
      );
    },
  );
});

describe("a bundle that is not what was asked for", () => {
  const { app } = input;
  test.each<[string, Expected]>([
    ["package", { ...expected, app: { ...app, package_name: "com.example.other" } }],
    ["version code", { ...expected, app: { ...app, version_code: 43 } }],
    ["label", { ...expected, app: { ...app, name: "Other" } }],
    ["debuggable", { ...expected, debuggable: false }],
    ["permissions", { ...expected, app: anApp({ config: { permissions: ["camera"] } }) }],
    ["keep awake", { ...expected, app: anApp({ config: { keep_awake: true } }) }],
    ["signer", { ...expected, certificateSha256: "0".repeat(64) }],
    ["adi-registration.properties", { ...expected, adiToken: "token" }],
  ])("is refused when it differs in this: %s", (what, against) => {
    expect(problemsOf(bundle, against)).toContain(what);
  });

  test("is refused when it holds a proof", () => {
    const proof = file("base/assets/adi-registration.properties", "token\n");
    const proving = bundleOf([...files, proof], key);
    expect(problemsOf(proving, expected)).toContain("is no proof build");
  });

  test("is refused when an attribute's text is not its value, since some tools read the text", () => {
    const name = files.find((one) => one.name === MANIFEST)?.bytes ?? Buffer.of();
    // the text comes before the value
    const other = Buffer.from(name)
      .toString("latin1")
      .replace("com.example.app", "com.example.apk");
    const manifest = file(MANIFEST, Buffer.from(other, "latin1"));
    expect(problemsWith(manifest)).toBe("an attribute has two values");
  });

  test("is refused when its icon is a boolean, as every wrong value is", () => {
    const wrong = onElement("application", (one) => ({
      ...one,
      attributes: one.attributes.map((attribute) =>
        attribute.name === "icon" ? { ...attribute, value: boolean(true) } : attribute,
      ),
    }));
    expect(problemsWithManifest(wrong)).toBe("what is drawn at the start is not the launcher icon");
  });
});
