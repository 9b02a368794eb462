// The lease loop: requests a job whenever a slot is free, one at a time, and starts the offered jobs.
import type { Capabilities, LeaseOffer } from "../src/protocol/builder.ts";
import type { BuilderClient } from "./client.ts";
import { ApiFault } from "./faults.ts";
import { errorFields } from "./log.ts";
import type { Log } from "./log.ts";
import { backoffDelay, pause } from "./retry.ts";
import type { Shutdown } from "./shutdown.ts";
import type { Timing } from "./timing.ts";

export interface LoopOptions {
  client: BuilderClient;
  capabilities: Capabilities;
  /** Number of concurrent jobs. */
  concurrency: number;
  /** Works on an offered job until it has ended. Never rejects. */
  runJob: (offer: LeaseOffer) => Promise<void>;
  shutdown: Shutdown;
  timing: Timing;
  log: Log;
}

/** The API refused the first request: token or URL are wrong, and retries would hide that. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/**
 * Leases and runs jobs until the shutdown drains, and then until the running jobs have ended or their time is over.
 * Throws Refused if the API's first answer is a refusal. Later refusals count as an outage of the API: they are logged
 * and the request is retried, so that builders survive a bad deployment.
 */
export async function runLoop(options: LoopOptions): Promise<void> {
  const { client, capabilities, concurrency, runJob, shutdown, timing, log } = options;
  const { draining, releasing } = shutdown;
  const running = new Map<Promise<void>, number>();
  const backoff = { baseMs: timing.backoffBase, maxMs: timing.backoffMax };
  let wake = () => {};
  let welcomed = false;
  let faults = 0;
  let emptyInARow = 0;
  draining.addEventListener("abort", () => wake(), { once: true });

  function start(offer: LeaseOffer): void {
    const job = runJob(offer).finally(() => {
      running.delete(job);
      wake();
    });
    running.set(job, offer.build_id);
  }

  async function leaseOnce(): Promise<void> {
    const askedAt = performance.now();
    // The first request, and the first after a fault, return at once, so that the operator soon sees that all is well.
    const wait_ms = welcomed && faults === 0 ? timing.leaseWait : 0;
    const current_jobs = [...new Set(running.values())];
    const offer = await client.lease(
      { capabilities, wait_ms, current_jobs, slots: concurrency },
      draining,
    );
    if (!welcomed || faults > 0) log("info", "api_ready", { faults });
    welcomed = true;
    faults = 0;
    if (offer !== null) {
      emptyInARow = 0;
      // The job is accepted before the next lease request, so that it uses the open connection.
      start(offer);
    } else if (performance.now() - askedAt >= timing.emptyTooSoon) {
      emptyInARow = 0;
    } else if (emptyInARow++ > 0) {
      await pause(backoffDelay(emptyInARow - 2, backoff, Math.random()), draining);
    }
  }

  async function onFault(error: unknown): Promise<void> {
    if (!(error instanceof ApiFault)) throw error;
    if (!welcomed && !error.transient) throw new Refused(refusalText(error));
    const delay = backoffDelay(faults++, backoff, Math.random());
    const waitMs = Math.max(delay, error.retryAfterMs ?? 0);
    const fields = { retry_in_ms: Math.round(waitMs), ...errorFields(error) };
    log(error.transient ? "warn" : "error", "lease_failed", fields);
    await pause(waitMs, draining);
  }

  while (!draining.aborted) {
    if (running.size >= concurrency) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    try {
      await leaseOnce().catch(onFault);
    } catch (error) {
      if (!draining.aborted) throw error;
    }
  }
  await Promise.race([Promise.all(running.keys()), graceEnd(releasing, timing.release)]);
}

/** Resolves some time after jobs were asked to hand back, since an unreachable API must not keep the process alive. */
function graceEnd(releasing: AbortSignal, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const begin = () => setTimeout(resolve, graceMs).unref();
    if (releasing.aborted) begin();
    else releasing.addEventListener("abort", begin, { once: true });
  });
}

function refusalText(fault: ApiFault): string {
  if (fault.status === 401) return "the API refuses the token in BUILDER_TOKEN (401)";
  return `the API refuses this builder, is API_URL right? (${fault.message})`;
}
