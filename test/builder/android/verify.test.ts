// The verifier finds every flipped byte, every cut, and correctly signed APKs that are wrong inside.
import * as fc from "fast-check";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import type { AppConfig } from "../../../src/protocol/config.ts";
import { appModel } from "../../../builder/android/app-input.ts";
import { encodeResourceTable } from "../../../builder/android/arsc.ts";
import { encodeXml } from "../../../builder/android/binary-xml.ts";
import { assembleApk } from "../../../builder/android/assemble-apk.ts";
import type { IconSet } from "../../../builder/android/icons/icon-set.ts";
import { renderIcons } from "../../../builder/android/icons/render-icons.ts";
import { boolean, color, element, string } from "../../../builder/android/model.ts";
import type {
  AppModel,
  ConfiguredValue,
  Value,
  XmlElement,
} from "../../../builder/android/model.ts";
import { resourceIds } from "../../../builder/android/resource-ids.ts";
import { resolveSettings } from "../../../builder/android/settings.ts";
import { verifyApk } from "../../../builder/android/verify.ts";
import type { Expected } from "../../../builder/android/verify.ts";
import { readArchive } from "../../../builder/android/verify/zip-archive.ts";
import { altered, uncompressed, withEntry } from "./support/altered.ts";
import { NO_PICTURES, anApp, anInput, build } from "./support/inputs.ts";
import { ecKey, rsaKey } from "./support/signing-keys.ts";
import { propertyRuns } from "../../support/property-runs.ts";

const key = rsaKey();
const input = anInput({ signing: key });
const expected: Expected = { app: input.app, debuggable: input.debuggable };
let apk: Uint8Array;
let icons: IconSet;
let model: AppModel;

beforeAll(async () => {
  const settings = resolveSettings(input.app, input.debuggable, null);
  icons = await renderIcons(NO_PICTURES, settings);
  model = appModel(settings, icons);
  apk = assembleApk(input, icons);
});

function problemsOf(bytes: Uint8Array, against: Expected = expected): string {
  const result = verifyApk(bytes, against);
  return result.ok ? "" : result.problems.join("; ");
}

function flipped(bytes: Uint8Array, at: number, bit = 0): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

describe("damage", () => {
  test("an undamaged APK passes, with a full report", () => {
    const result = verifyApk(apk, expected);
    expect(result).toEqual({
      ok: true,
      report: {
        package_name: "com.example.app",
        version_name: "1.2.3",
        version_code: 42,
        label: "Example",
        launcher_label: "Example",
        orientation: "any",
        theme_color: "#ffffff",
        background_color: "#ffffff",
        fullscreen: false,
        shortcuts: [],
        min_sdk: 24,
        target_sdk: 36,
        debuggable: true,
        permissions: ["android.permission.ACCESS_NETWORK_STATE", "android.permission.INTERNET"],
        url: "https://www.example.com/start?from=app",
        cleartext_hosts: [],
        push: false,
        adi_token: null,
        schemes: ["v2", "v3"],
        certificate_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        entries: 23,
        size: apk.length,
      },
    });
  });

  test("any flipped bit is found", () => {
    fc.assert(
      fc.property(fc.nat(apk.length - 1), fc.nat(7), (at, bit) => {
        expect(problemsOf(flipped(apk, at, bit))).not.toBe("");
      }),
      { numRuns: propertyRuns(1000) },
    );
  });

  test("every flipped byte of the signing block and the end record is found", () => {
    const stored = uncompressed(apk, key);
    expect(problemsOf(stored)).toBe("");
    const { entries, signingBlock, end } = readArchive(stored).sections;
    const places = [
      ...Array.from(signingBlock, (_, at) => entries.length + at),
      ...Array.from(end, (_, at) => stored.length - end.length + at),
    ];
    expect(places.filter((at) => problemsOf(flipped(stored, at)) === "")).toEqual([]);
  });

  test("any cut, any added byte and any other file are found", () => {
    fc.assert(
      fc.property(fc.nat(apk.length - 1), (length) => {
        expect(problemsOf(apk.subarray(0, length))).not.toBe("");
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(problemsOf(bytes)).not.toBe("");
      }),
    );
    expect(problemsOf(Buffer.concat([apk, Buffer.from([0])]))).not.toBe("");
    expect(problemsOf(Buffer.concat([Buffer.from([0]), apk]))).not.toBe("");
  });
});

describe("a correctly signed APK", () => {
  const black = [{ configuration: {}, value: color("#000000") }];
  const away = { kind: "file", path: "res/nothing.png", bytes: new Uint8Array() } as const;

  test("passes when its entries are untouched", () => {
    expect(problemsOf(altered(apk, key, (entry) => entry))).toBe("");
  });

  test.each([
    "AndroidManifest.xml",
    "resources.arsc",
    "classes.dex",
    "assets/config.json",
    "assets/slipway.js",
    "res/mipmap-xxxhdpi/ic_launcher.webp",
    "res/mipmap-anydpi-v26/ic_launcher.xml",
  ])("is refused when %s is missing", (name) => {
    const without = altered(apk, key, (entry) => (entry.name === name ? null : entry));
    expect(problemsOf(without)).not.toBe("");
  });

  /** The table with the second offset after `at` as the first is: two places that hold one thing. */
  const twice = (at: (table: Buffer) => number) =>
    withEntry(apk, key, "resources.arsc", (bytes) => {
      const table = Buffer.from(bytes);
      const first = at(table);
      table.writeUInt32LE(table.readUInt32LE(first), first + 4);
      return table;
    });

  test("is refused when its table holds a string or an entry in two places, since a small one could hold endless ones", () => {
    // the header of the table, then that of the strings
    expect(problemsOf(twice(() => 12 + 28))).toBe("strings overlap");
    // the first type with its header of 84 bytes
    const type = Buffer.from([0x01, 0x02, 84, 0]);
    expect(problemsOf(twice((table) => table.indexOf(type) + 84))).toBe("entries overlap");
  });

  test("is refused when elements are too deep inside one another, or an attribute is there twice", () => {
    const problemsWith = (manifest: XmlElement) => {
      const xml = encodeXml(manifest, resourceIds(model.resources));
      return problemsOf(withEntry(apk, key, "AndroidManifest.xml", () => xml));
    };
    const deep = (levels: number): XmlElement =>
      element("deep", {}, levels === 1 ? [] : [deep(levels - 1)]);
    const manifest = (levels: number) => ({
      ...model.manifest,
      children: [...model.manifest.children, deep(levels)],
    });
    expect(problemsWith(manifest(49))).toBe("");
    expect(problemsWith(manifest(50))).toBe("elements are too deep inside one another");
    const name = { android: false, name: "package", value: string("com.example.other") };
    const attributes = [...model.manifest.attributes, name];
    const problem = "the attribute package is there twice";
    expect(problemsWith({ ...model.manifest, attributes })).toBe(problem);
  });

  test("is refused when its network configuration says false by a text, which Android reads as true", () => {
    const name = "res/xml/network_security_config.xml";
    const written = (value: Value) => {
      const attributes = [{ android: false, name: "cleartextTrafficPermitted", value }];
      const base = { ...element("base-config"), attributes };
      const xml = encodeXml(element("network-security-config", {}, [base]), () => 0);
      return problemsOf(withEntry(apk, key, name, () => xml));
    };
    expect(written(boolean(false))).toBe("");
    expect(written(boolean(true))).toBe("every host may be reached without TLS");
    const problem = "cleartextTrafficPermitted is neither true nor false";
    expect(written(string("false"))).toBe(problem);
  });

  test("is refused when its entries together unpack to too much", () => {
    const zeros = new Uint8Array(40 * 1024 * 1024);
    const vast = ["classes.dex", "assets/config.json"];
    const bomb = altered(apk, key, (entry) =>
      vast.includes(entry.name) ? { ...entry, bytes: zeros } : entry,
    );
    expect(bomb.length).toBeLessThan(200_000);
    expect(problemsOf(bomb)).toBe("the entries are too large");
  });

  test("is refused when resources.arsc is compressed", () => {
    const compressed = altered(apk, key, (entry) => ({
      ...entry,
      stored: entry.stored && entry.name !== "resources.arsc",
    }));
    expect(problemsOf(compressed)).toContain("resources.arsc is compressed");
  });

  test("is refused for any flipped bit of classes.dex, by the dex's own checksums", () => {
    const { bytes } = readArchive(apk).entries.get("classes.dex") ?? { bytes: new Uint8Array() };
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (at) => {
        const damaged = withEntry(apk, key, "classes.dex", (dex) => flipped(dex, at));
        expect(problemsOf(damaged)).toContain("classes.dex");
      }),
      { numRuns: propertyRuns(20) },
    );
  });

  test.each(["AndroidManifest.xml", "resources.arsc"])(
    "never makes the verifier throw when %s is damaged",
    (name) => {
      const length = readArchive(apk).entries.get(name)?.bytes.length ?? 0;
      fc.assert(
        fc.property(fc.nat(length - 1), fc.nat(255), (at, byte) => {
          const damaged = withEntry(apk, key, name, (bytes) => bytes.fill(byte, at, at + 1));
          expect(verifyApk(damaged)).toHaveProperty("ok");
        }),
        { numRuns: propertyRuns(200) },
      );
    },
  );

  test.each([
    ["text that is not JSON", "nonsense"],
    ["an unknown key", '{"schema":1,"more":true}'],
  ])("is refused when assets/config.json holds %s", (_, text) => {
    const other = withEntry(apk, key, "assets/config.json", () => new TextEncoder().encode(text));
    expect(problemsOf(other)).toContain("assets/config.json");
  });

  test.each([
    ["nothing", ""],
    ["another script", "(function(){})"],
    ["more after the script", '(function(){"slipway-ready"})();alert(1)'],
    ["what is no script", "slipway-ready\0"],
  ])("is refused when assets/slipway.js holds %s", (_, text) => {
    const other = withEntry(apk, key, "assets/slipway.js", () => Buffer.from(text));
    expect(problemsOf(other)).toContain("assets/slipway.js is not the script");
  });

  test.each([
    "res/mipmap-hdpi/ic_launcher.webp",
    "res/mipmap-xxhdpi/ic_launcher_foreground.webp",
    "res/mipmap-xxxhdpi/ic_launcher_monochrome.webp",
  ])("is refused when %s is cut, damaged, of another size or not square", async (name) => {
    const changed = (change: (webp: Uint8Array) => Uint8Array) =>
      problemsOf(withEntry(apk, key, name, change));
    for (const length of [13, 33, -20, -1]) {
      expect(changed((webp) => webp.subarray(0, length))).toContain(`${name} is cut`);
    }
    expect(changed((webp) => webp.subarray(0, 11))).toContain(`${name} is not a WebP`);
    expect(changed((webp) => flipped(webp, 1))).toContain(`${name} is not a WebP`);
    // in the length of the picture's chunk, and in what begins the picture
    expect(changed((webp) => flipped(webp, 16))).toContain(`${name} is cut`);
    expect(changed((webp) => flipped(webp, 20))).toContain(`${name} is damaged`);
    for (const [height, problem] of [
      [20, /is not \d+ px wide/],
      [70, /is not square/],
    ] as const) {
      const create = { width: 20, height, channels: 3, background: "#336699" } as const;
      const other = await sharp({ create }).webp().toBuffer();
      expect(problemsOf(withEntry(apk, key, name, () => other))).toMatch(problem);
    }
  });

  test.each<[string, readonly ConfiguredValue[], string]>([
    ["ic_launcher_foreground", [], "leads nowhere"],
    ["ic_launcher_monochrome", [], "leads nowhere"],
    ["ic_launcher_background", [], "leads nowhere"],
    ["AppTheme", [], "leads nowhere"],
    ["app_background", [], "leads nowhere"],
    ["ic_launcher_foreground", black, "the table does not name"],
    ["ic_launcher", [{ configuration: { density: 160 }, value: away }], "the table does not name"],
    ["ic_launcher_background", [{ configuration: {}, value: away }], "has no res/nothing.png"],
    ["app_theme", black, "launch theme's colour"],
    ["app_background", black, "launch theme's background"],
  ])("is refused when the table's %s is %j", (name, values, problem) => {
    const { resources } = model;
    const changed = resources.map((type) => ({
      ...type,
      entries: type.entries.map((entry) => (entry.name === name ? { ...entry, values } : entry)),
    }));
    const table = encodeResourceTable({ ...model, resources: changed });
    expect(problemsOf(withEntry(apk, key, "resources.arsc", () => table))).toContain(problem);
  });

  test("is refused when the adaptive icon or the manifest refers to what does not exist", () => {
    const resolve = resourceIds(model.resources);
    const astray = (name: string) => (to: string) => (to === name ? 0x7f990001 : resolve(to));
    const icon = model.resources
      .flatMap(({ entries }) => entries.flatMap(({ values }) => values))
      .map(({ value }) => value)
      .find((value) => value.kind === "xml-file");
    for (const name of ["foreground", "monochrome"]) {
      const xml = encodeXml(icon!.root, astray(`mipmap/ic_launcher_${name}`));
      const broken = withEntry(apk, key, icon!.path, () => xml);
      expect(problemsOf(broken)).toContain("0x7f990001 leads nowhere");
    }
    for (const name of ["style/AppTheme", "mipmap/ic_launcher"]) {
      const xml = encodeXml(model.manifest, astray(name));
      const broken = withEntry(apk, key, "AndroidManifest.xml", () => xml);
      expect(problemsOf(broken)).toContain("0x7f990001 leads nowhere");
    }
  });

  test("is refused when the class that the launcher starts is not in classes.dex", () => {
    const renamed = JSON.parse(
      JSON.stringify(model.manifest).replaceAll("shell.MainActivity", "shell.MainActivities"),
    );
    const xml = encodeXml(renamed, resourceIds(model.resources));
    const broken = withEntry(apk, key, "AndroidManifest.xml", () => xml);
    expect(problemsOf(broken)).toContain("classes.dex has no app.slipway.shell.MainActivities");
  });

  test("is refused when res/ has a file that the table does not name", () => {
    const more = altered(apk, key, (entry) =>
      entry.name === "res/mipmap-mdpi/ic_launcher.webp"
        ? { ...entry, name: "res/other.webp" }
        : entry,
    );
    expect(problemsOf(more)).toContain("res/other.webp");
  });
});

describe("an APK that is not what was asked for", () => {
  const { app } = input;
  const asked = (config: AppConfig): Expected => ({ ...expected, app: anApp({ config }) });
  test.each<[string, Expected]>([
    ["package", { ...expected, app: { ...app, package_name: "com.example.other" } }],
    ["version name", { ...expected, app: { ...app, version_name: "2" } }],
    ["version code", { ...expected, app: { ...app, version_code: 43 } }],
    ["label", { ...expected, app: { ...app, name: "Other" } }],
    ["debuggable", { ...expected, debuggable: false }],
    ["hosts without TLS", { ...expected, app: { ...app, url: "http://www.example.com/" } }],
    ["hosts without TLS", asked({ cleartext_hosts: ["*.a.example"] })],
    ["trusted certificates", asked({ trust_user_cas: true })],
    ["what starts the activity", asked({ return_hosts: ["login.example.com"] })],
    ["what starts the activity", asked({ custom_scheme: "example" })],
    ["scheme", asked({ custom_scheme: "example" })],
    ["tabs of the browser", asked({ custom_tab_hosts: ["a.example"] })],
    ["dark theme", asked({ theme: "light" })],
    ["dark theme", asked({ theme: "dark" })],
    ["size of text", asked({ text_zoom: 100 })],
    ["pull to refresh", asked({ pull_to_refresh: true })],
    ["cookies of other sites", asked({ third_party_cookies: false })],
    ["protected media", asked({ protected_media: true })],
    ["page without a network", asked({ offline_page: "<p>" })],
    ["colour at the start", asked({ splash_color: "#000000" })],
    ["start page", { ...expected, app: { ...app, url: "https://www.example.com/" } }],
    ["orientation", { ...expected, app: anApp({ config: { orientation: "portrait" } }) }],
    ["permissions", { ...expected, app: anApp({ config: { permissions: ["camera"] } }) }],
    ["hosts", { ...expected, app: anApp({ config: { allowed_hosts: ["example.org"] } }) }],
    ["theme colour", { ...expected, app: anApp({ config: { theme_color: "#000000" } }) }],
    ["background colour", { ...expected, app: anApp({ config: { background_color: "#000000" } }) }],
    ["user agent", { ...expected, app: anApp({ config: { user_agent_suffix: "x" } }) }],
    ["full screen", { ...expected, app: anApp({ config: { fullscreen: true } }) }],
    ["keep awake", { ...expected, app: anApp({ config: { keep_awake: true } }) }],
    ["signer", { ...expected, certificateSha256: "0".repeat(64) }],
  ])("is refused when it differs in this: %s", (what, against) => {
    expect(problemsOf(apk, against)).toContain(what);
  });

  const proof = "assets/adi-registration.properties";

  test("is refused when it is a proof and none was asked for, or another, or the reverse", () => {
    const adiToken = "D4CXKS6ICEQ3ZE2FAKE6IWHEEM";
    const proving = assembleApk({ ...input, adiToken }, icons);
    expect(problemsOf(proving, { ...expected, adiToken })).toBe("");
    expect(problemsOf(proving)).toBe(`has ${proof}, but is no proof build`);
    expect(problemsOf(proving, { ...expected, adiToken: "other" })).toBe(`${proof} is not right`);
    expect(problemsOf(apk, { ...expected, adiToken })).toBe(`${proof} is not right`);
  });

  test.each(["", "token", "token\n\n", "\n", "token\r\n", " \u0007\n", "a\nb\n", "tökén\n"])(
    "is refused when the proof holds %j",
    (contents) => {
      const proving = assembleApk({ ...input, adiToken: "token" }, icons);
      const broken = withEntry(proving, key, proof, () => Buffer.from(contents));
      expect(problemsOf(broken)).toContain("something else than a token and a newline");
    },
  );

  test("is refused when another key signed it", async () => {
    const own = verifyApk(apk);
    if (!own.ok) throw new Error("not verified");
    const certificateSha256 = own.report.certificate_sha256;
    expect(problemsOf(apk, { ...expected, certificateSha256 })).toBe("");
    const other = await build({ ...input, signing: ecKey() });
    expect(problemsOf(other, { ...expected, certificateSha256 })).toContain("the signer is");
  });
});
