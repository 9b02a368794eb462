// Handles one job from offer to end: accepts it, works under heartbeats, and then completes, fails or releases it,
// unless the lease has ended. It never throws: every end is an event in the operator's log.
import type { FailReport, Job, LeaseOffer } from "../src/protocol/builder.ts";
import { MALFORMED_ANSWER } from "./answers.ts";
import { attemptJob } from "./attempt.ts";
import type { BuilderClient } from "./client.ts";
import { ApiFault, HandBack, LeaseEnded } from "./faults.ts";
import type { JobClient } from "./job-client.ts";
import { errorFields } from "./log.ts";
import type { Log } from "./log.ts";
import type { Packager } from "./packager.ts";
import type { Bounds } from "./retry.ts";
import type { Secrets } from "./secrets.ts";
import type { Timing } from "./timing.ts";

export interface JobContext {
  client: BuilderClient;
  packager: Packager;
  /** This builder's name, for the build log. */
  name: string;
  log: Log;
  secrets: Secrets;
  timing: Timing;
}

/** The failure for a job in an unknown form, which a builder of another version may know. */
const NOT_UNDERSTOOD: FailReport = {
  code: "job_not_understood",
  message: "The builder does not understand this job; it may be older than the API.",
  retryable: true,
};

/**
 * Works on an offered job until it has ended.
 * @param releasing aborted with HandBack when the process must go at once
 */
export async function runJob(
  offer: LeaseOffer,
  context: JobContext,
  releasing: AbortSignal,
): Promise<void> {
  const { client, secrets, timing } = context;
  const startedAt = performance.now();
  const elapsed = () => Math.round(performance.now() - startedAt);
  const log: Log = (level, event, fields) =>
    context.log(level, event, { build_id: offer.build_id, ...fields });
  const forget = [secrets.add(offer.fencing_token)];
  try {
    const api = client.job(offer);
    const bounds = { deadline: startedAt + offer.accept_within_ms, signal: releasing };
    const job = await accept(api, bounds, timing.release);
    forget.push(secrets.add(job.signing.private_key));
    log("info", "job_accepted", { attempt: job.attempt, ms: elapsed() });
    const end = await attemptJob({ job, api, ...context, log, leasedAt: startedAt, releasing });
    const level = end.event === "job_completed" ? "info" : "warn";
    log(level, end.event, { ...end.fields, ms: elapsed() });
  } catch (error) {
    if (error instanceof HandBack) {
      log("warn", "job_released", { ms: elapsed() });
    } else if (error instanceof LeaseEnded) {
      log("warn", "job_lost", { reason: error.reason, ms: elapsed() });
    } else {
      // The end could not be reported; the API gives the job to another builder when the lease ends.
      log("error", "job_abandoned", { ...errorFields(error), ms: elapsed() });
    }
  } finally {
    for (const forgetSecrets of forget) forgetSecrets();
  }
}

async function accept(api: JobClient, bounds: Bounds, releaseMs: number): Promise<Job> {
  try {
    return await api.accept(bounds);
  } catch (error) {
    // In both cases, the API may have counted the job as accepted.
    const end = { deadline: performance.now() + releaseMs };
    if (error instanceof HandBack) await api.release(end);
    if (error instanceof ApiFault && error.code === MALFORMED_ANSWER) {
      await api.fail(NOT_UNDERSTOOD, end);
    }
    throw error;
  }
}
