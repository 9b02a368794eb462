// The forms of builds in the answers of API v1.
import { z } from "@hono/zod-openapi";
import type { Build } from "../../domain/builds/find-build.ts";
import { microseconds, SECOND_MS } from "../../kit/time.ts";
import { BuildFormat, BuildType } from "../../protocol/builder.ts";
import { Time, timeOrNull } from "./forms.ts";

const Debuggable = z.boolean().openapi({
  description:
    "Whether a debugger may attach to the app: true of debug builds that the account's own debug key signs.",
  example: false,
});

const KeystoreId = z.int().nullable().openapi({
  description:
    "The keystore that signs it, also once that is deleted; null for the account's own debug key.",
  example: 4,
});
const CertificateSha256 = z.string().openapi({
  description: "The SHA-256 of the certificate that signs it, in hex.",
  example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
});
const CertificateSha1 = z.string().openapi({
  description:
    "The SHA-1 of the same, in hex, for consoles that ask for it, also of the account's own debug key.",
  example: "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
});
const Proof = z.boolean().openapi({
  description:
    "Whether it is the proof of who owns the package name (`adi_token`), and so no release.",
  example: false,
});

export const BuildStatusForm = z.enum(["pending", "building", "completed", "failed", "cancelled"]);

export const BuildForm = z
  .object({
    id: z.int().openapi({ description: "The build's id.", example: 12 }),
    app_id: z.int().openapi({ description: "The id of the app that was built.", example: 7 }),
    status: BuildStatusForm.openapi({
      description:
        "`pending`: it waits for a builder; `building`: a builder has it; `completed`, `failed` and " +
        "`cancelled` are how it can end.",
      example: "completed",
    }),
    build_type: BuildType.openapi({
      description: "`debug` is for trying out, `release` for stores.",
      example: "release",
    }),
    build_format: BuildFormat.openapi({
      description: "`apk` can be installed, `aab` is for stores.",
    }),
    debuggable: Debuggable,
    version_name: z.string().openapi({
      description: "The app's version when the build was triggered, as people see it.",
      example: "1.0.0",
    }),
    version_code: z.int().openapi({ description: "The same, as Android compares it.", example: 1 }),
    keystore_id: KeystoreId,
    certificate_sha256: CertificateSha256,
    certificate_sha1: CertificateSha1,
    proof: Proof,
    artifact_size: z
      .int()
      .nullable()
      .openapi({ example: 1843200, description: "In bytes; null until the build is completed." }),
    artifact_sha256: z.string().nullable().openapi({
      description: "The SHA-256 of the artifact, in hex; null until the build is completed.",
      example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    }),
    build_duration: z.int().nullable().openapi({
      example: 21,
      description:
        "In whole seconds; null until the build has ended, and of one that no builder began with.",
    }),
    error_message: z.string().nullable().openapi({
      description:
        "Why the build failed; of a failed icon, also that it is known and what becomes of the credit.",
    }),
    created_at: Time.openapi({ description: "When the build was triggered." }),
    started_at: Time.nullable().openapi({
      description:
        "When a builder began with it, the last time if it was tried more than once; null before that.",
    }),
    completed_at: Time.nullable().openapi({
      description: "When the build ended, in whatever way; null before that.",
    }),
  })
  .openapi("Build", { description: "A build of an app." });

export const Triggered = z
  .object({
    id: z.int().openapi({ description: "The build's id.", example: 12 }),
    status: BuildStatusForm.openapi({
      description: "`pending`: it waits for a builder.",
      example: "pending",
    }),
    build_type: BuildType.openapi({ description: "What was asked for." }),
    build_format: BuildFormat.openapi({ description: "What was asked for." }),
    debuggable: Debuggable,
    keystore_id: KeystoreId,
    certificate_sha256: CertificateSha256,
    certificate_sha1: CertificateSha1,
    proof: Proof,
    version_name: z
      .string()
      .openapi({ description: "The app's version, as people see it.", example: "1.0.0" }),
    version_code: z.int().openapi({ description: "The same, as Android compares it.", example: 1 }),
    created_at: Time.openapi({ description: "When the build was triggered." }),
  })
  .openapi("TriggeredBuild", { description: "A build that waits for a builder." });

export function buildForm(build: Build): z.input<typeof BuildForm> {
  const { startedAt, completedAt } = build;
  return {
    id: build.id,
    app_id: build.appId,
    status: build.status,
    build_type: build.buildType,
    build_format: build.buildFormat,
    debuggable: build.debuggable,
    version_name: build.versionName,
    version_code: build.versionCode,
    keystore_id: build.keystoreId,
    certificate_sha256: build.certificateSha256,
    certificate_sha1: build.certificateSha1,
    proof: build.adiToken !== null,
    artifact_size: build.artifactSize,
    artifact_sha256: build.artifactSha256,
    build_duration:
      startedAt !== null && completedAt !== null
        ? Math.ceil((completedAt - startedAt) / SECOND_MS)
        : null,
    error_message: build.errorMessage,
    created_at: microseconds(build.createdAt),
    started_at: timeOrNull(startedAt),
    completed_at: timeOrNull(completedAt),
  };
}
