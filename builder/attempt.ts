// Works on one accepted job, and sends the report that ends it.
import { MAX_FAILURE_MESSAGE } from "../src/protocol/builder.ts";
import type { FailReport, Job } from "../src/protocol/builder.ts";
import { makeArtifact } from "./artifact.ts";
import type { Artifact } from "./artifact.ts";
import { createBuildLog } from "./build-log.ts";
import type { BuildLog } from "./build-log.ts";
import { ApiFault, BuildFailure, HandBack, LeaseEnded } from "./faults.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { JobClient } from "./job-client.ts";
import { errorFields } from "./log.ts";
import type { Log, LogFields } from "./log.ts";
import type { Packager } from "./packager.ts";
import type { Secrets } from "./secrets.ts";
import type { Timing } from "./timing.ts";

export interface AttemptInput {
  job: Job;
  api: JobClient;
  packager: Packager;
  name: string;
  log: Log;
  secrets: Secrets;
  timing: Timing;
  /** When the call that began the lease was sent, by performance.now(). */
  leasedAt: number;
  /** Aborted with HandBack when the job is to be handed back. */
  releasing: AbortSignal;
}

export interface JobEnd {
  event: "job_completed" | "job_failed" | "job_released";
  fields: LogFields;
}

interface Attempt extends AttemptInput {
  buildLog: BuildLog;
  heartbeat: Heartbeat;
  /** Aborted with LeaseEnded when the lease has ended. */
  lease: AbortSignal;
  /** Aborted with LeaseEnded or HandBack when the work must stop. */
  stop: AbortSignal;
}

/** Attempts the job and returns its end. Throws LeaseEnded if the lease ends first, ApiFault if the report fails. */
export async function attemptJob(input: AttemptInput): Promise<JobEnd> {
  const attempt = start(input);
  try {
    const artifact = await work(attempt);
    return await complete(attempt, artifact);
  } catch (error) {
    return await settle(attempt, attempt.stop.aborted ? attempt.stop.reason : error);
  } finally {
    attempt.heartbeat.stop();
  }
}

/** Starts heartbeats and the build log; either can find that the lease has ended. */
function start(input: AttemptInput): Attempt {
  const { job, api, log, timing, secrets, leasedAt, releasing } = input;
  const lease = new AbortController();
  const stop = AbortSignal.any([lease.signal, releasing]);
  const heartbeat = startHeartbeat({
    beat: (bounds) => api.heartbeat(bounds),
    heartbeatMs: job.heartbeat_ms,
    leaseMs: job.lease_ms,
    leasedAt,
    onEnd: (reason, error) => {
      if (error !== undefined) log("warn", "heartbeat_failed", errorFields(error));
      lease.abort(new LeaseEnded(reason));
    },
  });
  const buildLog = createBuildLog({
    offset: job.log_offset,
    flushMs: timing.logFlush,
    append: (offset, text) =>
      api.appendLog(offset, text, { deadline: performance.now() + timing.logRetry, signal: stop }),
    redact: secrets.redact,
    onFault: (error) => {
      if (error instanceof LeaseEnded) lease.abort(error);
      else if (!stop.aborted) log("warn", "build_log_given_up", errorFields(error));
    },
  });
  return { ...input, buildLog, heartbeat, lease: lease.signal, stop };
}

/** Makes the artifact, and uploads it and the rest of the log. */
async function work({ job, api, packager, name, buildLog, stop }: Attempt): Promise<Artifact> {
  buildLog.write(`Slipway builder ${name}, build ${job.build_id}, attempt ${job.attempt}`);
  const bounds = () => ({ deadline: performance.now() + job.lease_ms, signal: stop });
  const input = { job, api, packager, log: buildLog, bounds: bounds(), signal: stop };
  const artifact = await makeArtifact(input);
  const upload = api.uploadArtifact(artifact.bytes, artifact.sha256, bounds());
  await Promise.all([upload, buildLog.flush()]);
  return artifact;
}

/** Reports completion. It ignores `stop`, since completing is now as quick as handing back. */
async function complete(attempt: Attempt, { bytes, sha256 }: Artifact): Promise<JobEnd> {
  const { api, heartbeat, lease } = attempt;
  lease.throwIfAborted();
  const report = { artifact_sha256: sha256, artifact_size: bytes.length };
  await finish(() => api.complete(report, { deadline: heartbeat.leaseUntil() }));
  return { event: "job_completed", fields: { bytes: bytes.length } };
}

/**
 * Only the holder of the lease can finish a job: if it is already finished, the answer to an earlier report was lost.
 */
async function finish(report: () => Promise<void>): Promise<void> {
  try {
    await report();
  } catch (error) {
    if (!(error instanceof LeaseEnded && error.reason === "finished")) throw error;
  }
}

/** Ends an attempt without an artifact: hands the job back, or reports why it failed. */
async function settle(attempt: Attempt, cause: unknown): Promise<JobEnd> {
  const { api, buildLog, heartbeat, lease, log, secrets, timing } = attempt;
  if (cause instanceof LeaseEnded) throw cause;
  if (cause instanceof HandBack) {
    await api.release({ deadline: performance.now() + timing.release });
    return { event: "job_released", fields: {} };
  }
  const report = failReport(cause, secrets);
  log("warn", "job_failing", { code: report.code, ...errorFields(cause) });
  buildLog.write(`Failed: ${report.message}`);
  await buildLog.flush();
  lease.throwIfAborted();
  await finish(() => api.fail(report, { deadline: heartbeat.leaseUntil() }));
  return { event: "job_failed", fields: { code: report.code, retryable: report.retryable } };
}

/** Makes the report for the owner. Only a BuildFailure has a message for owners; other causes are for the operator. */
function failReport(cause: unknown, secrets: Secrets): FailReport {
  if (cause instanceof BuildFailure) {
    const message = secrets.redact(cause.message).slice(0, MAX_FAILURE_MESSAGE);
    const { code, retryable, picture } = cause;
    return { code, message, retryable, ...(picture && { picture }) };
  }
  if (cause instanceof ApiFault) {
    const message = "The builder could not exchange the build's files with the API.";
    return { code: "api_fault", message, retryable: true };
  }
  const message = "The builder failed unexpectedly; its operators can read why.";
  return { code: "builder_defect", message, retryable: true };
}
