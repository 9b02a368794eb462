// Forgets an app's webhooks and their logs, so that the app's own row can go. May be repeated after an
// interruption.
import { eq, inArray, type SQL } from "drizzle-orm";
import { deleteInParts, UNTIL_NOTHING_IS_LEFT } from "../../db/delete-in-parts.ts";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** All of a webhook's, or of an app's. */
const BOUNDS = { rows: 5000, statements: UNTIL_NOTHING_IS_LEFT };

export async function deleteWebhooks(ctx: Ctx, appId: number): Promise<void> {
  const owners = ctx.db.select({ id: webhooks.id }).from(webhooks).where(eq(webhooks.appId, appId));
  await deleteDeliveries(ctx, inArray(webhookDeliveries.webhookId, owners));
  await ctx.db.delete(webhooks).where(eq(webhooks.appId, appId));
}

/** Deletes the deliveries for which `condition` holds. */
export async function deleteDeliveries(ctx: Ctx, condition: SQL): Promise<void> {
  const rows = { key: webhookDeliveries.id, where: condition };
  await deleteInParts(ctx.db, webhookDeliveries, rows, BOUNDS);
}
