// Deletes a webhook and its delivery log; pending deliveries are not sent any more.
import { and, eq } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { deleteDeliveries } from "./delete-webhooks.ts";
import type { Webhook } from "./find-webhook.ts";

/** Deletes the webhook. */
export async function deleteWebhook(ctx: Ctx, { id, accountId }: Webhook): Promise<void> {
  // The webhook is deleted first, so that no more deliveries are made for it. After an interruption the cron deletes
  // the rest.
  await ctx.db.delete(webhooks).where(and(eq(webhooks.id, id), eq(webhooks.accountId, accountId)));
  await deleteDeliveries(ctx, eq(webhookDeliveries.webhookId, id));
}
