// The Durable Objects of builds as the domain sees them. Calls cross a process boundary: arguments and results are
// plain data, expected failures are tagged, and every call may be repeated.
import type {
  BuildFormat,
  BuildType,
  Capabilities,
  IconPicture,
  LeaseEnd,
  AppPlatform,
} from "../../protocol/builder.ts";
import type { RefusalOf } from "../../kit/refusal.ts";
import { MINUTE_MS } from "../../kit/time.ts";

export type BuildStatus = "pending" | "building" | "completed" | "failed" | "cancelled";

/** What a release is judged by (src/domain/builds/signing-identity.ts). */
export interface ReleaseOrder {
  packageName: string;
  /** SHA-256 of the certificate that signs it, lower-case hex. */
  certificateSha256: string;
  versionCode: number;
  format: BuildFormat;
  /** Whether it gets a version code above the highest that was released. */
  autoIncrement: boolean;
  /** What the request allows of that which would be refused. */
  allow: { signingKeyChange: boolean; packageChange: boolean; versionReuse: boolean };
}

/** Everything that a build is triggered with. */
export interface BuildOrder {
  accountId: number;
  appId: number;
  platform: AppPlatform;
  buildType: BuildType;
  buildFormat: BuildFormat;
  versionName: string;
  versionCode: number;
  snapshot: Record<string, unknown>;
  /** null: the account's debug keystore signs the build. */
  keystoreId: number | null;
  debuggable: boolean;
  /** The token that makes the build a proof of who owns the package name; null of all others. */
  adiToken: string | null;
  /** The origin by which the API was reached, where the app is to register for pushes. */
  apiOrigin: string;
  /** What the build is judged by; null of one that is no release: a debug build, a proof. */
  release: ReleaseOrder | null;
  cost: number;
  /** The balance that the request saw; the database decides. */
  availableCredits: number;
}

/** Why a release would not be an update of those before. */
export type IdentityRefusal = RefusalOf<
  "signing_key_changed" | "package_changed" | "version_code_used"
>;

/** What the builders that are there can do: make a build, make none of its format; or none is there. */
export type Ability = "able" | "unable" | "nobody";

export type TriggerResult =
  | {
      ok: true;
      buildId: number;
      /** The one that the build has got. */
      versionCode: number;
      certificateSha256: string;
      certificateSha1: string;
      createdAt: number;
      bookmark: string | null;
    }
  | {
      ok: false;
      reason:
        | "account_suspended"
        | "active_build"
        | "app_deleted"
        | "keystore_deleted"
        | "keystore_full";
    }
  /** No version code that stores accept is above the highest that was released. */
  | { ok: false; reason: "version_codes_used_up" }
  /** The release would not be an update of those before. */
  | { ok: false; reason: "other_identity"; refusal: IdentityRefusal }
  /** `isAny`: builders are there, but none of them makes the format. */
  | { ok: false; reason: "no_builders"; isAny: boolean }
  | { ok: false; reason: "insufficient_credits"; available: number };

/** A lease, as a builder names it in every call. */
export interface LeaseRef {
  buildId: number;
  builderId: number;
  fencingToken: string;
}

export interface Artifact {
  key: string;
  size: number;
  sha256: string;
}

/**
 * A report of the holder of a lease about its job. Each may be repeated when its answer was lost. Before its offer is
 * accepted, a lease allows only `accept` and `release`.
 */
export type Report =
  /** Accepts the offer: the lease begins. */
  | { kind: "accept" }
  /** Extends the lease. */
  | { kind: "heartbeat" }
  /** Asks whether the lease holds, and changes nothing. */
  | { kind: "check" }
  /** Adds `bytes` to the build log at `offset`, bytes. */
  | { kind: "append_log"; offset: number; bytes: Uint8Array }
  /** Names the key of an artifact that is about to be uploaded. */
  | { kind: "expect_artifact"; key: string }
  /** Reports that an artifact that was announced before is uploaded; it replaces earlier ones. */
  | { kind: "record_artifact"; artifact: Artifact }
  /** Ends the build with the artifact that was recorded last, which must have this digest and size. */
  | { kind: "complete"; sha256: string; size: number }
  /** Ends the attempt, and the build too unless another attempt might succeed. */
  | {
      kind: "fail";
      code: string;
      message: string;
      retryable: boolean;
      picture?: IconPicture | undefined;
    }
  /** Returns the job: the build waits again, and this does not count as an attempt. */
  | { kind: "release" };

/** The result of a report. */
export type ReportResult =
  | { kind: "taken" }
  /** The result of `accept`: the number of the attempt, from 1, and the length of the build log so far, bytes. */
  | { kind: "accepted"; attempt: number; logOffset: number }
  /** The result of `append_log`: the offset of the next append, bytes. */
  | { kind: "appended"; offset: number }
  /** Bytes before those of `append_log` are missing; the build log ends at `offset`, bytes. */
  | { kind: "gap"; offset: number }
  /** What `complete` names is not the artifact that was recorded. */
  | { kind: "artifact_missing" }
  /** The lease has ended, and nothing was changed. */
  | { kind: "over"; reason: LeaseEnd };

export interface Follow {
  status: BuildStatus;
  /** Where `text` begins, bytes. */
  offset: number;
  text: string;
  /** The offset of the next call, bytes. */
  next: number;
  /** No more follows. What the lock still had is in R2. */
  ended: boolean;
  /** Why the build failed; null when it did not. */
  errorMessage: string | null;
}

/** The lock of one app: at most one build at a time, the holder of its lease, and its live log. */
export interface BuildLockPort {
  trigger: (order: BuildOrder) => Promise<TriggerResult>;
  /** Reports a build that the database has as active, so that the lock takes over a build that it has lost. */
  adopt: (build: { buildId: number; reference: string }) => Promise<void>;
  /** Leases the waiting build to a builder, which has to accept it soon. Returns null when it no longer waits. */
  offer: (buildId: number, builderId: number) => Promise<{ fencingToken: string } | null>;
  /** Takes a report of the holder of `lease`, unless the lease has ended. */
  report: (lease: LeaseRef, report: Report) => Promise<ReportResult>;
  /**
   * Ends the build at once unless it has ended. `status` is its status after that; null when there is no such build. `why`
   * is for the last line of its log.
   */
  cancel: (
    buildId: number,
    why?: string,
  ) => Promise<{ cancelled: boolean; status: BuildStatus | null; bookmark: string | null }>;
  /**
   * Returns the live log from `offset` on, and waits up to `waitMs` for news. Returns null when the lock has no such
   * build.
   */
  follow: (
    buildId: number,
    offset: number,
    known: BuildStatus,
    waitMs: number,
  ) => Promise<Follow | null>;
  /** Deletes the app's rows and files. Returns false while a build is active. */
  deleteApp: (appId: number) => Promise<{ deleted: boolean; bookmark: string | null }>;
}

/** A build in the queue. */
export interface QueuedBuild {
  buildId: number;
  accountId: number;
  appId: number;
  platform: AppPlatform;
  format: BuildFormat;
}

/** A builder counts as there for so long after it was last heard of, ms: twice the interval of an idle one. */
export const HEARD_MS = MINUTE_MS;

export interface BuilderState {
  builderId: number;
  lastSeenAt: number;
  /** The builds that it works on, and those that it was offered and may accept. */
  currentJobs: number[];
  /** How many jobs the builder works on at most; null when it does not say. */
  slots: number | null;
  /** Whether the pool keeps new jobs from it: it may have missed the last change of the database. */
  isDraining: boolean;
}

/** Whether a builder gets no new jobs, as the database has it. */
export interface Drain {
  isDraining: boolean;
  /** How often that was changed: the pool believes what has the higher number. */
  changes: number;
}

/** Which builds wait for a builder, and which builders wait for a build. */
export interface BuilderPoolPort {
  /** Whether a builder that can make this was seen lately, and gets new jobs. */
  canBuild: (platform: AppPlatform, format: BuildFormat) => Promise<Ability>;
  /** Queues a build, at the front when it was queued before. Does nothing when it waits already. */
  enqueue: (build: QueuedBuild, front: boolean) => Promise<void>;
  /** Takes a build that has ended out of the queue. If this is missed, the build is dropped when it is offered. */
  dequeue: (buildId: number) => Promise<void>;
  /** Waits up to `waitMs` for a build that this builder can make, and leases it; null when there is none. */
  lease: (request: {
    waiterId: string;
    builderId: number;
    capabilities: Capabilities;
    currentJobs: number[];
    /** How many jobs the builder works on at most; null when it does not say. */
    slots: number | null;
    /** While the builder drains, there is no build for it. */
    drain: Drain;
    waitMs: number;
  }) => Promise<{ buildId: number; appId: number; fencingToken: string } | null>;
  /** Ends a wait whose client has disconnected. */
  leave: (waiterId: string) => Promise<void>;
  /** Records that a builder is alive and works on a build. */
  seen: (builderId: number, buildId: number) => Promise<void>;
  /** Records that a builder is alive and no longer works on a build. */
  done: (builderId: number, buildId: number) => Promise<void>;
  /** Lets a builder have new jobs, or none: then its wait ends, and what it was just being offered goes to another. */
  drain: (builderId: number, drain: Drain) => Promise<void>;
  /** Forgets a builder that was deleted, and ends its wait. */
  remove: (builderId: number) => Promise<void>;
  states: () => Promise<BuilderState[]>;
}
