// Who has not been heard of for long is no audience any more: daily, the silent become inactive, and those
// inactive for long are forgotten. Bounded, and may run twice at once.
import { and, eq, inArray, lt } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** A subscriber not active for this long becomes inactive, ms. */
export const SILENT_MS = 90 * DAY_MS;
/** An inactive one is deleted after this long, ms. */
const INACTIVE_MS = 180 * DAY_MS;
/** Rows made inactive in one statement: keeps each short. */
const RETIRED_AT_ONCE = 5000;
/** Rows deleted in one: fewer, since each takes along what it received through channels. */
const FORGOTTEN_AT_ONCE = 500;
/** Rows of each of the two in one run: the next day takes the rest. */
const MOST_ROWS = 100_000;

/** Applies both rules. */
export async function retainSubscribers(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  await inChunks(RETIRED_AT_ONCE, () => deactivate(ctx, now));
  await inChunks(FORGOTTEN_AT_ONCE, () => forget(ctx, now));
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
    .limit(RETIRED_AT_ONCE);
  const { meta } = await ctx.db
    .update(subscribers)
    .set({ status: "inactive", updatedAt: now })
    .where(inArray(subscribers.id, ids))
    .run();
  return meta.changes;
}

/** A row became inactive when it was last changed, or later was changed while it was. */
async function forget(ctx: Ctx, now: number): Promise<number> {
  const ids = ctx.db
    .select({ id: subscribers.id })
    .from(subscribers)
    .where(
      and(
        eq(subscribers.status, "inactive"),
        lt(subscribers.lastActiveAt, now - INACTIVE_MS),
        lt(subscribers.updatedAt, now - INACTIVE_MS),
      ),
    )
    .limit(FORGOTTEN_AT_ONCE);
  const { meta } = await ctx.db.delete(subscribers).where(inArray(subscribers.id, ids)).run();
  return meta.changes;
}

async function inChunks(size: number, step: () => Promise<number>): Promise<void> {
  for (let done = 0; done < MOST_ROWS; done += size) {
    if ((await step()) < size) return;
  }
}
