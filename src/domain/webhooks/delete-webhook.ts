// Deletes a webhook and its delivery log; pending deliveries are not sent any more.
import { and, eq } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { deleteDeliveries } from "./delete-webhooks.ts";
import { namedInLog, type Webhook } from "./find-webhook.ts";

/** Deletes the webhook. */
export async function deleteWebhook(ctx: AccountCtx, webhook: Webhook): Promise<void> {
  const { id, accountId } = webhook;
  // The webhook is deleted first, so that no more deliveries are made for it. After an interruption the cron deletes
  // the rest.
  const isIt = and(eq(webhooks.id, id), eq(webhooks.accountId, accountId));
  await audited(ctx, ctx.db.delete(webhooks).where(isIt), {
    did: "webhook.delete",
    ...namedInLog(webhook),
  });
  await deleteDeliveries(ctx, eq(webhookDeliveries.webhookId, id));
}
