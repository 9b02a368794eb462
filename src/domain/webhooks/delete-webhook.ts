// Deletes a webhook and its log; what waits for delivery is not sent any more.
import { eq } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";
import { findWebhook } from "./find-webhook.ts";

/** Refuses `not_found`, `forbidden`. */
export async function deleteWebhook(ctx: AccountCtx, appUuid: string, uuid: string): Promise<void> {
  const { id } = await findWebhook(ctx, appUuid, uuid);
  await ctx.db.batch([
    ctx.db.delete(webhookDeliveries).where(eq(webhookDeliveries.webhookId, id)),
    ctx.db.delete(webhooks).where(eq(webhooks.id, id)),
  ]);
}
