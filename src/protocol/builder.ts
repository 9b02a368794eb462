// The contract between the API and its builders, under /builder/v1. A builder leases a job, accepts it, sends
// heartbeats while it works, appends to the log, uploads the artifact, and then completes, fails or releases the job.
// Each call about a job names the job in its path and the lease in the header FENCING_HEADER. A call with an old
// token is refused with 409 lease_lost, and the builder drops the job.
//
//   POST /lease                     LeaseRequest -> 200 LeaseOffer | 204 nothing to do; one at a time: a
//                                   builder that asks again ends its earlier request
//   POST /jobs/:id/accept           -> 200 Job
//   POST /jobs/:id/heartbeat        -> 200 HeartbeatAnswer
//   GET  /jobs/:id/icon             -> 200 image bytes | 404
//   GET  /jobs/:id/icon/foreground  -> 200 image bytes | 404
//   GET  /jobs/:id/icon/monochrome  -> 200 image bytes | 404
//   POST /jobs/:id/log?offset=N     text bytes -> 200 LogAnswer | 416 LogAnswer (the offset expected)
//   PUT  /jobs/:id/artifact         bytes with Content-Length and SHA256_HEADER -> 200 | 422 mismatch
//   POST /jobs/:id/complete         CompleteReport -> 200
//   POST /jobs/:id/fail             FailReport -> 200
//   POST /jobs/:id/release          -> 200 (hands the job back, unharmed, to the front of the queue)
//
// Errors are ProtocolError.
import { z } from "zod";
import { AppConfig } from "./config.ts";
import { PushSource } from "./shell-config.ts";

/** The header that names the lease in every call about a job. */
export const FENCING_HEADER = "x-fencing-token";
/** The header of an upload with the SHA-256 of the artifact, in lower-case hex. */
export const SHA256_HEADER = "x-artifact-sha256";

/** Longest time for which a lease request is held open, ms: less than the 30 s after which proxies give up. */
export const MAX_LEASE_WAIT_MS = 25_000;
/** An offered job that is not accepted within this time goes back to the queue, ms. */
export const ACCEPT_WITHIN_MS = 10_000;
/**
 * A lease ends after this time without a heartbeat, ms: short enough that another builder takes over within a minute
 * when one was killed.
 */
export const LEASE_MS = 45_000;
/** The interval of heartbeats, ms: two may be lost before the lease ends. */
export const HEARTBEAT_MS = LEASE_MS / 3;
/** Longest duration of an attempt, ms, even with regular heartbeats: far longer than any real build. */
export const MAX_ATTEMPT_MS = 10 * 60_000;
/** Largest log append, bytes. */
export const MAX_LOG_CHUNK_BYTES = 64 * 1024;
/** Largest log of one build, bytes. The rest is dropped, and the log mentions that. */
export const MAX_LOG_BYTES = 1024 * 1024;
/** Largest artifact, bytes: the request body limit of the platform's plans. */
export const MAX_ARTIFACT_BYTES = 100 * 1000 * 1000;
/** Largest icon, bytes. */
export const MAX_ICON_BYTES = 5 * 1024 * 1024;
/**
 * Largest bitmap icon, pixels: 4096 by 4096, which is 64 MiB decoded, of the 200 MB that a builder may use. The API
 * refuses larger icons, since no builder could process them.
 */
export const MAX_ICON_PIXELS = 4096 * 4096;
/**
 * The failure code that says that a picture of the job can't be drawn: by any builder, whenever it tries. Not for what the host
 * is at fault for. The API remembers the picture by its hash: the icon, or the one that the report names.
 */
export const ICON_FAULT = "invalid_icon";
/** Longest token of Android's developer verification, characters: those of the console are far shorter. */
export const MAX_ADI_TOKEN = 200;
/** Longest failure message, characters. */
export const MAX_FAILURE_MESSAGE = 2_000;

/**
 * The pictures that an app's icon is made of: the icon itself, and the layers that its owner may draw for adaptive icons (in
 * colours) and for themed ones (in one colour).
 */
export const IconPicture = z.enum(["icon", "foreground", "monochrome"]);
export type IconPicture = z.infer<typeof IconPicture>;

export const AppPlatform = z.enum(["android-webview"]);
export type AppPlatform = z.infer<typeof AppPlatform>;
export const BuildFormat = z.enum(["apk", "aab"]);
export type BuildFormat = z.infer<typeof BuildFormat>;
export const BuildType = z.enum(["debug", "release"]);
export type BuildType = z.infer<typeof BuildType>;

/** The platforms and formats that a builder can make. */
export const Capabilities = z.strictObject({
  platforms: z.array(AppPlatform).min(1).max(AppPlatform.options.length),
  formats: z.array(BuildFormat).min(1).max(BuildFormat.options.length),
});
export type Capabilities = z.infer<typeof Capabilities>;

export const LeaseRequest = z.strictObject({
  capabilities: Capabilities,
  /** How long to hold the request open while there is no job, ms. */
  wait_ms: z.int().min(0).max(MAX_LEASE_WAIT_MS),
  /** The ids of the builds that this builder is working on, for the operators' list. */
  current_jobs: z.array(z.int().positive()).max(100),
  /** How many jobs this builder works on at most; builders of before this field take one. */
  slots: z.int().min(1).max(100).optional(),
});
export type LeaseRequest = z.infer<typeof LeaseRequest>;

export const LeaseOffer = z.object({
  build_id: z.int().positive(),
  fencing_token: z.string(),
  accept_within_ms: z.int().positive(),
});
export type LeaseOffer = z.infer<typeof LeaseOffer>;

/** The snapshot: the app as it was when the build was triggered. */
export const AppSnapshot = z.object({
  name: z.string(),
  url: z.string(),
  package_name: z.string(),
  version_name: z.string(),
  version_code: z.int().positive(),
  config: AppConfig,
});
export type AppSnapshot = z.infer<typeof AppSnapshot>;

/** The key that signs the artifact, in the clear. Only the holder of the lease receives it. */
export const SigningKey = z.object({
  algorithm: z.enum(["rsa", "ec"]),
  /** PKCS #8, DER, base64. */
  private_key: z.string(),
  /** The certificate chain, beginning with the signer's: X.509, DER, base64. */
  certificates: z.array(z.string()).min(1).max(10),
});
export type SigningKey = z.infer<typeof SigningKey>;

/** A picture without its bytes, which the builder fetches and compares with the hash. */
const JobPicture = z.object({ media_type: z.string(), sha256: z.string() });

export const Job = z.object({
  build_id: z.int().positive(),
  attempt: z.int().positive(),
  lease_ms: z.int().positive(),
  heartbeat_ms: z.int().positive(),
  /** The offset at which this attempt's log begins, after the log of earlier attempts, bytes. */
  log_offset: z.int().min(0),
  platform: AppPlatform,
  build_type: BuildType,
  build_format: BuildFormat,
  /**
   * Whether a debugger may attach to the app. It does not follow from the build type: only what the account's debug key
   * signs is debuggable, since an app that users have could otherwise be replaced by one that can be debugged.
   */
  debuggable: z.boolean(),
  app: AppSnapshot,
  /** null if the icon is to be drawn from the name. */
  icon: JobPicture.nullable(),
  /** The layers of the owner's own; null if they are to be made of the icon, and absent from APIs of before these fields. */
  icon_foreground: JobPicture.nullable().default(null),
  icon_monochrome: JobPicture.nullable().default(null),
  signing: SigningKey,
  /**
   * The same for all jobs of one account, and says nothing else about it: a builder that has several jobs shares itself
   * among accounts. Absent from APIs of before this field.
   */
  share: z.string().max(100).default(""),
  /**
   * The token that makes the artifact a proof of who owns the package name: it stands alone, with a newline, in the file
   * `assets/adi-registration.properties` of an APK (Android developer verification). null for every other build, and absent
   * from APIs of before this field.
   */
  adi_token: z.string().min(1).max(MAX_ADI_TOKEN).nullable().default(null),
  /**
   * Where the app registers for pushes. null unless its config asks for them and its push is set up; absent from APIs of
   * before this field.
   */
  push: PushSource.nullable().default(null),
});
export type Job = z.infer<typeof Job>;

/** Why a lease ended before its holder ended it. */
export const LeaseEnd = z.enum(["cancelled", "lost", "finished"]);
export type LeaseEnd = z.infer<typeof LeaseEnd>;

/** With `cancel: true`, the builder must drop the job, and the lease has already ended. */
export const HeartbeatAnswer = z.object({ cancel: z.boolean(), reason: LeaseEnd.optional() });
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>;

/** The expected offset of the next append, bytes. */
export const LogAnswer = z.object({ offset: z.int().min(0) });
export type LogAnswer = z.infer<typeof LogAnswer>;

export const CompleteReport = z.strictObject({
  artifact_sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits"),
  artifact_size: z.int().positive().max(MAX_ARTIFACT_BYTES),
});
export type CompleteReport = z.infer<typeof CompleteReport>;

export const FailReport = z.strictObject({
  code: z.string().regex(/^[a-z0-9_]{1,64}$/, "must be 1 to 64 letters, digits or underscores"),
  message: z.string().min(1).max(MAX_FAILURE_MESSAGE),
  /** Whether another attempt may succeed, because the fault is with the host and not with the app. */
  retryable: z.boolean(),
  /** With ICON_FAULT, the picture that can't be drawn; the icon where builders of before this field leave it out. */
  picture: IconPicture.optional(),
});
export type FailReport = z.infer<typeof FailReport>;

export const ProtocolError = z.object({
  error: z.enum([
    "unauthenticated",
    "invalid_request",
    "not_found",
    "method_not_allowed",
    "lease_lost",
    "too_large",
    "artifact_mismatch",
    "artifact_missing",
    "internal",
  ]),
  message: z.string(),
  reason: LeaseEnd.optional(),
});
export type ProtocolError = z.infer<typeof ProtocolError>;
