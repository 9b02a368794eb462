// Subscribers that show no sign of life for long become inactive, and those that stay so are deleted; so are, much later,
// those that unsubscribed, and sooner those without an address. Runs daily and in bounded statements; may run twice at once.
import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { deleteInParts, inParts } from "../../db/delete-in-parts.ts";
import { subscribers } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { INBOX_GRAIN_MS } from "./alive.ts";

/** An active subscriber becomes inactive when it showed no sign of life for this long, ms. */
const SILENT_MS = 90 * DAY_MS;
/** How long subscribers are kept that get nothing any more, ms. That somebody unsubscribed is to be known for long. */
const KEPT_MS = { inactive: 180 * DAY_MS, unsubscribed: 3 * 365 * DAY_MS } as const;
/**
 * How long one without an address is kept after its device last asked for its notifications, ms: 30 days, and as much more
 * as a sign of life may go unstored. Nothing is left by which it could be known again.
 */
const INBOX_KEPT_MS = 30 * DAY_MS + INBOX_GRAIN_MS;
type Ended = keyof typeof KEPT_MS;
/** Bounds of making subscribers inactive: 100,000 in one run. The run of the next day takes the rest. */
const RETIRED = { rows: 5000, statements: 20 };
/**
 * Bounds of deleting subscribers, as many in one run. A statement takes fewer, since each subscriber's channel
 * messages are deleted with it.
 */
const DELETED = { rows: 500, statements: 200 };

/**
 * Makes silent subscribers inactive, and deletes those that were inactive or unsubscribed for long, or have no address and
 * did not ask.
 */
export async function expireSubscribers(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  await inParts(RETIRED.statements, async () => {
    const retired = await retireSilent(ctx, now);
    return retired >= RETIRED.rows;
  });
  await deleteEnded(ctx, "inactive", now);
  await deleteEnded(ctx, "unsubscribed", now);
  await deleteSilentInboxes(ctx, now);
}

async function retireSilent(ctx: Ctx, now: number): Promise<number> {
  const silent = and(
    eq(subscribers.status, "active"),
    lt(subscribers.lastActiveAt, now - SILENT_MS),
  );
  const ids = ctx.db
    .select({ id: subscribers.id })
    .from(subscribers)
    .where(silent)
    .limit(RETIRED.rows);
  const { meta } = await ctx.db
    .update(subscribers)
    .set({ status: "inactive", updatedAt: now })
    .where(inArray(subscribers.id, ids))
    .run();
  return meta.changes;
}

/**
 * Deletes subscribers that have had this status for long. The row was last changed when the subscriber got the status,
 * or later.
 */
async function deleteEnded(ctx: Ctx, status: Ended, now: number): Promise<void> {
  const before = now - KEPT_MS[status];
  const where = and(
    eq(subscribers.status, status),
    lt(subscribers.lastActiveAt, before),
    lt(subscribers.updatedAt, before),
  );
  await deleteInParts(ctx.db, subscribers, { key: subscribers.id, where }, DELETED);
}

async function deleteSilentInboxes(ctx: Ctx, now: number): Promise<void> {
  // Written as in the index `subscribers_inbox_silent`.
  const where = and(sql`provider = 'inbox'`, lt(subscribers.lastActiveAt, now - INBOX_KEPT_MS));
  await deleteInParts(ctx.db, subscribers, { key: subscribers.id, where }, DELETED);
}
