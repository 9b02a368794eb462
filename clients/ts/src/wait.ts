// Waits for what takes its time: asks again and again, less and less often, until it has ended or the wait is over.
import type { SlipwayClient } from "./client.js";
import { SlipwayError, unwrap } from "./error.js";
import { pause, REFUSED_FOR_NOW } from "./retry.js";
import type { components } from "./schema.js";

/** A build as API v1 shows it. */
export type Build = components["schemas"]["Build"];
/** A notification as the push API shows it. */
export type PushNotification = components["schemas"]["PushNotification"];

export interface WaitOptions {
  /** Ends the wait when it is aborted; its reason is thrown. */
  signal?: AbortSignal;
  /** Longest wait, ms. 10 minutes if not given. What is waited for goes on after it. */
  timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 600_000;
/** The first wait between two questions, ms: a build takes about a second. */
const FIRST_WAIT_MS = 250;
/** The longest, ms. */
const MAX_WAIT_MS = 5_000;
/** By how much each wait is longer than the one before. */
const LONGER = 1.5;

/** What `ask` finds; or, where it is refused for now, the ms to wait before the next question. */
async function askOnce<Thing>(ask: () => Promise<Thing>): Promise<{ thing: Thing } | number> {
  try {
    return { thing: await ask() };
  } catch (error) {
    if (error instanceof SlipwayError && REFUSED_FOR_NOW.includes(error.status)) {
      return error.retryAfterMs ?? 0;
    }
    throw error;
  }
}

async function until<Thing>(
  ask: (signal: AbortSignal) => Promise<Thing>,
  hasEnded: (thing: Thing) => boolean,
  { signal, timeoutMs }: WaitOptions,
): Promise<Thing> {
  const timeout = AbortSignal.timeout(timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * LONGER, MAX_WAIT_MS)) {
    const found = await askOnce(() => ask(either));
    if (typeof found === "object" && hasEnded(found.thing)) return found.thing;
    await pause(typeof found === "number" ? Math.max(found, wait) : wait, either);
  }
}

/**
 * Waits for a build's end, and returns it as it is then: `completed`, `failed` or `cancelled`. A 429 or 503 on the way is waited out
 * as its `Retry-After` says.
 * @param id of the build
 * @throws SlipwayError when the API refuses, a DOMException named `TimeoutError` when the wait is over, the signal's reason
 */
export function waitForBuild(
  client: SlipwayClient,
  id: number,
  options: WaitOptions = {},
): Promise<Build> {
  return until(
    async (signal) => {
      const params = { path: { id } };
      return unwrap(await client.GET("/api/v1/builds/{id}", { params, signal })).data;
    },
    ({ status }) => status !== "pending" && status !== "building",
    options,
  );
}

/**
 * Waits for the end of a send, and returns the notification as it is then: `sent`, `failed` or `cancelled`. A draft ends only when it is
 * sent, and a scheduled one after its time, so give those a `timeoutMs` that fits.
 * @param app the UUID of the app
 * @param id the UUID of the notification
 * @throws SlipwayError when the API refuses, a DOMException named `TimeoutError` when the wait is over, the signal's reason
 */
export function waitForNotification(
  client: SlipwayClient,
  app: string,
  id: string,
  options: WaitOptions = {},
): Promise<PushNotification> {
  const path = "/api/v1/push/apps/{id}/notifications/{notification_id}";
  return until(
    async (signal) => {
      const params = { path: { id: app, notification_id: id } };
      return unwrap(await client.GET(path, { params, signal })).data;
    },
    ({ status }) => status === "sent" || status === "failed" || status === "cancelled",
    options,
  );
}
