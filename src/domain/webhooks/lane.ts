// An account's lane: its deliveries that would keep those of other accounts waiting, since their receiver is slow or
// since there are too many of them at once. They wait in the database, marked with the account, and the account's own
// object (durable/webhook-lane.ts) makes their attempts, a few at a time. So they keep nobody else waiting.
//
// A receiver is slow when an attempt was not over within PATIENCE_MS, whether it was looking up the host's name or
// waiting for the answer that took so long. The isolate remembers that by host, for the account alone, and the row of
// the webhook tells it to all others. It passes with time only: a host may have endpoints that answer and others that
// do not.
import { and, eq, isNull, lte, or, sql, type SQL } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { SLOW_MS } from "../../kit/host-pace.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";

/** How long the attempts of one queue batch are waited for, ms: more than a receiver takes that is well. */
export const PATIENCE_MS = 2 * SECOND_MS;

/** The lane of a new delivery to a row of `webhooks`: its account's if the receiver is slow, else NULL. */
export function laneOf(now: number): SQL<number | null> {
  return sql`CASE WHEN ${webhooks.slowUntil} > ${now} THEN ${webhooks.accountId} END`;
}

/** Whether an attempt at a delivery to the webhook would probably be waited for. */
export function isSlow(ctx: Ctx, { accountId, url, slowUntil }: Webhook): boolean {
  return (slowUntil ?? 0) > ctx.now() || ctx.receiverPace.isSlow(accountId, hostOf(url));
}

/** Notes that an attempt was not over within PATIENCE_MS. */
export async function noteSlow(ctx: Ctx, webhook: Webhook): Promise<void> {
  ctx.receiverPace.noteSlow(webhook.accountId, hostOf(webhook.url));
  await tellOthers(ctx, webhook);
}

/** Notes that an attempt was over in time. */
export function notePrompt(ctx: Ctx, { accountId, url }: Webhook): void {
  ctx.receiverPace.notePrompt(accountId, hostOf(url));
}

/** Has a claimed delivery leave for the lane: the attempt, which was not begun, does not count. */
export async function leaveForLane(
  ctx: Ctx,
  { id, attempts }: WebhookDelivery,
  webhook: Webhook,
): Promise<void> {
  const now = ctx.now();
  const { accountId } = webhook;
  await ctx.db.batch([
    ctx.db
      .update(webhookDeliveries)
      .set({ attempts: attempts - 1, nextAttemptAt: now, lane: accountId })
      .where(
        and(
          eq(webhookDeliveries.id, id),
          eq(webhookDeliveries.status, "pending"),
          eq(webhookDeliveries.attempts, attempts),
        ),
      ),
    // The next deliveries to this webhook are made in the lane.
    tellOthers(ctx, webhook),
  ]);
  await wakeLane(ctx, accountId, now);
}

/** Moves deliveries that nobody has claimed into the lanes of their accounts, and has these look at them. */
export async function moveToLanes(ctx: Ctx, ids: readonly number[]): Promise<void> {
  const moved = await ctx.db
    .update(webhookDeliveries)
    .set({
      lane: sql`(SELECT ${webhooks.accountId} FROM ${webhooks} WHERE ${webhooks.id} = ${webhookDeliveries.webhookId})`,
    })
    .where(
      and(
        sql`${webhookDeliveries.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        eq(webhookDeliveries.status, "pending"),
        eq(webhookDeliveries.attempts, 0),
      ),
    )
    .returning({ lane: webhookDeliveries.lane });
  await wakeLanes(ctx, moved);
}

/** Has each of the lanes that are named look at its deliveries now. */
export async function wakeLanes(
  ctx: Ctx,
  named: readonly { lane: number | null }[],
): Promise<void> {
  const lanes = new Set(named.flatMap(({ lane }) => lane ?? []));
  await Promise.all([...lanes].map(async (lane) => wakeLane(ctx, lane, ctx.now())));
}

/** Has the account's lane look at its deliveries at `at`, ms. If that fails, the cron does it. */
export async function wakeLane(ctx: Ctx, accountId: number, at: number): Promise<void> {
  try {
    await ctx.webhookLane(accountId).wake(accountId, at);
  } catch (error) {
    ctx.log.error("lane_not_woken", error, { account: accountId });
  }
}

/** The statement that notes in the webhook's row that its receiver is slow. */
function tellOthers(ctx: Ctx, { id, url }: Webhook) {
  const now = ctx.now();
  return ctx.db
    .update(webhooks)
    .set({ slowUntil: now + SLOW_MS })
    .where(
      and(
        eq(webhooks.id, id),
        // What is known of one receiver says nothing of another.
        eq(webhooks.url, url),
        or(isNull(webhooks.slowUntil), lte(webhooks.slowUntil, now + SLOW_MS)),
      ),
    );
}

/** The name and port of a webhook's host. */
function hostOf(url: string): string {
  return new URL(url).host;
}
