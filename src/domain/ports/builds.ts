// The Durable Objects of builds as the domain sees them. Calls cross a process boundary: arguments and
// answers are plain data, expected failures are tagged, and every call may be repeated.
import type {
  BuildFormat,
  BuildType,
  Capabilities,
  LeaseEnd,
  Platform,
} from "../../protocol/builder.ts";

export type BuildStatus = "pending" | "building" | "completed" | "failed" | "cancelled";

/** Everything a build is triggered with. */
export interface BuildOrder {
  accountId: number;
  appId: number;
  platform: Platform;
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

/** A report about a lease, as every builder call carries it. */
export interface LeaseRef {
  buildId: number;
  builderId: number;
  fencingToken: string;
}

export type LeaseResult = { ok: true } | { ok: false; reason: LeaseEnd };

export interface Artifact {
  key: string;
  size: number;
  sha256: string;
}

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
  accept: (
    lease: LeaseRef,
  ) => Promise<{ ok: true; attempt: number; logOffset: number } | { ok: false; reason: LeaseEnd }>;
  /** Extends the lease. */
  heartbeat: (lease: LeaseRef) => Promise<LeaseResult>;
  /** Tells whether the lease holds, changing nothing. */
  check: (lease: LeaseRef) => Promise<LeaseResult>;
  appendLog: (
    lease: LeaseRef,
    offset: number,
    bytes: Uint8Array,
  ) => Promise<
    | { ok: true; offset: number }
    | { ok: false; reason: LeaseEnd }
    | { ok: false; reason: "gap"; offset: number }
  >;
  /** Notes the key of an artifact that is about to be uploaded. */
  expectArtifact: (lease: LeaseRef, key: string) => Promise<LeaseResult>;
  /** Takes an uploaded artifact, expected before, for the one that counts. */
  recordArtifact: (lease: LeaseRef, artifact: Artifact) => Promise<LeaseResult>;
  complete: (
    lease: LeaseRef,
    report: { sha256: string; size: number },
  ) => Promise<LeaseResult | { ok: false; reason: "artifact_missing" }>;
  fail: (
    lease: LeaseRef,
    report: { code: string; message: string; retryable: boolean },
  ) => Promise<LeaseResult>;
  release: (lease: LeaseRef) => Promise<LeaseResult>;
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
  platform: Platform;
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
  canBuild: (platform: Platform, format: BuildFormat) => Promise<boolean>;
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
  /** Forgets a builder that was removed, and ends its wait. */
  forget: (builderId: number) => Promise<void>;
  states: () => Promise<BuilderState[]>;
}
