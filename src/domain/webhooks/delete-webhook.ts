// Deletes a webhook and its delivery log; pending deliveries are not sent any more.
import { and, eq } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";
import { deleteDeliveries } from "./delete-webhooks.ts";
import { findWebhook } from "./find-webhook.ts";

/** Deletes the webhook. Refuses `not_found`, `forbidden`. */
export async function deleteWebhook(ctx: AccountCtx, appUuid: string, uuid: string): Promise<void> {
  const { id, accountId } = await findWebhook(ctx, appUuid, uuid);
  // The webhook is deleted first, so that no more deliveries are made for it. After an interruption the cron deletes
  // the rest.
  await ctx.db.delete(webhooks).where(and(eq(webhooks.id, id), eq(webhooks.accountId, accountId)));
  await deleteDeliveries(ctx, eq(webhookDeliveries.webhookId, id));
}
