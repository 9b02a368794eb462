// Whole APKs of many kinds, which the project's own verifier compares with what was asked for.
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { verifyApk } from "../../../builder/android/verify.ts";
import { CreateApp } from "../../../src/domain/apps/app-input.ts";
import { packageNameFor } from "../../../src/domain/apps/package-name.ts";
import { AppSnapshot } from "../../../src/protocol/builder.ts";
import { AppPermission, type AppConfig } from "../../../src/protocol/config.ts";
import { anApp, anInput, build, noisePicture, picture } from "./support/inputs.ts";
import { rsaKey } from "./support/signing-keys.ts";
import { propertyRuns } from "../../support/property-runs.ts";

/** What an APK may have, bytes. */
const SIZE_BUDGET = 150_000;

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
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["name", "url"] },
);

async function expectVerified(input: ReturnType<typeof anInput>): Promise<void> {
  const { app, debuggable } = input;
  const result = verifyApk(await build(input), { app, debuggable });
  expect(result).toMatchObject({
    ok: true,
    report: { label: app.name, debuggable },
  });
}

describe("an APK is what was asked for", () => {
  test.each([
    ["Latin", "Café Münster"],
    ["Arabic", "تطبيق المتجر"],
    ["Chinese and emoji", "世界商店 🎉👩‍🚀"],
    ["60 characters", "n".repeat(60)],
    ["100 characters beyond the BMP", "𝔸".repeat(50)],
    ["markup and quotes", `<b>"it's" & co</b>`],
    ["line breaks", "a\nb\tc"],
    ["the name of a file", "res/mipmap-mdpi/ic_launcher.png"],
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
  ])("with a configuration of %s", async (_, config) => {
    await expectVerified(anInput({ app: anApp({ config }) }));
  });

  test.each([
    ["http", "http://example.com:8080/a?b=c#d"],
    ["an international host", "https://bücher.example/"],
    ["an IPv6 address", "http://[2001:db8::1]/"],
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
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 100 }), (name) =>
        expectVerified(anInput({ app: anApp({ name }) })),
      ),
      { numRuns: propertyRuns(20) },
    );
  });
});

describe("an APK", () => {
  let icon: Uint8Array;
  beforeAll(async () => {
    icon = await picture("png");
  });

  test("is the same for the same input and RSA key", async () => {
    const input = anInput({ icon, signing: rsa });
    expect(Buffer.from(await build(input)).equals(await build(input))).toBe(true);
  });

  test("changes with its input", async () => {
    const one = await build(anInput({ signing: rsa }));
    const other = await build(anInput({ signing: rsa, app: anApp({ version_code: 43 }) }));
    expect(Buffer.from(one).equals(other)).toBe(false);
  });

  test("stays below 150 kB, whatever the icon", async () => {
    for (const source of [null, icon, await noisePicture(1024)]) {
      expect((await build(anInput({ icon: source }))).length).toBeLessThan(SIZE_BUDGET);
    }
  });

  test("is refused for an icon that is not an image", async () => {
    const building = build(anInput({ icon: new Uint8Array(10) }));
    await expect(building).rejects.toMatchObject({ code: "invalid_icon" });
  });
});
