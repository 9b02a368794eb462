// Forgets an app's instances in bounded statements, before the app's own row goes. May be repeated.
import { eq, inArray } from "drizzle-orm";
import { sendInstances } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";

/** Rows deleted in one statement: keeps each short. */
const ROWS_AT_ONCE = 5000;

export async function eraseInstances(ctx: Ctx, appId: number): Promise<void> {
  const ids = ctx.db
    .select({ id: sendInstances.id })
    .from(sendInstances)
    .where(eq(sendInstances.appId, appId))
    .limit(ROWS_AT_ONCE);
  for (;;) {
    const { meta } = await ctx.db.delete(sendInstances).where(inArray(sendInstances.id, ids)).run();
    if (meta.changes === 0) return;
  }
}
