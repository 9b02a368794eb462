// The packager of the service: makes the file of a job with builder/android, and returns it only if the project's own
// verifier finds it complete, correctly signed and the one that was requested.
import { createHash } from "node:crypto";
import { ICON_FAULT } from "../src/protocol/builder.ts";
import type { BuildFormat, Capabilities, IconPicture, Job } from "../src/protocol/builder.ts";
import type { AppInput } from "./android/app-input.ts";
import { buildApk } from "./android/build-apk.ts";
import { buildBundle } from "./android/build-bundle.ts";
import { PackagingError } from "./android/errors.ts";
import { PICTURE_WORDS } from "./android/icons/icon-set.ts";
import type { IconPictures, RenderIcons } from "./android/icons/icon-set.ts";
import { verifyApk, verifyBundle } from "./android/verify.ts";
import type { AppReport, Expected, AppVerification } from "./android/verify.ts";
import { BuildFailure } from "./faults.ts";
import type { Packager } from "./packager.ts";

interface Format {
  readonly build: (input: AppInput, render: RenderIcons) => Promise<Uint8Array<ArrayBuffer>>;
  readonly verify: (file: Uint8Array, expected: Expected) => AppVerification;
}

const FORMATS: Readonly<Record<BuildFormat, Format>> = {
  apk: { build: buildApk, verify: verifyApk },
  aab: { build: buildBundle, verify: verifyBundle },
};

/** The platforms and formats of this packager. */
export const CAPABILITIES: Capabilities = {
  platforms: ["android-webview"],
  formats: ["apk", "aab"],
};

/** What is the same in every app. */
type Shell = Pick<AppInput, "classesDex" | "bridgeScript">;

export function createPackager(shell: Shell, render: RenderIcons): Packager {
  return async (job, pictures, log, signal) => {
    const startedAt = performance.now();
    const notes: string[] = [];
    const file = await build(job, pictures, shell, async (all, source) => {
      const icons = await render(all, source, { share: job.share, signal });
      notes.push(...icons.notes);
      return icons;
    });
    const builtMs = Math.round(performance.now() - startedAt);
    signal.throwIfAborted();
    const report = verified(file, job);
    log(`Packaged and signed in ${builtMs} ms: ${report.entries} files, ${describeKey(job)}`);
    for (const note of notes) log(note);
    log(`Debuggable: ${describeDebuggable(job)}`);
    log(`Permissions: ${report.permissions.join(", ")}`);
    if (job.app.config.push?.enabled) log(describePush(report));
    if (report.adi_token !== null) {
      log("Proof build: it holds the token of Android's developer verification");
    }
    log(`Verified: ${describeSignatures(report)}`);
    log(`Signer's certificate, SHA-256: ${report.certificate_sha256}`);
    return file;
  };
}

async function build(
  { app, debuggable, signing, build_format, adi_token: adiToken, push }: Job,
  pictures: IconPictures,
  shell: Shell,
  render: RenderIcons,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const input = { app, debuggable, pictures, ...shell, signing, adiToken, push };
    const file = await FORMATS[build_format].build(input, render);
    // A copy of about 100 KB, since fetch refuses bytes that may be shared between threads.
    return new Uint8Array(file);
  } catch (error) {
    if (!(error instanceof PackagingError)) throw error;
    // The fault is in the job, so no other host could package it.
    const picture = error.code === ICON_FAULT ? pictureNamed(error.message) : undefined;
    const message = `The app can't be packaged: ${error.message}.`;
    throw new BuildFailure(error.code, message, false, picture);
  }
}

/** Which picture an error is about: it begins with what that is called. The API remembers that one, and no other. */
function pictureNamed(message: string): IconPicture {
  const { foreground, monochrome } = PICTURE_WORDS;
  if (message.startsWith(foreground)) return "foreground";
  return message.startsWith(monochrome) ? "monochrome" : "icon";
}

function verified(
  file: Uint8Array,
  { app, debuggable, signing, build_format, adi_token: adiToken, push }: Job,
): AppReport {
  const certificate = Buffer.from(signing.certificates[0] ?? "", "base64");
  const certificateSha256 = createHash("sha256").update(certificate).digest("hex");
  const expected = { app, debuggable, certificateSha256, adiToken, push };
  const verification = FORMATS[build_format].verify(file, expected);
  if (verification.ok) return verification.report;
  const problems = verification.problems.join("; ");
  const message = `The ${build_format.toUpperCase()} did not pass verification: ${problems}.`;
  throw new BuildFailure("verification_failed", message, true);
}

/** Says whether a debugger may attach to the app, and why. */
function describeDebuggable({ debuggable, build_type }: Job): string {
  if (debuggable) return "yes, since the account's debug key signed this debug build";
  return build_type === "debug"
    ? "no, since a keystore's key signed this debug build"
    : "no, since this is a release build";
}

function describePush({ push }: AppReport): string {
  return push ? "Push: set up" : "Push: asked for, but not set up";
}

function describeKey({ signing, build_type }: Job): string {
  return `${build_type} build, ${signing.algorithm.toUpperCase()} key`;
}

function describeSignatures({ schemes }: AppReport): string {
  return schemes.length === 1
    ? `signature ${schemes.join()}`
    : `signatures ${schemes.join(" and ")}`;
}
