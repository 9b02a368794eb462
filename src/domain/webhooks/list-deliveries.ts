// The log of a webhook: what it was sent, and how it went. Kept LOG_MS (sweep-webhooks.ts).
import { desc, eq } from "drizzle-orm";
import { webhookDeliveries } from "../../db/schema/index.ts";
import { OffsetQuery } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { AccountCtx } from "../context.ts";
import { findWebhook } from "./find-webhook.ts";

export type WebhookDelivery = typeof webhookDeliveries.$inferSelect;

/** A part of the log, newest first. Refuses `not_found`, `forbidden`, `invalid`. */
export async function listDeliveries(
  ctx: AccountCtx,
  appUuid: string,
  uuid: string,
  query: unknown,
): Promise<WebhookDelivery[]> {
  const { id } = await findWebhook(ctx, appUuid, uuid);
  const { limit, offset } = parse(OffsetQuery, query);
  return ctx.db
    .select()
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.webhookId, id))
    .orderBy(desc(webhookDeliveries.id))
    .limit(limit)
    .offset(offset);
}
