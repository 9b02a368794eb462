// Dead letters: queue messages whose consumer failed four times. What they were for is found and done by other ways
// (docs/decisions/0020), so nothing is done again here; each is logged and counted, since it says that something breaks.
import type { Ctx } from "../context.ts";
import type { BatchMessage, RunsMessage } from "../ports/notifications.ts";
import type { QueueName } from "../ports/queues.ts";
import { addCounts, pairsOf, type Counts } from "./meters.ts";

/** The queue that they end in (wrangler.toml). */
export const DEAD_LETTERS = "slipway-dead-letters";

type DeadLetter = BatchMessage | RunsMessage | { deliveryId: number };
interface Described {
  queue: QueueName | "unknown";
  [fact: string]: string | number;
}

/**
 * Logs and counts dead letters by the queue that each was in; what is none of ours, as another version may have put it there,
 * by "unknown". Throws when they can't be counted: they come again then.
 */
export async function noteDeadLetters(ctx: Ctx, letters: readonly unknown[]): Promise<void> {
  const counts: Counts = {};
  for (const letter of letters) {
    const { queue, ...facts } = described(letter);
    counts[queue] = (counts[queue] ?? 0) + 1;
    ctx.log.error("dead_letter", `a message of ${queue} failed four times`, { queue, ...facts });
  }
  await addCounts(ctx, "dead_letters", pairsOf(counts));
}

/** The queue of a message and what it was about, without whom it was for. */
function described(body: unknown): Described {
  if (typeof body !== "object" || body === null) return { queue: "unknown" };
  const letter = body as DeadLetter;
  if ("deliveryId" in letter) return { queue: "webhooks", delivery: letter.deliveryId };
  if ("notificationIds" in letter && Array.isArray(letter.notificationIds)) {
    return { queue: "runs", notifications: letter.notificationIds.join(" ") };
  }
  if (!("notificationId" in letter)) return { queue: "unknown" };
  const { lane, notificationId: notification, batch, attempt } = letter;
  return { queue: lane === "slow" ? "slow_batches" : "batches", notification, batch, attempt };
}
