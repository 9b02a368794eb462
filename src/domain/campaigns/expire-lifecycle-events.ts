// Deletes lifecycle events that nobody reported for long. Runs daily and in bounded statements; may run twice at once.
import { lt } from "drizzle-orm";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { lifecycleEvents } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** A lifecycle event is deleted when no installation reported it for this long, ms. */
const UNUSED_MS = 90 * DAY_MS;
/** Bounds of one run: 500,000 events. The run of the next day deletes the rest. */
const BOUNDS = { rows: 5000, statements: 100 };

/** Deletes unused lifecycle events. */
export async function expireLifecycleEvents(ctx: Ctx): Promise<void> {
  const where = lt(lifecycleEvents.lastUsedAt, ctx.now() - UNUSED_MS);
  await deleteInParts(ctx.db, lifecycleEvents, { key: lifecycleEvents.id, where }, BOUNDS);
}
