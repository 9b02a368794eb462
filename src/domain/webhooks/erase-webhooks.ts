// Forgets an app's webhooks and their logs, so that the app's own row can go. May be repeated after an
// interruption.
import { eq, inArray } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Rows deleted in one statement: keeps each short. */
const ROWS_AT_ONCE = 5000;

export async function eraseWebhooks(ctx: Ctx, appId: number): Promise<void> {
  const owners = ctx.db.select({ id: webhooks.id }).from(webhooks).where(eq(webhooks.appId, appId));
  for (;;) {
    const ids = ctx.db
      .select({ id: webhookDeliveries.id })
      .from(webhookDeliveries)
      .where(inArray(webhookDeliveries.webhookId, owners))
      .limit(ROWS_AT_ONCE);
    const { meta } = await ctx.db
      .delete(webhookDeliveries)
      .where(inArray(webhookDeliveries.id, ids))
      .run();
    if (meta.changes === 0) break;
  }
  await ctx.db.delete(webhooks).where(eq(webhooks.appId, appId));
}
