// The Durable Objects of builds as the domain sees them. Calls cross a process boundary: arguments and
// answers are plain data, expected failures are tagged, and every call may be repeated.
import type {
  BuildFormat,
  BuildType,
  Capabilities,
  LeaseEnd,
  AppPlatform,
} from "../../protocol/builder.ts";

export type BuildStatus = "pending" | "building" | "completed" | "failed" | "cancelled";

/** Everything a build is triggered with. */
export interface BuildOrder {
  accountId: number;
  appId: number;
  platform: AppPlatform;
  buildType: BuildType;
  buildFormat: BuildFormat;
  versionName: string;
  versionCode: number;
  snapshot: Record<string, unknown>;
  /** null: the account's debug key. */
  keystoreId: number | null;
  cost: number;
  /** The balance seen with the request; the database has the last word. */
  availableCredits: number;
}

export type TriggerResult =
  | { ok: true; buildId: number; createdAt: number; bookmark: string | null }
  | { ok: false; reason: "active_build" | "no_builders" | "app_deleted" | "keystore_deleted" }
  | { ok: false; reason: "insufficient_credits"; available: number };

/** A lease, as every call of a builder names it. */
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
 * What the holder of a lease reports of its job. Each may be repeated when its answer got lost. Before its offer is
 * accepted, a lease allows `accept` and `release` only.
 */
export type Report =
  /** Takes the offer: the lease begins. */
  | { kind: "accept" }
  /** Extends the lease. */
  | { kind: "heartbeat" }
  /** Asks whether the lease holds, and changes nothing. */
  | { kind: "check" }
  /** Adds `bytes` to the build log, where they belong at `offset`, bytes. */
  | { kind: "append_log"; offset: number; bytes: Uint8Array }
  /** Tells the key of an artifact that is about to be uploaded. */
  | { kind: "expect_artifact"; key: string }
  /** Tells that an artifact, expected before, is uploaded: it is the one that counts. */
  | { kind: "record_artifact"; artifact: Artifact }
  /** Ends the build with the artifact that was recorded, whose digest and size these must be. */
  | { kind: "complete"; sha256: string; size: number }
  /** Ends the attempt, and the build too unless another attempt may do better. */
  | { kind: "fail"; code: string; message: string; retryable: boolean }
  /** Hands the job back: the build waits again, and no attempt is counted. */
  | { kind: "release" };

/** What a report is answered. */
export type ReportResult =
  | { kind: "taken" }
  /** Answers `accept`: the attempt's number, from 1, and where the build log goes on, bytes. */
  | { kind: "accepted"; attempt: number; logOffset: number }
  /** Answers `append_log`: where the next append goes, bytes. */
  | { kind: "appended"; offset: number }
  /** Bytes before those of `append_log` are missing; the build log ends at `offset`, bytes. */
  | { kind: "gap"; offset: number }
  /** What `complete` names is not the artifact that was recorded. */
  | { kind: "artifact_missing" }
  /** The lease counts no more, and nothing was changed. */
  | { kind: "over"; reason: LeaseEnd };

export interface Follow {
  status: BuildStatus;
  /** Where `text` begins, bytes. */
  offset: number;
  text: string;
  /** Where to ask on, bytes. */
  next: number;
  /** No more follows; what the lock still had is in R2. */
  ended: boolean;
  /** Why an ended build failed. */
  errorMessage: string | null;
}

/** The lock of one app: at most one build, who holds its lease, its live log. */
export interface BuildLockPort {
  trigger: (order: BuildOrder) => Promise<TriggerResult>;
  /** Shows the lock a build that D1 has as active: it takes over what it has lost. */
  adopt: (build: { buildId: number; reference: string }) => Promise<void>;
  /** Leases the waiting build to a builder, to be accepted soon; null when it no longer waits. */
  offer: (buildId: number, builderId: number) => Promise<{ fencingToken: string } | null>;
  /** Takes a report of the holder of `lease`, if that still counts. */
  report: (lease: LeaseRef, report: Report) => Promise<ReportResult>;
  /** Ends the build at once unless it is over; `status` is how it stands then, null where there is none. */
  cancel: (
    buildId: number,
  ) => Promise<{ cancelled: boolean; status: BuildStatus | null; bookmark: string | null }>;
  /** The live log from `offset`; waits up to `waitMs` for news. null: this lock has no such build. */
  follow: (
    buildId: number,
    offset: number,
    known: BuildStatus,
    waitMs: number,
  ) => Promise<Follow | null>;
  /** Deletes the app's rows and files; false while a build runs. */
  deleteApp: (appId: number) => Promise<{ deleted: boolean; bookmark: string | null }>;
}

/** A build as the queue knows it. */
export interface QueuedBuild {
  buildId: number;
  appId: number;
  platform: AppPlatform;
  format: BuildFormat;
}

export interface BuilderState {
  builderId: number;
  lastSeenAt: number;
  currentJobs: number[];
}

/** Which builds wait and which builders wait for them. */
export interface BuilderPoolPort {
  /** Whether a builder that can do this was seen lately. */
  canBuild: (platform: AppPlatform, format: BuildFormat) => Promise<boolean>;
  /** Queues a build, at the front when it was queued before; harmless when it waits already. */
  enqueue: (build: QueuedBuild, front: boolean) => Promise<void>;
  /** Takes a build that ended out of the queue; one that is left there is dropped when it is offered. */
  dequeue: (buildId: number) => Promise<void>;
  /** Waits up to `waitMs` for a build this builder can make. */
  lease: (request: {
    waiterId: string;
    builderId: number;
    capabilities: Capabilities;
    currentJobs: number[];
    waitMs: number;
  }) => Promise<{ buildId: number; appId: number; fencingToken: string } | null>;
  /** Ends a wait whose client went away. */
  leave: (waiterId: string) => Promise<void>;
  /** Notes that a builder lives and works on a build. */
  seen: (builderId: number, buildId: number) => Promise<void>;
  /** Notes that a builder lives and works on a build no more. */
  done: (builderId: number, buildId: number) => Promise<void>;
  /** Removes a builder that was deleted, and ends its wait. */
  remove: (builderId: number) => Promise<void>;
  states: () => Promise<BuilderState[]>;
}
