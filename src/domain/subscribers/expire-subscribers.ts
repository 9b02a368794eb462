// Subscribers that show no sign of life for long become inactive, and those that stay inactive for long are deleted.
// Runs daily and in bounded statements; may run twice at once.
import { and, eq, inArray, lt } from "drizzle-orm";
import { deleteInParts, inParts } from "../../db/delete-in-parts.ts";
import { subscribers } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** An active subscriber becomes inactive when it showed no sign of life for this long, ms. */
export const SILENT_MS = 90 * DAY_MS;
/** An inactive subscriber is deleted after this long, ms. */
const INACTIVE_MS = 180 * DAY_MS;
/** Bounds of making subscribers inactive: 100,000 in one run. The run of the next day takes the rest. */
const RETIRED = { rows: 5000, statements: 20 };
/**
 * Bounds of deleting subscribers, as many in one run. A statement takes fewer, since each subscriber's channel
 * messages are deleted with it.
 */
const DELETED = { rows: 500, statements: 200 };

/** Makes silent subscribers inactive, and deletes those that were inactive for long. */
export async function expireSubscribers(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  await inParts(RETIRED.statements, async () => {
    const retired = await retireSilent(ctx, now);
    return retired >= RETIRED.rows;
  });
  await deleteInactive(ctx, now);
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
 * Deletes subscribers that have been inactive for long. The row was last changed when the subscriber became inactive,
 * or later.
 */
async function deleteInactive(ctx: Ctx, now: number): Promise<void> {
  const where = and(
    eq(subscribers.status, "inactive"),
    lt(subscribers.lastActiveAt, now - INACTIVE_MS),
    lt(subscribers.updatedAt, now - INACTIVE_MS),
  );
  await deleteInParts(ctx.db, subscribers, { key: subscribers.id, where }, DELETED);
}
