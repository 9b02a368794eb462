// Forgets an app's webhooks and their logs, so that the app's own row can go. May be repeated after an
// interruption.
import { eq, inArray, type SQL } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Rows deleted in one statement: keeps each short. */
const ROWS_AT_ONCE = 5000;

export async function eraseWebhooks(ctx: Ctx, appId: number): Promise<void> {
  const owners = ctx.db.select({ id: webhooks.id }).from(webhooks).where(eq(webhooks.appId, appId));
  await eraseLog(ctx, inArray(webhookDeliveries.webhookId, owners));
  await ctx.db.delete(webhooks).where(eq(webhooks.appId, appId));
}

/** Deletes the deliveries for which `condition` holds. */
export async function eraseLog(ctx: Ctx, condition: SQL): Promise<void> {
  const ids = ctx.db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(condition)
    .limit(ROWS_AT_ONCE);
  for (let changes = ROWS_AT_ONCE; changes === ROWS_AT_ONCE;) {
    const { meta } = await ctx.db
      .delete(webhookDeliveries)
      .where(inArray(webhookDeliveries.id, ids))
      .run();
    ({ changes } = meta);
  }
}
