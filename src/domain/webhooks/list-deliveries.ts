// The delivery log of a webhook. Deliveries are kept for LOG_MS (recover-deliveries.ts).
import { desc, eq } from "drizzle-orm";
import { webhookDeliveries } from "../../db/schema/index.ts";
import { exactly, OffsetQuery, type Listed } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { AccountCtx } from "../context.ts";
import { findWebhook } from "./find-webhook.ts";

export type WebhookDelivery = typeof webhookDeliveries.$inferSelect;

/** Returns a page of the deliveries, newest first. Refuses `not_found`, `forbidden`, `invalid`. */
export async function listDeliveries(
  ctx: AccountCtx,
  appUuid: string,
  uuid: string,
  query: unknown,
): Promise<Listed<WebhookDelivery>> {
  const { id, deliveries } = await findWebhook(ctx, appUuid, uuid);
  const { limit, offset } = parse(OffsetQuery, query);
  const rows = await ctx.db
    .select()
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.webhookId, id))
    .orderBy(desc(webhookDeliveries.id))
    .limit(limit)
    .offset(offset);
  return { rows, total: exactly(deliveries) };
}
