// Whole apps of many kinds in both formats, which the project's own verifier compares with what was asked for.
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { assembleApk } from "../../../builder/android/assemble-apk.ts";
import { assembleBundle } from "../../../builder/android/build-bundle.ts";
import { renderAppIcons } from "../../../builder/android/app-icons.ts";
import { renderIcons } from "../../../builder/android/icons/render-icons.ts";
import { verifyApk, verifyBundle } from "../../../builder/android/verify.ts";
import { CreateApp } from "../../../src/domain/apps/app-input.ts";
import { packageNameFor } from "../../../src/domain/apps/package-name.ts";
import { AppSnapshot } from "../../../src/protocol/builder.ts";
import { type AppConfig } from "../../../src/protocol/config.ts";
import { AppPermission } from "../../../src/protocol/config-parts.ts";
import { readArchive } from "../../../builder/android/verify/zip-archive.ts";
import {
  anApp,
  anInput,
  build,
  buildAab,
  iconAlone,
  noisePicture,
  picture,
} from "./support/inputs.ts";
import { rsaKey } from "./support/signing-keys.ts";
import { propertyRuns } from "../../support/property-runs.ts";

/** The formats with what makes them, what checks them, and what they may have, bytes. */
const FORMATS = [
  { format: "APK", make: build, verify: verifyApk, sizeBudget: 150_000 },
  { format: "bundle", make: buildAab, verify: verifyBundle, sizeBudget: 200_000 },
] as const;

const rsa = rsaKey();

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 100 });

/** What a client may ask of the API, its extremes included; not all of it is taken. */
const wantedApp = fc.record(
  {
    name: fc.oneof(text, fc.constantFrom("\u200b", "@string/app_name", "🚀".repeat(100))),
    url: fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      text.map((rest) => `https://example.com/${rest}`),
      fc.constantFrom(
        "http://x",
        "https://[::1]:8443/",
        "HTTPS://münchen.de/ä?ö#ü",
        "http://0x7f.1",
      ),
      fc.constantFrom("https:///example.com", `https://e.com/${"é".repeat(1986)}`),
    ),
    package_name: fc
      .oneof(
        fc.array(fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,20}$/), { minLength: 2, maxLength: 9 }),
        fc.constantFrom(
          ["A", "b".repeat(198)],
          Array.from({ length: 100 }, () => "a"),
        ),
      )
      .map((segments) => segments.join(".")),
    version_name: fc.oneof(text, fc.constantFrom("1", "?attr/x", "9".repeat(100))),
    version_code: fc.constantFrom(1, 65_536, 2_100_000_000),
    config: fc.record(
      {
        theme_color: fc.constantFrom("#FFFFFF", "#00aB00"),
        background_color: fc.constantFrom("#000000", "#FEDCBA"),
        orientation: fc.constantFrom("any", "portrait", "landscape"),
        allowed_hosts: fc.array(fc.domain(), { maxLength: 50 }),
        user_agent_suffix: fc.string({ maxLength: 200 }),
        permissions: fc.array(fc.constantFrom(...AppPermission.options), { maxLength: 4 }),
        fullscreen: fc.boolean(),
        keep_awake: fc.boolean(),
        theme: fc.constantFrom("system", "light", "dark"),
        text_zoom: fc.integer({ min: 50, max: 200 }),
        splash_color: fc.constantFrom("#0a0B0c"),
        custom_tab_hosts: fc.array(fc.domain(), { maxLength: 10 }),
        return_hosts: fc.array(fc.domain(), { maxLength: 10 }),
        cleartext_hosts: fc.array(fc.oneof(fc.domain(), fc.constantFrom("a.test", "*.a.test")), {
          maxLength: 10,
        }),
        custom_scheme: fc.stringMatching(/^x[a-z0-9+.-]{0,49}$/),
        trust_user_cas: fc.boolean(),
        third_party_cookies: fc.boolean(),
        protected_media: fc.boolean(),
        pull_to_refresh: fc.boolean(),
        offline_page: fc
          .string({ minLength: 1, maxLength: 5000, unit: "grapheme" })
          .filter((text) => text.trim() !== "" && text.length <= 5000),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["name", "url"] },
);

/** Both formats, from the same icons, are what was asked for; and so they say the same. */
async function expectVerified(input: ReturnType<typeof anInput>): Promise<void> {
  const { app, debuggable } = input;
  const icons = await renderAppIcons(input, renderIcons);
  const apk = verifyApk(assembleApk(input, icons), { app, debuggable });
  const bundle = verifyBundle(assembleBundle(input, icons), { app, debuggable });
  expect(apk).toMatchObject({ ok: true, report: { label: app.name, debuggable } });
  if (!apk.ok) return;
  const { schemes: _schemes, entries: _entries, size: _size, ...same } = apk.report;
  expect(bundle).toMatchObject({ ok: true, report: same });
}

describe("an app is what was asked for, as an APK and as a bundle", () => {
  test.each([
    ["Latin", "Café Münster"],
    ["Arabic", "تطبيق المتجر"],
    ["Chinese and emoji", "世界商店 🎉👩‍🚀"],
    ["60 characters", "n".repeat(60)],
    ["100 characters beyond the BMP", "𝔸".repeat(50)],
    ["markup and quotes", `<b>"it's" & co</b>`],
    ["line breaks", "a\nb\tc"],
    ["the name of a file", "res/mipmap-mdpi/ic_launcher.webp"],
  ])("with a name like this: %s", async (_, name) => {
    await expectVerified(anInput({ app: anApp({ name }) }));
  });

  test.each<[string, AppConfig]>([
    ["colours", { theme_color: "#123456", background_color: "#000000" }],
    ["portrait", { orientation: "portrait" }],
    ["landscape", { orientation: "landscape" }],
    ["any orientation", { orientation: "any" }],
    ["hosts", { allowed_hosts: ["*.example.org", "example.net"] }],
    ["user agent", { user_agent_suffix: 'Slipway/1 "quoted"' }],
    ["all permissions", { permissions: ["camera", "microphone", "location", "notifications"] }],
    ["full screen, awake", { fullscreen: true, keep_awake: true }],
    ["a light theme", { theme: "light", splash_color: "#112233" }],
    ["a dark theme", { theme: "dark", text_zoom: 150 }],
    [
      "hosts without TLS",
      { cleartext_hosts: ["*.a.example", "10.0.0.1"], trust_user_cas: true, pull_to_refresh: true },
    ],
    [
      "ways out and in",
      {
        custom_tab_hosts: ["accounts.a.example/x/*"],
        return_hosts: ["www.example.com", "b.example"],
        custom_scheme: "ex.ample+1",
      },
    ],
    [
      "a page without a network",
      { offline_page: '<p>ä & 世界 "</p>', third_party_cookies: false, protected_media: true },
    ],
  ])("with a configuration of %s", async (_, config) => {
    await expectVerified(anInput({ app: anApp({ config }) }));
  });

  test.each([
    ["http", "http://example.com:8080/a?b=c#d"],
    ["an international host", "https://bücher.example/"],
    ["an IPv6 address", "http://[2001:db8::1]/"],
    ["a dot at the end of the host", "http://www.example.com./"],
  ])("with an address of %s", async (_, url) => {
    await expectVerified(anInput({ app: anApp({ url }) }));
  });

  test("as a release, with an RSA key, a version suffix and the greatest version code", async () => {
    const app = anApp({ version_name: "1.0.0-beta+1 (世界)", version_code: 2_100_000_000 });
    await expectVerified(anInput({ app, debuggable: false, signing: rsa }));
  });

  test("for any app that the API accepts", async () => {
    await fc.assert(
      fc.asyncProperty(wantedApp, async (wanted) => {
        const taken = CreateApp.safeParse(wanted);
        fc.pre(taken.success);
        const { platform: _platform, ...app } = taken.data;
        const { package_name = packageNameFor(app.name, crypto.randomUUID()) } = app;
        await expectVerified(anInput({ app: AppSnapshot.parse({ ...app, package_name }) }));
      }),
      { numRuns: propertyRuns(100) },
    );
  });

  test("with any name", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1, maxLength: 100 }), (name) =>
        expectVerified(anInput({ app: anApp({ name }) })),
      ),
      { numRuns: propertyRuns(20) },
    );
  });
});

describe.each(FORMATS)("$format:", ({ make, verify, sizeBudget }) => {
  let icon: Uint8Array;
  beforeAll(async () => {
    icon = await picture("png");
  });

  test("the same input and RSA key give the same bytes", async () => {
    for (const signing of [rsa, rsaKey(4096)]) {
      const input = anInput({ pictures: iconAlone(icon), signing });
      expect(Buffer.from(await make(input)).equals(await make(input))).toBe(true);
    }
  });

  test("an EC key gives the same contents and another signature", async () => {
    const [one, other] = await Promise.all([make(anInput()), make(anInput())]);
    expect(Buffer.from(one).equals(other)).toBe(false);
    const reports = [one, other].map((file) => verify(file));
    expect(reports[0]).toMatchObject({ ok: true, report: { label: "Example" } });
    expect(reports.map(({ ok }) => ok)).toEqual([true, true]);
  });

  test("another input gives other bytes", async () => {
    const one = await make(anInput({ signing: rsa }));
    const other = await make(anInput({ signing: rsa, app: anApp({ version_code: 43 }) }));
    expect(Buffer.from(one).equals(other)).toBe(false);
  });

  test("it stays below its size, whatever the icon", async () => {
    for (const source of [null, icon, await noisePicture(1024)]) {
      const file = await make(anInput({ pictures: iconAlone(source), signing: rsa }));
      expect(file.length).toBeLessThan(sizeBudget);
    }
  });

  test("an icon that is not an image is refused", async () => {
    const building = make(anInput({ pictures: iconAlone(new Uint8Array(10)) }));
    await expect(building).rejects.toMatchObject({ code: "invalid_icon" });
  });
});

describe("a proof build", () => {
  const adiToken = "D4CXKS6ICEQ3ZE2FAKE6IWHEEM";
  const proof = "assets/adi-registration.properties";

  test("holds the token and a newline, and nothing else, in the file that Google reads", async () => {
    const apk = await build(anInput({ adiToken }));
    const contents = readArchive(apk).entries.get(proof)?.bytes ?? new Uint8Array();
    expect(Buffer.from(contents).toString()).toBe(`${adiToken}\n`);
    const { app, debuggable } = anInput();
    expect(verifyApk(apk, { app, debuggable, adiToken })).toMatchObject({
      ok: true,
      report: { adi_token: adiToken },
    });
  });

  test("differs from any other build in that file alone", async () => {
    const [plain, proving] = await Promise.all([build(anInput()), build(anInput({ adiToken }))]);
    const contents = (apk: Uint8Array) =>
      new Map([...readArchive(apk).entries].map(([name, { bytes }]) => [name, Buffer.from(bytes)]));
    const more = contents(proving);
    expect(more.delete(proof)).toBe(true);
    expect(more).toEqual(contents(plain));
  });

  test("can't be a bundle", async () => {
    const building = buildAab(anInput({ adiToken }));
    await expect(building).rejects.toMatchObject({ code: "invalid_app" });
    await expect(building).rejects.toThrow("must be an APK");
  });
});
