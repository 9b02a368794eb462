// Asks the platform how much waits in each queue. Each is waited for a moment: these are figures for people and monitoring.
import type { QueueBacklog, QueueName } from "../domain/ports/queues.ts";
import { SECOND_MS } from "../kit/time.ts";

/** Longest that a queue is waited for, ms. */
const WAIT_MS = 2 * SECOND_MS;

type Asked = Pick<Queue, "metrics">;

/** Returns what waits in these queues; one that does not answer is not known. */
export async function backlogsOf(queues: Record<QueueName, Asked>): Promise<QueueBacklog[]> {
  return Promise.all(
    Object.entries(queues).map(async ([name, queue]) => {
      const metrics = await answered(queue);
      return {
        queue: name as QueueName,
        messages: metrics?.backlogCount ?? null,
        oldestAt:
          metrics && metrics.backlogCount > 0 ? timeOf(metrics.oldestMessageTimestamp) : null,
      };
    }),
  );
}

async function answered(queue: Asked): Promise<QueueMetrics | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), WAIT_MS);
  });
  try {
    return await Promise.race([queue.metrics().catch(() => null), late]);
  } catch {
    // A platform that knows no such method.
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** A time as ms; null for none, which some platforms write as 0. */
function timeOf(at: Date | number | undefined): number | null {
  const ms = at === undefined ? 0 : Number(at);
  return ms > 0 ? ms : null;
}
