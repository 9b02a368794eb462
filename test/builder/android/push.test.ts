// What an app declares to receive pushes: exactly that, in both formats, and nothing of it in an app without.
import { randomBytes, randomInt } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { AppInput } from "../../../builder/android/app-input.ts";
import { manifestTree } from "../../../builder/android/manifest.ts";
import type { XmlElement } from "../../../builder/android/model.ts";
import { resolveSettings } from "../../../builder/android/settings.ts";
import { verifyApk, verifyBundle } from "../../../builder/android/verify.ts";
import { readArchive, readEntriesOnly } from "../../../builder/android/verify/zip-archive.ts";
import {
  MAX_OFFLINE_PAGE,
  MAX_USER_AGENT_SUFFIX,
  type AppConfig,
} from "../../../src/protocol/config.ts";
import {
  MAX_PUSH_PROMPT,
  MAX_SHORTCUTS,
  MAX_SHORTCUT_NAME,
  MAX_SHORTCUT_SHORT_NAME,
  MAX_SHORT_NAME,
  type PushConfig,
} from "../../../src/protocol/config-parts.ts";
import { MAX_HOSTS, MAX_OTHER_HOSTS } from "../../../src/protocol/hosts.ts";
import type { PushSource } from "../../../src/protocol/shell-config.ts";
import {
  anApp,
  anInput,
  build,
  buildAab,
  iconAlone,
  noisePicture,
  transparentNoise,
} from "./support/inputs.ts";
import { rsaKey } from "./support/signing-keys.ts";

const source: PushSource = {
  api_origin: "https://push.example.com",
  app_id: "0f8fad5b-d9cb-469f-a165-70867728950e",
  public_key: "pk_1",
  vapid_public_key:
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
};
const asked = (push: PushConfig, config: AppConfig = {}): AppConfig => ({ ...config, push });
const input = (push: PushConfig, config?: AppConfig): AppInput =>
  anInput({ app: anApp({ config: asked(push, config) }), push: source });

const FORMATS = [
  { format: "APK", make: build, verify: verifyApk, read: readArchive, root: "", limit: 150_000 },
  {
    format: "AAB",
    make: buildAab,
    verify: verifyBundle,
    read: (file: Uint8Array) => ({ entries: readEntriesOnly(file) }),
    root: "base/",
    limit: 200_000,
  },
] as const;

function treeOf(push: PushConfig, given: PushSource | null, config: AppConfig = {}): XmlElement {
  return manifestTree(resolveSettings(anApp({ config: asked(push, config) }), false, given));
}

/** An app with the most and longest of all that its owner chooses, none of which compresses. */
function everything(): AppInput {
  const label = () => randomBytes(31).toString("hex");
  const host = () => [label(), label(), label(), label().slice(2)].join(".");
  const site = () => `${host()}/${text(98)}`;
  const text = (length: number) => randomBytes(length).toString("base64url").slice(0, length);
  // Of Chinese, each of which is three bytes in UTF-8.
  const letters = (length: number) =>
    Array.from({ length }, () => String.fromCodePoint(randomInt(0x4e00, 0x9fa6))).join("");
  const config: AppConfig = {
    theme_color: "#123456",
    background_color: "#654321",
    orientation: "portrait",
    splash_color: "#abcdef",
    allowed_hosts: Array.from({ length: MAX_HOSTS }, site),
    custom_tab_hosts: Array.from({ length: MAX_OTHER_HOSTS }, site),
    return_hosts: Array.from({ length: MAX_OTHER_HOSTS }, host),
    cleartext_hosts: Array.from({ length: MAX_OTHER_HOSTS }, host),
    custom_scheme: `x${text(49).toLowerCase().replaceAll(/[_-]/g, "x")}`,
    offline_page: letters(MAX_OFFLINE_PAGE),
    user_agent_suffix: text(MAX_USER_AGENT_SUFFIX),
    permissions: ["camera", "microphone", "location", "notifications"],
    fullscreen: true,
    keep_awake: true,
    push: { enabled: true, poll: true, prompt: letters(MAX_PUSH_PROMPT) },
    short_name: letters(MAX_SHORT_NAME),
    shortcuts: Array.from({ length: MAX_SHORTCUTS }, () => ({
      name: letters(MAX_SHORTCUT_NAME),
      short_name: letters(MAX_SHORTCUT_SHORT_NAME),
      url: `https://example.com/${text(480)}`,
    })),
  };
  const app = anApp({ name: letters(100), url: `https://example.com/${text(1900)}`, config });
  return anInput({ app, push: source, signing });
}
const signing = rsaKey(4096);

/** Every string in the tree, with the names of elements. */
function textsIn({ name, attributes, children }: XmlElement): string[] {
  const own = attributes.map(({ value }) => (value.kind === "string" ? value.value : ""));
  return [name, ...own, ...children.flatMap(textsIn)];
}

/** Those of this name, at any depth. */
function elementsIn({ children }: XmlElement, name: string): XmlElement[] {
  const own = children.filter((one) => one.name === name);
  return [...own, ...children.flatMap((one) => elementsIn(one, name))];
}

const attributesOf = ({ attributes }: XmlElement): Record<string, unknown> =>
  Object.fromEntries(
    attributes.map(({ name, value }) => [name, "value" in value ? value.value : null]),
  );

describe.each(FORMATS)("$format", ({ format, make, verify, read, root, limit }) => {
  const options: PushConfig[] = [
    { enabled: true },
    { enabled: true, play_services: false, poll: true, prompt: "We tell you." },
  ];

  test.each(options)("passes the verifier as asked for: %o", async (push) => {
    const wanted = input(push, { permissions: ["camera", "notifications"] });
    const file = await make(wanted);
    expect(verify(file, wanted)).toMatchObject({ ok: true, report: { push: true } });
    const bytes = read(file).entries.get(`${root}assets/config.json`)?.bytes ?? new Uint8Array();
    const { code_links: _, ...place } = source;
    expect(JSON.parse(Buffer.from(bytes).toString())).toMatchObject({
      push: {
        ...place,
        play_services: push.play_services ?? true,
        poll: push.poll ?? false,
        prompt: push.prompt ?? null,
      },
    });
  });

  test("passes the verifier with links that Android verifies", async () => {
    const wanted = { ...input({ enabled: true }), push: { ...source, code_links: true } };
    expect(verify(await make(wanted), wanted)).toMatchObject({ ok: true });
  });

  test("is refused by the verifier as another than asked for", async () => {
    const file = await make(input({ enabled: true }));
    const differing: [string, Partial<AppInput>][] = [
      ["without push", { push: null }],
      ["with another key", { push: { ...source, public_key: "pk_2" } }],
      ["without Play services", input({ enabled: true, play_services: false })],
      ["with polls", input({ enabled: true, poll: true })],
      ["with a prompt", input({ enabled: true, prompt: "?" })],
      ["at an origin without TLS", { push: { ...source, api_origin: "http://push.example.com" } }],
      ["with verified links", { push: { ...source, code_links: true } }],
      ["at another origin", { push: { ...source, api_origin: "https://api.example.com" } }],
    ];
    for (const [words, changes] of differing) {
      const verification = verify(file, { ...input({ enabled: true }), ...changes });
      expect(verification.ok, words).toBe(false);
    }
    const plain = await make(anInput());
    expect(verify(plain, input({ enabled: true })).ok).toBe(false);
  });

  test("has the icon of notifications in five densities only with push", async () => {
    const icons = async (one: AppInput) =>
      [...read(await make(one)).entries.keys()].filter((name) => name.includes("notification"));
    expect(await icons(anInput())).toEqual([]);
    expect(await icons(input({ enabled: true }))).toHaveLength(5);
  });

  // Noise of every grain: that of one picture compresses best where another's fits just about.
  test.each([8, 16, 24, 112, 1024])(
    `has at most ${limit} bytes with everything in and an icon of noise of %i px`,
    async (side) => {
      for (const icon of [await noisePicture(side), await transparentNoise(side)]) {
        const layers = { icon, foreground: icon, monochrome: icon };
        for (const pictures of [iconAlone(icon), layers]) {
          const file = await make({ ...everything(), pictures });
          expect(file.length, format).toBeLessThanOrEqual(limit);
        }
      }
    },
  );
});

describe("the manifest", () => {
  const PUSH = /notification|wake_lock|boot|unifiedpush|gms|c2dm|receiver|service|package|qrcode/i;

  test.each([
    ["is not asked for", { enabled: false, poll: true }, source],
    ["is not set up", { enabled: true, poll: true }, null],
  ] as const)("declares nothing of push where it %s", (_words, push, given) => {
    expect(textsIn(treeOf(push, given)).filter((text) => PUSH.test(text))).toEqual([]);
  });

  test("names the permission to notify once, whoever asks for it", () => {
    const texts = textsIn(treeOf({ enabled: true }, source, { permissions: ["notifications"] }));
    const name = "android.permission.POST_NOTIFICATIONS";
    expect(texts.filter((text) => text === name)).toEqual([name]);
  });

  // Android verifies the links of a host that names the app. Another host would fail the site's own, were it told of in this
  // filter.
  test.each([
    ["https://push.example.com", true, { scheme: "https", host: "push.example.com" }],
    [
      "https://push.example.com:8443",
      true,
      { scheme: "https", host: "push.example.com", port: "8443" },
    ],
    [
      "https://push.example.com",
      false,
      { scheme: "https", sspPrefix: "//push.example.com/qrcode/" },
    ],
    ["http://10.0.2.2:8787", false, { scheme: "http", sspPrefix: "//10.0.2.2:8787/qrcode/" }],
  ])("opens the links of channels' codes at %s alone, verified: %s", (origin, isNamed, place) => {
    const tree = treeOf({ enabled: true }, { ...source, api_origin: origin, code_links: isNamed });
    const filters = elementsIn(tree, "activity").flatMap((activity) =>
      elementsIn(activity, "intent-filter"),
    );
    expect(filters.map(({ children }) => children.map(attributesOf))).toEqual([
      [{ name: "android.intent.action.MAIN" }, { name: "android.intent.category.LAUNCHER" }],
      [
        { name: "android.intent.action.VIEW" },
        { name: "android.intent.category.DEFAULT" },
        { name: "android.intent.category.BROWSABLE" },
        { scheme: "https", host: "www.example.com" },
      ],
      [
        { name: "android.intent.action.VIEW" },
        { name: "android.intent.category.DEFAULT" },
        { name: "android.intent.category.BROWSABLE" },
        { ...place, pathPrefix: "/qrcode/" },
      ],
    ]);
    const verified = isNamed ? { autoVerify: true } : {};
    expect(filters.map(attributesOf)).toEqual([{}, { autoVerify: true }, verified]);
  });

  test("has Play services and the job only where they are wanted", () => {
    const without = textsIn(treeOf({ enabled: true, play_services: false }, source));
    expect(without.filter((text) => /gms|c2dm|Poll|BOOT|JOB/.test(text))).toEqual([]);
    const all = textsIn(treeOf({ enabled: true, poll: true }, source));
    expect(all).toEqual(
      expect.arrayContaining([
        "com.google.android.gms",
        "com.google.android.c2dm.permission.SEND",
        "app.slipway.shell.PollService",
        "android.permission.BIND_JOB_SERVICE",
        "android.permission.RECEIVE_BOOT_COMPLETED",
      ]),
    );
  });
});
