// The packager of the service: makes an APK with builder/android, and returns it only if the project's own verifier
// finds it complete, correctly signed and the one that was requested.
import { createHash } from "node:crypto";
import type { Capabilities, Job } from "../src/protocol/builder.ts";
import { buildApk } from "./android/build-apk.ts";
import { PackagingError } from "./android/errors.ts";
import type { RenderIcons } from "./android/icons/icon-set.ts";
import { verifyApk } from "./android/verify.ts";
import type { ApkReport } from "./android/verify.ts";
import { BuildFailure } from "./faults.ts";
import type { Packager } from "./packager.ts";

/** The platforms and formats of this packager. */
export const CAPABILITIES: Capabilities = { platforms: ["android-webview"], formats: ["apk"] };

/** @param classesDex the shell, the same for every app */
export function createApkPackager(classesDex: Uint8Array, render: RenderIcons): Packager {
  return async (job, icon, log, signal) => {
    if (job.build_format !== "apk") {
      const message = `This builder makes no ${job.build_format}.`;
      throw new BuildFailure("unsupported_format", message, true);
    }
    const startedAt = performance.now();
    const apk = await build(job, icon, classesDex, (picture, source) =>
      render(picture, source, { share: job.share, signal }),
    );
    const builtMs = Math.round(performance.now() - startedAt);
    signal.throwIfAborted();
    const report = verified(apk, job);
    log(`Packaged and signed in ${builtMs} ms: ${report.entries} files, ${describeKey(job)}`);
    log(`Debuggable: ${describeDebuggable(job)}`);
    log(`Permissions: ${report.permissions.join(", ")}`);
    log(`Verified: signatures ${report.schemes.join(" and ")}`);
    log(`Signer's certificate, SHA-256: ${report.certificate_sha256}`);
    return apk;
  };
}

async function build(
  { app, debuggable, signing }: Job,
  icon: Uint8Array | null,
  classesDex: Uint8Array,
  render: RenderIcons,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const apk = await buildApk({ app, debuggable, icon, classesDex, signing }, render);
    // A copy of about 100 KB, since fetch refuses bytes that may be shared between threads.
    return new Uint8Array(apk);
  } catch (error) {
    if (!(error instanceof PackagingError)) throw error;
    // The fault is in the job, so no other host could package it.
    throw new BuildFailure(error.code, `The app can't be packaged: ${error.message}.`, false);
  }
}

function verified(apk: Uint8Array, { app, debuggable, signing }: Job): ApkReport {
  const certificate = Buffer.from(signing.certificates[0] ?? "", "base64");
  const certificateSha256 = createHash("sha256").update(certificate).digest("hex");
  const verification = verifyApk(apk, { app, debuggable, certificateSha256 });
  if (verification.ok) return verification.report;
  const message = `The APK did not pass verification: ${verification.problems.join("; ")}.`;
  throw new BuildFailure("verification_failed", message, true);
}

/** Says whether a debugger may attach to the app, and why. */
function describeDebuggable({ debuggable, build_type }: Job): string {
  if (debuggable) return "yes, since the account's debug key signed this debug build";
  return build_type === "debug"
    ? "no, since a keystore's key signed this debug build"
    : "no, since this is a release build";
}

function describeKey({ signing, build_type }: Job): string {
  return `${build_type} build, ${signing.algorithm.toUpperCase()} key`;
}
