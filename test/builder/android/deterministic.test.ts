// The same input gives the same bytes in another process, too: with other settings of the host, and at another time.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { renderAppIcons } from "../../../builder/android/app-icons.ts";
import { assembleApk } from "../../../builder/android/assemble-apk.ts";
import { assembleBundle } from "../../../builder/android/build-bundle.ts";
import { renderIcons } from "../../../builder/android/icons/render-icons.ts";
import { anApp, anInput, iconAlone, picture, SVG_ICON } from "./support/inputs.ts";
import { rsaKey } from "./support/signing-keys.ts";

const ASSEMBLE = { apk: assembleApk, aab: assembleBundle } as const;

/** Builds what standard input says, in a process that shares nothing with this one, and prints the digest. */
const PROGRAM = `
import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
const load = (path) => import(new URL(path, "${new URL("../../../builder/android/", import.meta.url).href}"));
const { format, ...given } = JSON.parse(await text(process.stdin));
const bytes = (base64) => (base64 === null ? null : new Uint8Array(Buffer.from(base64, "base64")));
const shell = { classesDex: bytes(given.classesDex), bridgeScript: bytes(given.bridgeScript) };
const input = { ...given, pictures: { icon: bytes(given.icon), foreground: null, monochrome: null }, ...shell };
const { renderAppIcons } = await load("app-icons.ts");
const { renderIcons } = await load("icons/render-icons.ts");
const { assembleApk } = await load("assemble-apk.ts");
const { assembleBundle } = await load("build-bundle.ts");
const icons = await renderAppIcons(input, renderIcons);
const file = (format === "apk" ? assembleApk : assembleBundle)(input, icons);
console.log(createHash("sha256").update(file).digest("hex"));
`;

const OTHER_HOST = { TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", VIPS_CONCURRENCY: "1" };

const nothing = (): Promise<null> => Promise.resolve(null);

test.each([
  ["apk", "a drawn icon", nothing],
  ["apk", "a PNG", () => picture("png")],
  ["aab", "a drawn icon", nothing],
  ["aab", "an SVG", () => Promise.resolve(SVG_ICON)],
] as const)("an %s with %s has the same bytes in every process", async (format, _, icon) => {
  const app = anApp({ name: "İstanbul 書", config: { permissions: ["camera", "notifications"] } });
  const input = anInput({ app, pictures: iconAlone(await icon()), signing: rsaKey() });
  const file = ASSEMBLE[format](input, await renderAppIcons(input, renderIcons));
  const base64 = (bytes: Uint8Array | null): string | null =>
    bytes === null ? null : Buffer.from(bytes).toString("base64");
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", PROGRAM], {
    input: JSON.stringify({
      ...input,
      format,
      icon: base64(input.pictures.icon),
      classesDex: base64(input.classesDex),
      bridgeScript: base64(input.bridgeScript),
    }),
    encoding: "utf8",
    cwd: tmpdir(),
    env: { ...process.env, ...OTHER_HOST },
  });
  expect(printed.trim()).toBe(createHash("sha256").update(file).digest("hex"));
});
