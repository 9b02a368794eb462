// The matrix of apps that oracles judge: every pair of a key, an icon, a name and options. Every row is made in
// each format.
import sharp from "sharp";
import type { AppInput } from "../../../../builder/android/app-input.ts";
import type { AppConfig } from "../../../../src/protocol/config.ts";
import type { PushSource } from "../../../../src/protocol/shell-config.ts";
import { anApp, anInput, iconAlone, noisePicture, picture, SVG_ICON } from "./inputs.ts";
import { pairwise } from "./pairs.ts";
import { chainedKey, ecKey, oddKey, rsaKey } from "./signing-keys.ts";

/** A value, with the words that a test's title has for it. */
type Named<T> = readonly [words: string, value: T];

const strip = () =>
  sharp({ create: { width: 2000, height: 20, channels: 4, background: "#0f08" } });
const onePixel = () => sharp({ create: { width: 1, height: 1, channels: 3, background: "#123" } });

const ICONS: readonly Named<() => Promise<Uint8Array | null>>[] = [
  ["no icon", async () => null],
  ["a PNG", async () => picture("png")],
  ["an SVG", async () => SVG_ICON],
  [
    "a JPEG in CMYK",
    async () => onePixel().resize(300, 300).toColourspace("cmyk").jpeg().toBuffer(),
  ],
  ["a WebP a hundred times as wide as high", async () => strip().webp().toBuffer()],
  [
    "a PNG of one grey pixel in 16 bits",
    async () => onePixel().toColourspace("grey16").png().toBuffer(),
  ],
  ["noise of 1024 px", async () => noisePicture(1024)],
];

const NAMES: readonly Named<string>[] = [
  ["plain", "Example"],
  ["Chinese", "世界商店"],
  ["emoji", "🎉👩‍🚀🇩🇪"],
  ["quotes", `"It's" ‘so’`],
  ["Arabic between marks of direction", "\u202e\u200fتطبيق\u200e المتجر\u202c"],
  ["an @", "@string/app_name"],
  ["a ?", "?attr/theme"],
  ["markup", "<b>&amp; ]]> %1$s {0}</b>"],
  ["backslashes", String.raw`C:\new\u0041\'`],
  ["100 characters beyond the BMP", "𝔸".repeat(100)],
  ["10,000 characters", "x\u0301".repeat(5000)],
  ["spaces", "A  \u00a0\u3000  B"],
];

const ADDRESSES: readonly Named<string>[] = [
  ["https", "https://www.example.com/start?from=app"],
  ["http", "http://example.com:8080/a?b=c#d"],
  ["an international host", "https://bücher.example/ä?ö=\"'<&>"],
  ["IPv6", "http://[2001:db8::1]:8443/"],
  ["2000 characters", `https://example.com/${"a".repeat(1980)}`],
];

const VERSIONS: readonly Named<readonly [name: string, code: number]>[] = [
  ["1", ["1", 1]],
  ["the greatest", ['@1.0 "beta" <\'\\?>', 2_100_000_000]],
];

const PERMISSIONS: readonly Named<AppConfig>[] = [
  ["no permissions", {}],
  ["notifications", { permissions: ["notifications"] }],
  ["all permissions", { permissions: ["camera", "microphone", "location", "notifications"] }],
];

const LOOKS: readonly Named<AppConfig>[] = [
  ["any orientation", {}],
  [
    "portrait, dark",
    { orientation: "portrait", theme_color: "#123456", background_color: "#101010" },
  ],
  [
    "landscape, full screen, light",
    { orientation: "landscape", fullscreen: true, keep_awake: true, theme: "light" },
  ],
  ["always dark, a colour at the start", { theme: "dark", splash_color: "#abcdef" }],
];

const HOSTS: readonly Named<AppConfig>[] = [
  ["no hosts", {}],
  [
    "50 hosts",
    {
      allowed_hosts: Array.from({ length: 50 }, (_, at) => `${"*.".repeat(at % 2)}a${at}.example`),
      user_agent_suffix: 'Slipway/1 ("quoted" \\ <&>)',
    },
  ],
];

const WAYS: readonly Named<AppConfig>[] = [
  ["no ways in or out", {}],
  [
    "hosts that lead in and out, a scheme, hosts without TLS, an offline page",
    {
      return_hosts: ["www.example.com", "login.example.com"],
      custom_tab_hosts: ["accounts.example.net", "*.b.example/sign-in/*"],
      custom_scheme: "ex.ample+1",
      cleartext_hosts: ["*.till.example", "10.0.0.1", "till.example"],
      trust_user_cas: true,
      third_party_cookies: false,
      offline_page: '<!doctype html><p title="a">世界 & \u00e4</p>',
    },
  ],
];

const PUSHES: readonly Named<AppConfig>[] = [
  ["no push", {}],
  ["push", { push: { enabled: true } }],
  [
    "push by polls, after a sentence",
    { push: { enabled: true, play_services: false, poll: true, prompt: '<Why> \u00e4 "it"?' } },
  ],
];

const SHORTCUTS: readonly Named<AppConfig>[] = [
  ["no shortcuts", {}],
  [
    "four shortcuts and a short name",
    {
      short_name: '@"Kurz" & 短',
      shortcuts: [
        { name: "Orders", url: "https://example.com/orders?a=1&b=%C3%A4#<\"x'>" },
        { name: "?attr/theme <b>", short_name: "@string/a", url: "https://example.com/ä" },
        { name: "تطبيق", short_name: "𝔸𝔹", url: "http://example.com/" },
        {
          name: "x".repeat(25),
          short_name: "y".repeat(12),
          url: `https://a.b/${"z".repeat(488)}`,
        },
      ],
    },
  ],
];

const PUSH_SOURCE: PushSource = {
  api_origin: "https://push.example.com",
  app_id: "0f8fad5b-d9cb-469f-a165-70867728950e",
  public_key: "pk_1",
  vapid_public_key: "B".repeat(87),
};

const FACTORS = {
  key: [
    ["RSA 2048", rsaKey()],
    ["RSA 4096", rsaKey(4096)],
    ["EC P-256", ecKey()],
    ["RSA 2048 with a chain", chainedKey("rsa")],
    ["EC P-256 with a chain", chainedKey("ec")],
    ["RSA 2048 with an odd certificate", oddKey()],
  ],
  icon: ICONS,
  name: NAMES,
  type: [
    ["release", false],
    ["debuggable", true],
  ],
  address: ADDRESSES,
  version: VERSIONS,
  permissions: PERMISSIONS,
  look: LOOKS,
  hosts: HOSTS,
  ways: WAYS,
  push: PUSHES,
  shortcuts: SHORTCUTS,
  proof: [
    ["no proof", null],
    ["a proof of 200 characters", `!"#\\:= ~${"x".repeat(192)}`],
  ],
} as const;

/** An app to be made, with the words that say what is special about it. */
export interface MatrixRow {
  readonly words: string;
  readonly input: () => Promise<AppInput>;
}

/** All rows. The name of the package differs, so that no two are the same app. */
export function matrix(): MatrixRow[] {
  return pairwise(FACTORS).map((row, at) => {
    const {
      key,
      icon,
      name,
      type,
      address,
      version,
      permissions,
      look,
      hosts,
      ways,
      push,
      shortcuts,
      proof,
    } = row;
    const [version_name, version_code] = version[1];
    const app = anApp({
      name: name[1],
      url: address[1],
      package_name: `com.example.app${at}`,
      version_name,
      version_code,
      config: {
        ...permissions[1],
        ...look[1],
        ...hosts[1],
        ...ways[1],
        ...push[1],
        ...shortcuts[1],
      },
    });
    return {
      words: Object.values(row)
        .map(([words]) => words)
        .join(", "),
      input: async () =>
        anInput({
          app,
          debuggable: type[1],
          pictures: iconAlone(await icon[1]()),
          signing: key[1],
          push: PUSH_SOURCE,
          adiToken: proof[1],
        }),
    };
  });
}
