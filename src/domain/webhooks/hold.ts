// Deliveries that are held: pending, without a due time, until their webhook may be sent to again. That is so while it is
// disabled, while its receiver asked for a pause, and while it fails and another of its deliveries is tried (turn.ts).
// Their attempts are not used up, and they are in nobody's way in a queue or a lane.
//
// They are released in parts, into the account's lane, by whatever ends the waiting. The column `holds` of the webhook tells
// the cron whom to look after, so that a release that was cut off, or a delivery that was held just after it, is found.
import { and, eq, sql, type SQL } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";
import { wakeLane, wakeLanes } from "./lane.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";

/** How long a disabled webhook's deliveries are held, ms: longer than a weekend. */
export const HELD_MS = 3 * DAY_MS;
/**
 * From so many deliveries on that have failed since the last success, one at a time is tried. Attempts are not counted,
 * since many deliveries at once would use them up in a second.
 */
export const MAX_FAILURES_IN_A_ROW = 10;
/** Deliveries that are released, held or ended by one statement: some 50 ms of the database's time. */
const ROWS_AT_ONCE = 5000;
/** Webhooks that one run of the cron looks after. */
const WEBHOOKS_A_RUN = 100;
/** A queue's delay, or an alarm, may end earlier by this, ms. */
export const EARLY_MS = SECOND_MS;

/** The condition on deliveries that holds for those that are held, word for word as the partial index has it. */
const IS_HELD = sql`${webhookDeliveries.status} = 'pending' AND ${webhookDeliveries.nextAttemptAt} IS NULL`;
const IS_FAILING = sql`${webhooks.failuresInARow} >= ${MAX_FAILURES_IN_A_ROW}`;

/** When a new delivery to a row of `webhooks` is due: now, or not yet. */
export function dueOf(now: number): SQL<number | null> {
  return sql`CASE WHEN ${IS_FAILING} OR coalesce(${webhooks.pauseEndsAt}, 0) > ${now} THEN NULL ELSE ${now} END`;
}

/** Whether the webhook's deliveries have failed so often that one at a time is tried. */
export function isFailing({ failuresInARow }: Webhook): boolean {
  return failuresInARow >= MAX_FAILURES_IN_A_ROW;
}

/** Whether the webhook's receiver asked for a pause that is not over. */
export function isInPause(ctx: Ctx, { pauseEndsAt }: Webhook): boolean {
  return (pauseEndsAt ?? 0) > ctx.now() + EARLY_MS;
}

/**
 * Takes a claimed attempt back and holds the delivery; with it the webhook's others at the front of the same lane, which
 * would otherwise each be claimed and held before other webhooks' deliveries. Not the one that has the turn: while it
 * were held, none would be tried.
 */
export async function hold(
  ctx: Ctx,
  { id, attempts, lane }: WebhookDelivery,
  webhook: Webhook,
): Promise<void> {
  const notDue = { nextAttemptAt: null, lane: null };
  const others = sql`SELECT front.id FROM (
      SELECT id, webhook_id, status FROM ${webhookDeliveries} WHERE ${webhookDeliveries.lane} = ${lane}
        AND ${webhookDeliveries.nextAttemptAt} <= ${ctx.now()} ORDER BY ${webhookDeliveries.nextAttemptAt} LIMIT ${ROWS_AT_ONCE}
    ) AS front
    WHERE front.webhook_id = ${webhook.id} AND front.status = 'pending' AND front.id IS NOT (
      SELECT ${webhooks.turnOf} FROM ${webhooks} WHERE ${webhooks.id} = ${webhook.id})`;
  await ctx.db.batch([
    ctx.db
      .update(webhookDeliveries)
      .set({ ...notDue, attempts: attempts - 1 })
      .where(
        and(
          eq(webhookDeliveries.id, id),
          eq(webhookDeliveries.status, "pending"),
          eq(webhookDeliveries.attempts, attempts),
        ),
      ),
    ctx.db
      .update(webhookDeliveries)
      .set(notDue)
      .where(sql`${webhookDeliveries.id} IN (${others})`),
    ctx.db.update(webhooks).set({ holds: true }).where(eq(webhooks.id, webhook.id)),
  ]);
}

/** Makes due what is held for the webhook, the oldest first, and has the account's lane send it; the cron releases the rest. */
export async function release(ctx: Ctx, webhook: Pick<Webhook, "id" | "accountId">): Promise<void> {
  await releasing(ctx, webhook, ROWS_AT_ONCE);
  await wakeLane(ctx, webhook.accountId, ctx.now());
}

/** The statement that makes due the webhook's `most` oldest held deliveries. */
function releasing(ctx: Ctx, { id, accountId }: Pick<Webhook, "id" | "accountId">, most: number) {
  return ctx.db
    .update(webhookDeliveries)
    .set({ nextAttemptAt: ctx.now(), lane: accountId })
    .where(sql`${webhookDeliveries.id} IN (${heldBy(id, most)})`);
}

/** The query for the ids of the webhook's `most` oldest held deliveries. */
export function heldBy(webhookId: number, most: number): SQL {
  // Left to itself, SQLite would read what all webhooks hold, by the index of due times.
  return sql`SELECT ${webhookDeliveries.id} FROM ${webhookDeliveries} INDEXED BY webhook_deliveries_held
    WHERE ${webhookDeliveries.webhookId} = ${webhookId} AND ${IS_HELD} ORDER BY ${webhookDeliveries.id} LIMIT ${most}`;
}

/**
 * Looks after webhooks that hold deliveries: releases those for which nothing waits any more, gives the turn to another
 * where the one that was tried kept it for too long, and ends what was held for a disabled one for HELD_MS.
 */
export async function recoverHeld(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  const isOver = sql`CASE WHEN ${webhooks.enabled} = 0 THEN ${webhooks.disabledAt} < ${now - HELD_MS}
    WHEN coalesce(${webhooks.pauseEndsAt}, 0) > ${now} THEN 0
    WHEN ${IS_FAILING} THEN coalesce(${webhooks.turnUntil}, 0) <= ${now} ELSE 1 END`;
  const found = await ctx.db
    .select()
    .from(webhooks)
    .where(sql`${webhooks.holds} = 1 AND ${isOver}`)
    // If there are more, each gets its turn.
    .orderBy(sql`random()`)
    .limit(WEBHOOKS_A_RUN);
  const released: { lane: number }[] = [];
  // One after the other, so that others find their turn between them: each may be thousands of rows.
  for (const webhook of found) {
    const most = isFailing(webhook) ? 1 : ROWS_AT_ONCE;
    const { meta } = await (webhook.enabled ? releasing(ctx, webhook, most) : ending(ctx, webhook));
    if (webhook.enabled && meta.changes > 0) released.push({ lane: webhook.accountId });
  }
  const anyHeld = sql`SELECT 1 FROM ${webhookDeliveries} WHERE ${webhookDeliveries.webhookId} = ${webhooks.id} AND ${IS_HELD}`;
  await ctx.db
    .update(webhooks)
    .set({ holds: false })
    .where(sql`${webhooks.holds} = 1 AND NOT EXISTS (${anyHeld})`);
  await wakeLanes(ctx, released);
}

/** The statement that ends what a disabled webhook held, in parts. */
function ending(ctx: Ctx, { id }: Webhook) {
  return ctx.db
    .update(webhookDeliveries)
    .set({ status: "failed", error: "the webhook was disabled", endedAt: ctx.now() })
    .where(sql`${webhookDeliveries.id} IN (${heldBy(id, ROWS_AT_ONCE)})`);
}
