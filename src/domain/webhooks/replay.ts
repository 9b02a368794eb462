// Sends deliveries again that have ended: each begins anew, with all its retries and under its id, so that a receiver can
// tell a repetition. They go from the account's lane, so that many of them keep nobody waiting.
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { inParts } from "../../db/delete-in-parts.ts";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { instant } from "../../kit/given-time.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";
import { MAX_DELIVERIES } from "./emit.ts";
import type { Webhook } from "./find-webhook.ts";
import { wakeLane } from "./lane.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";
import { FREE_TURN } from "./turn.ts";

/** Deliveries that one statement makes due: some 50 ms of the database's time. */
const ROWS_AT_ONCE = 5000;
/** Statements of one replay: enough for all that a webhook has. */
const STATEMENTS = MAX_DELIVERIES / ROWS_AT_ONCE;

export const ReplayFailed = z.strictObject({
  since: instant().describe("Since when the deliveries have failed for good: a time with a zone."),
});

/**
 * Sends one delivery again, and returns it. Refuses `invalid` while the webhook is disabled, and `delivery_pending` while
 * the delivery is.
 */
export async function replayDelivery(
  ctx: Ctx,
  webhook: Webhook,
  { id }: WebhookDelivery,
): Promise<WebhookDelivery> {
  requireEnabled(webhook);
  const [[replayed]] = await ctx.db.batch([
    ctx.db
      .update(webhookDeliveries)
      .set(begunAnew(ctx, webhook))
      .where(
        and(
          eq(webhookDeliveries.id, id),
          eq(webhookDeliveries.webhookId, webhook.id),
          sql`${webhookDeliveries.status} <> 'pending'`,
        ),
      )
      .returning(),
    freeTurn(ctx, webhook),
  ]);
  if (!replayed) return refuse({ code: "delivery_pending" });
  await wakeLane(ctx, webhook.accountId, ctx.now());
  return replayed;
}

/** Sends all deliveries again that failed for good since `since`, and returns how many. Refuses `invalid`. */
export async function replayFailed(ctx: Ctx, webhook: Webhook, input: unknown): Promise<number> {
  const { since } = parse(ReplayFailed, input);
  requireEnabled(webhook);
  const now = ctx.now();
  let replayed = 0;
  await inParts(STATEMENTS, async () => {
    // Those that fail again meanwhile are not taken a second time.
    const part = sql`SELECT ${webhookDeliveries.id} FROM ${webhookDeliveries}
      WHERE ${webhookDeliveries.webhookId} = ${webhook.id} AND ${webhookDeliveries.status} = 'failed'
        AND ${webhookDeliveries.endedAt} BETWEEN ${since} AND ${now}
      ORDER BY ${webhookDeliveries.endedAt} LIMIT ${ROWS_AT_ONCE}`;
    const { meta } = await ctx.db
      .update(webhookDeliveries)
      .set(begunAnew(ctx, webhook))
      .where(sql`${webhookDeliveries.id} IN (${part})`)
      .run();
    replayed += meta.changes;
    return meta.changes === ROWS_AT_ONCE;
  });
  await freeTurn(ctx, webhook);
  if (replayed > 0) await wakeLane(ctx, webhook.accountId, now);
  return replayed;
}

/** The columns of a delivery that begins anew, in its account's lane. */
function begunAnew(ctx: Ctx, { accountId: lane }: Webhook) {
  const now = ctx.now();
  return { status: "pending", attempts: 0, nextAttemptAt: now, endedAt: null, lane } as const;
}

/** The statement that lets a delivery which its owner wants to be sent be tried, though another has the turn. */
function freeTurn(ctx: Ctx, { id, accountId }: Webhook) {
  const isThis = and(eq(webhooks.id, id), eq(webhooks.accountId, accountId));
  return ctx.db.update(webhooks).set(FREE_TURN).where(isThis);
}

function requireEnabled({ enabled }: Webhook): void {
  if (!enabled)
    refuse(invalidField(["enabled"], "must be true for a replay: enable the webhook first"));
}
