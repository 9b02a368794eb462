// Deletes a webhook and its log; what waits for delivery is not sent any more.
import { and, eq } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";
import { deleteDeliveries } from "./delete-webhooks.ts";
import { findWebhook } from "./find-webhook.ts";

/** Refuses `not_found`, `forbidden`. */
export async function deleteWebhook(ctx: AccountCtx, appUuid: string, uuid: string): Promise<void> {
  const { id, accountId } = await findWebhook(ctx, appUuid, uuid);
  // first the webhook, so that its log grows no more; of what an interruption leaves, the sweep disposes
  await ctx.db.delete(webhooks).where(and(eq(webhooks.id, id), eq(webhooks.accountId, accountId)));
  await deleteDeliveries(ctx, eq(webhookDeliveries.webhookId, id));
}
