// The deliveries of a webhook as people look at them: newest first, by state. A webhook can have 250,000, so that pages follow
// one another by places in an index. Those that failed for good have an index of their own; others of a state are looked for
// among SEARCHED of them at a time.
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { webhookDeliveries } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { upToMost, type Total } from "../../kit/pagination.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";
import { heldBy } from "./hold.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";

/** Deliveries of a page. */
const MAX_LISTED = 20;
/** How many deliveries one page looks through for those of a state. */
export const SEARCHED = 1000;
/** How far held deliveries are counted. */
const MAX_HELD_COUNTED = 100;

export const DELIVERY_STATES = ["pending", "delivered", "failed"] as const;

/** Where a page begins: before the delivery with this id, of failed ones after "." and when that ended, ms. */
const PLACE = /^(\d{1,15})(?:\.(\d{1,15}))?$/;

const ListQuery = z.strictObject({
  state: z.enum(DELIVERY_STATES).optional(),
  before: z.string().regex(PLACE).optional(),
});

const { id, status, endedAt } = webhookDeliveries;
/** What the list shows of each: not its body, nor the answer. */
const LISTED = {
  id,
  uuid: webhookDeliveries.uuid,
  event: webhookDeliveries.event,
  status,
  attempts: webhookDeliveries.attempts,
  responseStatus: webhookDeliveries.responseStatus,
  nextAttemptAt: webhookDeliveries.nextAttemptAt,
  createdAt: webhookDeliveries.createdAt,
  endedAt,
};

export type ListedDelivery = Pick<WebhookDelivery, keyof typeof LISTED>;

export interface DeliveryPage {
  rows: ListedDelivery[];
  /** The `before` of the next page; null: there is none. */
  next: string | null;
  /** Whether the next page looks further for what this one did not find. */
  goesOn: boolean;
  /** How many the webhook holds. */
  held: Total;
}

/** Returns a page of the webhook's deliveries, newest first; of failed ones, those first that failed last. Refuses `invalid`. */
export async function pageDeliveries(
  ctx: Ctx,
  webhook: Webhook,
  query: unknown,
): Promise<DeliveryPage> {
  const { state, before = "" } = parse(ListQuery, query);
  const [, beforeId, beforeEnd] = PLACE.exec(before) ?? [];
  const older = and(
    eq(webhookDeliveries.webhookId, webhook.id),
    beforeId === undefined ? undefined : lt(id, Number(beforeId)),
  );
  const newest = (most: number) =>
    ctx.db.select(LISTED).from(webhookDeliveries).where(older).orderBy(desc(id)).limit(most);
  const failed = ctx.db
    .select(LISTED)
    .from(webhookDeliveries)
    .where(failedBefore(webhook, beforeId, beforeEnd))
    .orderBy(desc(endedAt), desc(id))
    .limit(MAX_LISTED + 1);
  const searched = newest(SEARCHED).as("searched");
  const ofState = ctx.db
    .select()
    .from(searched)
    .where(eq(searched.status, state ?? "pending"))
    .orderBy(desc(searched.id))
    .limit(MAX_LISTED + 1);
  const asked =
    state === undefined ? newest(MAX_LISTED + 1) : state === "failed" ? failed : ofState;
  const held = sql<number>`(SELECT count(*) FROM (${heldBy(webhook.id, MAX_HELD_COUNTED + 1)}))`;
  const [found, [last], [counted]] = await ctx.db.batch([
    asked,
    // The oldest that was looked through, if there may be more.
    ctx.db
      .select({ id })
      .from(webhookDeliveries)
      .where(and(older, state === undefined || state === "failed" ? sql`0` : undefined))
      .orderBy(desc(id))
      .limit(1)
      .offset(SEARCHED - 1),
    ctx.db.select({ held }).from(sql`(SELECT 1)`),
  ]);
  const rows = found.slice(0, MAX_LISTED);
  const end = rows.at(-1);
  const isMore = found.length > MAX_LISTED && end !== undefined;
  const place = isMore ? end : last;
  return {
    rows,
    next: place ? `${place.id}${state === "failed" ? `.${end?.endedAt}` : ""}` : null,
    goesOn: !isMore && last !== undefined,
    held: upToMost(counted?.held ?? 0, MAX_HELD_COUNTED),
  };
}

/** The condition for those that failed for good before a place, in the words of the partial index. */
function failedBefore({ id: webhookId }: Webhook, beforeId = "0", beforeEnd?: string) {
  return and(
    eq(webhookDeliveries.webhookId, webhookId),
    sql`${status} = 'failed'`,
    beforeEnd === undefined
      ? undefined
      : sql`${endedAt} <= ${Number(beforeEnd)} AND NOT (${endedAt} = ${Number(beforeEnd)} AND ${id} >= ${Number(beforeId)})`,
  );
}
