// Who has not been heard of for long is no audience any more: daily, the silent become inactive, and those
// inactive for long are forgotten. Bounded, and may run twice at once.
import { and, eq, inArray, lt } from "drizzle-orm";
import { deleteInParts, inParts } from "../../db/delete-in-parts.ts";
import { subscribers } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** A subscriber not active for this long becomes inactive, ms. */
export const SILENT_MS = 90 * DAY_MS;
/** An inactive one is deleted after this long, ms. */
const INACTIVE_MS = 180 * DAY_MS;
/** Made inactive in one run: 100,000 rows, the next day takes the rest. */
const RETIRED = { rows: 5000, statements: 20 };
/** Deleted in one run, as many: fewer by one statement, since each takes along what it received through channels. */
const FORGOTTEN = { rows: 500, statements: 200 };

/** Applies both rules. */
export async function expireSubscribers(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  await inParts(RETIRED.statements, async () => {
    const retired = await deactivate(ctx, now);
    return retired >= RETIRED.rows;
  });
  await forget(ctx, now);
}

async function deactivate(ctx: Ctx, now: number): Promise<number> {
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

/** A row became inactive when it was last changed, or later was changed while it was. */
async function forget(ctx: Ctx, now: number): Promise<void> {
  const where = and(
    eq(subscribers.status, "inactive"),
    lt(subscribers.lastActiveAt, now - INACTIVE_MS),
    lt(subscribers.updatedAt, now - INACTIVE_MS),
  );
  await deleteInParts(ctx.db, subscribers, { key: subscribers.id, where }, FORGOTTEN);
}
