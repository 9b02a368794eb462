// The delivery log of a webhook, and single deliveries in it. Deliveries are kept for LOG_MS (recover-deliveries.ts).
import { and, desc, eq, sql } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import {
  exactly,
  OffsetQuery,
  PageQuery,
  slice,
  type Listed,
  type Page,
} from "../../kit/pagination.ts";
import { parse, parseAhead } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { ownWebhooks, type Webhook } from "./find-webhook.ts";

export type WebhookDelivery = typeof webhookDeliveries.$inferSelect;

/** Returns the deliveries of a webhook that `limit` and `offset` name, newest first. Refuses `invalid`. */
export async function listDeliveries(
  ctx: Ctx,
  { id, deliveries }: Webhook,
  query: unknown,
): Promise<Listed<WebhookDelivery>> {
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

/**
 * Returns a page of the deliveries of the account's own webhook with this UUID, newest first, in one round trip. Refuses
 * `forbidden`, `not_found`, `invalid`.
 */
export async function listAccountDeliveries(
  ctx: AccountCtx,
  uuid: string,
  query: unknown,
): Promise<Page<WebhookDelivery>> {
  const isNamed = and(eq(webhooks.uuid, uuid), ownWebhooks(ctx));
  const { value, orRefuse } = parseAhead(PageQuery, query);
  const { limit, offset } = value ? slice(value) : { limit: 0, offset: 0 };
  const named = ctx.db.select({ id: webhooks.id }).from(webhooks).where(isNamed);
  const [[webhook], rows] = await ctx.db.batch([
    ctx.db.select({ total: webhooks.deliveries }).from(webhooks).where(isNamed),
    ctx.db
      .select()
      .from(webhookDeliveries)
      // As one value and not a list, so that the index has them in the order of their ids.
      .where(sql`${webhookDeliveries.webhookId} = (${named})`)
      .orderBy(desc(webhookDeliveries.id))
      .limit(limit)
      .offset(offset),
  ]);
  if (!webhook) return refuse({ code: "not_found", what: "webhook" });
  return { rows, page: orRefuse().page, total: webhook.total };
}

/** Returns the webhook's delivery with this UUID. Refuses `not_found`. */
export async function findDelivery(
  ctx: Ctx,
  { id }: Webhook,
  uuid: string,
): Promise<WebhookDelivery> {
  const [delivery] = await ctx.db
    .select()
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.uuid, uuid), eq(webhookDeliveries.webhookId, id)));
  return delivery ?? refuse({ code: "not_found", what: "delivery" });
}

/**
 * Returns the account's own webhook with this UUID, and its delivery with that one, in one round trip. Refuses `forbidden`,
 * `not_found`.
 */
export async function findAccountDelivery(
  ctx: AccountCtx,
  uuid: string,
  deliveryUuid: string,
): Promise<{ webhook: Webhook; delivery: WebhookDelivery }> {
  const [row] = await ctx.db
    .select({ webhook: webhooks, delivery: webhookDeliveries })
    .from(webhooks)
    .leftJoin(
      webhookDeliveries,
      and(eq(webhookDeliveries.uuid, deliveryUuid), eq(webhookDeliveries.webhookId, webhooks.id)),
    )
    .where(and(eq(webhooks.uuid, uuid), ownWebhooks(ctx)));
  if (!row) return refuse({ code: "not_found", what: "webhook" });
  const { webhook, delivery } = row;
  return delivery ? { webhook, delivery } : refuse({ code: "not_found", what: "delivery" });
}
