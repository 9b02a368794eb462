// Deletes an app's webhooks and their delivery logs, so that the app's own row can be deleted. May be repeated after
// an interruption.
import { eq, inArray, type SQL } from "drizzle-orm";
import { deleteInParts, UNTIL_NOTHING_IS_LEFT } from "../../db/delete-in-parts.ts";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Bounds of the deletion of all deliveries of a webhook or an app. */
const BOUNDS = { rows: 5000, statements: UNTIL_NOTHING_IS_LEFT };

/** Deletes the webhooks of an app, with their deliveries. */
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
