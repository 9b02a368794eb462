// The webhooks of an account and of its apps in one list, with how their last deliveries went: what people look at. An account
// can have 20,000 of them, so that pages follow one another by ids and nobody counts them.
import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { apps, webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { wholeNumber } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import type { AccountCtx } from "../context.ts";
import type { WebhookOf } from "./find-webhook.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";

/** Webhooks of a page. */
const MAX_LISTED = 20;
/** How many of its last deliveries each is shown with: with a page of webhooks 480 rows. */
export const BEATS = 24;

const ListQuery = z.strictObject({
  /** Those of one app alone. */
  app: wholeNumber(1, Number.MAX_SAFE_INTEGER, 0).optional(),
  /** Only webhooks that are older than the one with this id, which is how one page follows another. */
  before: wholeNumber(1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
});

export type ListedWebhook = WebhookOf & {
  /** The states of its last deliveries, the newest first. */
  beats: WebhookDelivery["status"][];
};

/**
 * Returns a page of the account's webhooks, newest first, and the `before` of the next; null where there are no older ones. A
 * key that is limited to some apps sees theirs alone. Refuses `invalid`.
 */
export async function pageWebhooks(
  ctx: AccountCtx,
  query: unknown,
): Promise<{ rows: ListedWebhook[]; next: number | null }> {
  const { app, before } = parse(ListQuery, query);
  const { accountId, appIds } = ctx.principal;
  const last = sql`SELECT ${webhookDeliveries.status} AS status FROM ${webhookDeliveries}
    WHERE ${webhookDeliveries.webhookId} = ${webhooks.id} ORDER BY ${webhookDeliveries.id} DESC LIMIT ${BEATS}`;
  const found = await ctx.db
    .select({
      webhook: webhooks,
      app: { id: apps.id, name: apps.name },
      beats: sql<string>`(SELECT json_group_array(status) FROM (${last}))`,
    })
    .from(webhooks)
    .leftJoin(apps, and(eq(apps.id, webhooks.appId), eq(apps.accountId, webhooks.accountId)))
    .where(
      and(
        eq(webhooks.accountId, accountId),
        // As text and not as a value, so that the partial index is used.
        sql`${webhooks.kind} = 'webhook'`,
        appIds ? inArray(webhooks.appId, [...appIds]) : undefined,
        app ? eq(webhooks.appId, app) : undefined,
        lt(webhooks.id, before),
      ),
    )
    .orderBy(desc(webhooks.id))
    .limit(MAX_LISTED + 1);
  const page = found.slice(0, MAX_LISTED);
  return {
    rows: page.map((row) => ({ ...row, beats: JSON.parse(row.beats) as ListedWebhook["beats"] })),
    next: found.length > MAX_LISTED ? (page.at(-1)?.webhook.id ?? null) : null,
  };
}
