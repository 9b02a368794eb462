// Puts messages into a queue within its limits, and retries if it is overloaded or hangs.
import { SECOND_MS } from "../kit/time.ts";

/** Most messages and bytes in one call: Cloudflare's limits are 100 and 256 KB. */
const MAX_MESSAGES = 100;
const MAX_BYTES = 240_000;
/** A call that has not returned after this time is repeated, ms: such calls are known to hang. */
const TIMEOUT_MS = 10 * SECOND_MS;
const ATTEMPTS = 3;

/** Enqueues `bodies` with a delay of `delaySeconds`. Throws when the queue refuses some; others may be in it. */
export async function enqueue<Body>(
  queue: Queue<Body>,
  bodies: readonly Body[],
  delaySeconds: number,
): Promise<void> {
  for (const group of grouped(bodies)) await sendGroup(queue, group, delaySeconds);
}

async function sendGroup<Body>(
  queue: Queue<Body>,
  bodies: readonly Body[],
  delaySeconds: number,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error("the queue did not answer")), TIMEOUT_MS);
    try {
      const messages = bodies.map((body) => ({ body, contentType: "json" as const }));
      await Promise.race([queue.sendBatch(messages, { delaySeconds }), late]);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

function* grouped<Body>(bodies: readonly Body[]): Generator<Body[]> {
  let group: Body[] = [];
  let bytes = 0;
  for (const body of bodies) {
    // Endpoints and tokens are ASCII, so a character is a byte.
    const size = JSON.stringify(body).length;
    if (group.length === MAX_MESSAGES || (group.length > 0 && bytes + size > MAX_BYTES)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(body);
    bytes += size;
  }
  if (group.length > 0) yield group;
}
