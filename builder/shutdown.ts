// Requests to stop the process. The first one drains: there are no new jobs, and running ones may finish in time. The
// second one, or the end of that time, hands the running jobs back.
import { HandBack } from "./faults.ts";
import type { Log } from "./log.ts";

export interface Shutdown {
  /** Aborted by the first request. */
  draining: AbortSignal;
  /** Aborted with HandBack when running jobs are to be handed back. */
  releasing: AbortSignal;
  /** Asks the builder to stop; `why` is for the operator's log. */
  request: (why: string) => void;
}

/** @param drainMs time for running jobs to finish, ms */
export function createShutdown(drainMs: number, log: Log): Shutdown {
  const draining = new AbortController();
  const releasing = new AbortController();
  const release = () => releasing.abort(new HandBack("the builder is going"));
  return {
    draining: draining.signal,
    releasing: releasing.signal,
    request(why) {
      const again = draining.signal.aborted;
      log("info", again ? "releasing" : "draining", { why });
      if (again) {
        release();
      } else {
        draining.abort();
        // The timer must not keep an idle builder alive.
        setTimeout(release, drainMs).unref();
      }
    },
  };
}
