// Forgets an app's subscribers and push credentials, so that the app's own row can go. In bounded statements,
// since an app can have millions; may be repeated after an interruption.
import { eq, inArray } from "drizzle-orm";
import { pushCredentials, subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Rows deleted in one statement: keeps each short. */
const ROWS_AT_ONCE = 5000;

export async function erasePush(ctx: Ctx, appId: number): Promise<void> {
  await ctx.db.delete(pushCredentials).where(eq(pushCredentials.appId, appId));
  for (;;) {
    const ids = ctx.db
      .select({ id: subscribers.id })
      .from(subscribers)
      .where(eq(subscribers.appId, appId))
      .limit(ROWS_AT_ONCE);
    const { meta } = await ctx.db.delete(subscribers).where(inArray(subscribers.id, ids)).run();
    if (meta.changes < ROWS_AT_ONCE) return;
  }
}
