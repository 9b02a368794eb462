// Apps of every pair of a key, an icon, a name and options, each in both formats: all outside tools and the project's own
// verifier agree that it is what was asked for.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApkInput } from "../../../builder/android/build-apk.ts";
import { verifyApk } from "../../../builder/android/verify.ts";
import { build } from "./support/inputs.ts";
import { matrix } from "./support/matrix.ts";
import { missingForJava, runOutsideTools } from "./support/outside-tools.ts";
import type { Command, Outcome } from "./support/outside-tools.ts";
import {
  expectAdaptiveIcon,
  expectBadging,
  expectManifest,
  expectResources,
  expectSigned,
  fingerprint,
} from "./support/seen-by-tools.ts";
import { missing, run } from "./support/tools.ts";

/** What an APK may have, bytes. */
const APK_BUDGET = 150_000;
/** Longest for making all files and running Java's tools over them, ms: half a minute on an idle machine. */
const ALL_TIMEOUT_MS = 300_000;

/** An app that was made, and what the tools that need a JVM said of it. */
interface Made {
  readonly input: ApkInput;
  readonly apk: string;
  readonly apksigner: Outcome;
  readonly apktool: Outcome;
  /** The folder that apktool wrote. */
  readonly decoded: string;
}

const rows = matrix();
const isSkipped = [
  missingForJava(),
  ...(["aapt2", "dexdump", "zipalign"] as const).map((tool) => missing(tool)),
].includes(true);
const directory = join(tmpdir(), `slipway-matrix-${randomUUID()}`);
let made: Made[] = [];

async function makeAll(): Promise<void> {
  mkdirSync(directory);
  const files = await Promise.all(
    rows.map(async (row, at) => {
      const input = await row.input();
      const apk = join(directory, `${at}.apk`);
      writeFileSync(apk, await build(input));
      return { input, apk, decoded: join(directory, `${at}-decoded`) };
    }),
  );
  const framework = join(directory, "framework");
  const outcomes = runOutsideTools(
    files.flatMap(({ apk, decoded }): Command[] => [
      ["apksigner", apk, "24"],
      ["apktool", apk, decoded, framework],
    ]),
  );
  made = files.map((file, at) => {
    const [apksigner, apktool] = outcomes.slice(2 * at);
    if (apksigner === undefined || apktool === undefined) throw new Error("no outcome");
    return { ...file, apksigner, apktool };
  });
}

beforeAll(async () => {
  if (!isSkipped) await makeAll();
}, ALL_TIMEOUT_MS);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function madeAt(at: number): Made {
  const found = made[at];
  if (found === undefined) throw new Error(`app ${at} was not made`);
  return found;
}

describe.skipIf(isSkipped).each(rows.map(({ words }, at) => [words, at] as const))(
  "with %s",
  (_words, at) => {
    test("apksigner, zipalign, aapt2 (badging, manifest, resources, icon), apktool, dexdump and our verifier agree on the APK", () => {
      const { input, apk, apksigner, apktool, decoded } = madeAt(at);
      const bytes = readFileSync(apk);
      const certificateSha256 = fingerprint(input);
      const verification = verifyApk(bytes, { ...input, certificateSha256 });
      expect(verification).toMatchObject({ ok: true, report: { label: input.app.name } });
      expect(bytes.length).toBeLessThanOrEqual(APK_BUDGET);
      expectSigned(apksigner, input);
      expect(run("zipalign", "-c", "-p", "-v", "4", apk)).toContain("Verification successful");
      expectBadging(apk, input);
      expectManifest(apk, input);
      expectResources(apk, input);
      expectAdaptiveIcon(apk);
      expect(run("dexdump", apk)).toContain("'Lapp/slipway/shell/MainActivity;'");
      expectDecoded(decoded, apktool, input);
    });
  },
);

/** What apktool made of an APK is the app. */
function expectDecoded(folder: string, { ok, printed }: Outcome, { app }: ApkInput): void {
  expect(ok, printed).toBe(true);
  expect(printed).not.toMatch(/WARNING|SEVERE/);
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  expect(read("AndroidManifest.xml")).toContain(`package="${app.package_name}"`);
  expect(read("AndroidManifest.xml")).toContain('android:theme="@style/AppTheme"');
  expect(read("AndroidManifest.xml")).toContain('android:launchMode="singleTask"');
  expect(JSON.parse(read("assets/config.json"))).toMatchObject({ url: app.url });
  expect(existsSync(join(folder, "smali/app/slipway/shell/MainActivity.smali"))).toBe(true);
}
