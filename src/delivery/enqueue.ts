// Puts messages into a queue within its bounds, and tries again when it is overloaded or hangs.
import { SECOND_MS } from "../kit/time.ts";

/** Most messages in one call, and most bytes: the platform's are 100 and 256 KB. */
const MAX_MESSAGES = 100;
const MAX_BYTES = 240_000;
/** A call that has not come back by then is made again, ms: it is known to hang. */
const TIMEOUT_MS = 10 * SECOND_MS;
const ATTEMPTS = 3;

/** Sends `bodies`, each after `delaySeconds`. Throws when the queue does not take them; some may be in it. */
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
    // endpoints and tokens are ASCII: characters are bytes
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
