// Apps of every pair of a key, an icon, a name and options, each in both formats: all oracles and the project's own
// verifier agree that it is what was asked for.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderAppIcons } from "../../../builder/android/app-icons.ts";
import type { AppInput } from "../../../builder/android/app-input.ts";
import { assembleApk } from "../../../builder/android/assemble-apk.ts";
import { assembleBundle } from "../../../builder/android/build-bundle.ts";

import { renderIcons } from "../../../builder/android/icons/render-icons.ts";
import { verifyApk, verifyBundle } from "../../../builder/android/verify.ts";
import { matrix } from "./support/matrix.ts";
import { missingForJava, runJavaOracles } from "./support/java-oracles.ts";
import type { Command, Outcome } from "./support/java-oracles.ts";
import {
  expectAdaptiveIcon,
  expectBadging,
  expectDecoded,
  expectManifest,
  expectResources,
  expectSameApp,
  expectShortcuts,
  expectXmlFiles,
  expectSigned,
  fingerprint,
} from "./support/seen-by-oracles.ts";
import { missing, programPath, run } from "./support/tools.ts";

/** What a file may have, bytes. */
const APK_BUDGET = 150_000;
const AAB_BUDGET = 200_000;
/** Longest for making all files and running Java's tools over them, ms: half a minute on an idle machine. */
const ALL_TIMEOUT_MS = 300_000;

/** The files of a row, and those that tools make of them. */
interface Files {
  readonly input: AppInput;
  readonly apk: string;
  readonly aab: string;
  /** The folder that apktool writes. */
  readonly decoded: string;
  /** The folder that bundletool writes. */
  readonly universal: string;
}

/** What each tool of a JVM said. */
type Said = Readonly<
  Record<"apksigner" | "apktool" | "jarsigner" | "validate" | "build-apks", Outcome>
>;

const rows = matrix();
const isSkipped = [
  missingForJava(),
  ...(["aapt2", "dexdump", "zipalign"] as const).map((tool) => missing(tool)),
].includes(true);
const directory = join(tmpdir(), `slipway-matrix-${randomUUID()}`);
const made: (Files & { readonly said: Said })[] = [];

/** Makes both files of every row, and has the tools that need a JVM judge all of them. */
async function makeAll(): Promise<void> {
  mkdirSync(directory);
  const all = await Promise.all(
    rows.map((row, at) => makeFiles(row.input, join(directory, `${at}`))),
  );
  const commands = all.map((files) => commandsFor(files));
  const outcomes = runJavaOracles(commands.flat());
  for (const files of all) {
    const said = commandsFor(files).map(([verb]) => [verb, outcomes.shift()]);
    made.push({ ...files, said: Object.fromEntries(said) });
  }
}

async function makeFiles(makeInput: () => Promise<AppInput>, path: string): Promise<Files> {
  const input = await makeInput();
  const icons = await renderAppIcons(input, renderIcons);
  const files = {
    input,
    apk: `${path}.apk`,
    aab: `${path}.aab`,
    decoded: `${path}-decoded`,
    universal: `${path}-universal`,
  };
  writeFileSync(files.apk, assembleApk(input, icons));
  // a proof is an APK
  writeFileSync(files.aab, assembleBundle({ ...input, adiToken: null }, icons));
  writeFileSync(`${path}.der`, Buffer.from(input.signing.certificates.at(-1) ?? "", "base64"));
  return files;
}

function commandsFor({ apk, aab, decoded, universal }: Files): Command[] {
  const root = apk.replace(/apk$/, "der");
  return [
    ["apksigner", apk, "24"],
    ["apktool", apk, decoded, join(directory, "framework")],
    ["jarsigner", aab, root, join(directory, "trusted.p12")],
    ["validate", aab],
    ["build-apks", aab, universal, programPath("aapt2")],
  ];
}

beforeAll(async () => {
  if (!isSkipped) await makeAll();
}, ALL_TIMEOUT_MS);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function madeAt(at: number): Files & { readonly said: Said } {
  const found = made[at];
  if (found === undefined) throw new Error(`app ${at} was not made`);
  return found;
}

describe.skipIf(isSkipped).each(rows.map(({ words }, at) => [words, at] as const))(
  "with %s",
  (_words, at) => {
    test("apksigner, zipalign, aapt2 (badging, manifest, resources, icon, shortcuts, network), apktool, dexdump and our verifier agree on the APK", () => {
      const { input, apk, decoded, said } = madeAt(at);
      const bytes = readFileSync(apk);
      const certificateSha256 = fingerprint(input);
      const verification = verifyApk(bytes, { ...input, certificateSha256 });
      expect(verification).toMatchObject({ ok: true, report: { label: input.app.name } });
      expect(bytes.length).toBeLessThanOrEqual(APK_BUDGET);
      expectSigned(said.apksigner, input);
      expect(run("zipalign", "-c", "-p", "-v", "4", apk)).toContain("Verification successful");
      expectBadging(apk, input);
      expectManifest(apk, input);
      expectResources(apk, input);
      expectAdaptiveIcon(apk);
      expectShortcuts(apk, input);
      expectXmlFiles(apk, input);
      expect(run("dexdump", apk)).toContain("'Lapp/slipway/shell/MainActivity;'");
      expectDecoded(decoded, said.apktool, input);
    });

    test("jarsigner, bundletool and our verifier agree on the AAB, and its universal APK has the badging, resources and manifest of the APK", () => {
      const { input, apk, aab, universal, said } = madeAt(at);
      const bytes = readFileSync(aab);
      const certificateSha256 = fingerprint(input);
      const verification = verifyBundle(bytes, { ...input, certificateSha256, adiToken: null });
      expect(verification).toMatchObject({ ok: true, report: { label: input.app.name } });
      expect(bytes.length).toBeLessThanOrEqual(AAB_BUDGET);
      expect(said.jarsigner.printed).toContain("jar verified.");
      expect(said.jarsigner.ok, said.jarsigner.printed).toBe(true);
      expect(said.validate.ok, said.validate.printed).toBe(true);
      expect(said["build-apks"].ok, said["build-apks"].printed).toBe(true);
      expectSameApp(join(universal, "universal.apk"), apk);
      expectShortcuts(join(universal, "universal.apk"), input);
      expectXmlFiles(join(universal, "universal.apk"), input);
    });
  },
);
