// Makes attempts at webhook deliveries. An attempt is claimed first, by a conditional update that postpones the
// due time: of duplicate messages, or a message and the cron, only one sends. Its result is written only if the
// delivery is still at that attempt, so that a late writer changes nothing.
//
// A delivery comes by the queue, which all accounts share, or from its account's lane (lane.ts). Nobody in the queue
// waits for a receiver longer than PATIENCE_MS: whatever is to be sent to a slow one leaves for the lane.
import { and, eq, exists, inArray, isNull, lt, lte, sql, type SQL } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";
import { isSlow, leaveForLane, notePrompt, noteSlow, PATIENCE_MS, wakeLane } from "./lane.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";
import { post, type Attempted } from "./post.ts";

/** The first attempt and five retries. */
export const MAX_ATTEMPTS = 6;
/** The n-th retry waits n times this, s. */
const RETRY_STEP_S = 15;
/** How long an attempt is claimed for, ms: longer than resolving the host and the timeout together. */
const CLAIM_MS = 60 * SECOND_MS;
/** A queue's delay may end earlier by this, ms. */
const EARLY_MS = SECOND_MS;
/**
 * A webhook is disabled when this many deliveries in a row have failed, each after its last attempt. Attempts are not
 * counted, since many deliveries at once would use them up in a second.
 */
export const MAX_FAILURES_IN_A_ROW = 10;
/**
 * Deliveries of a lane that are attempted at once: a Worker has six connections that wait for an answer, and the free
 * plan's 50 calls an invocation are more than six attempts take.
 */
const LANE_AT_ONCE = 6;
/** Longest error kept, characters. */
const MAX_ERROR = 200;

/** The columns of a delivery for which nothing is due, in the queue or in a lane. */
const OVER = { nextAttemptAt: null, lane: null };

/** A delivery whose next attempt was claimed, and its webhook unless that was deleted. */
interface Claimed {
  delivery: WebhookDelivery;
  webhook: Webhook | undefined;
}

/**
 * Makes an attempt at the delivery if it is due, no other attempt is being made, and it is in no lane. If its receiver is
 * slow, the delivery leaves for its account's lane instead. Returns after PATIENCE_MS at the latest; the attempt then
 * goes on by itself.
 */
export async function deliverWebhook(ctx: Ctx, deliveryId: number): Promise<void> {
  const isQueued = and(eq(webhookDeliveries.id, deliveryId), isNull(webhookDeliveries.lane));
  const [claimed] = await claim(ctx, isQueued, 1);
  if (!claimed) return;
  const { delivery, webhook } = claimed;
  if (webhook?.enabled && isSlow(ctx, webhook)) return leaveForLane(ctx, delivery, webhook);
  const work = carryOut(ctx, claimed);
  // If the isolate ends before the attempt does, the cron finds the delivery once the claim has ended.
  ctx.defer(work);
  await isSoonOver(ctx, webhook, work);
}

/**
 * Makes attempts at the deliveries in the account's lane that are due, LANE_AT_ONCE at most, and waits for them. Returns
 * when the next one in the lane is due, ms; null when there is none.
 */
export async function deliverFromLane(ctx: Ctx, accountId: number): Promise<number | null> {
  const isInLane = eq(webhookDeliveries.lane, accountId);
  const claimed = await claim(ctx, isInLane, LANE_AT_ONCE);
  await Promise.all(
    claimed.map(async (each) => {
      const work = carryOut(ctx, each);
      if (!(await isSoonOver(ctx, each.webhook, work))) await work;
    }),
  );
  const [next] = await ctx.db
    .select({ at: webhookDeliveries.nextAttemptAt })
    .from(webhookDeliveries)
    .where(and(isInLane, lt(webhookDeliveries.attempts, MAX_ATTEMPTS)))
    .orderBy(webhookDeliveries.nextAttemptAt)
    .limit(1);
  return next?.at ?? null;
}

/** Claims the next attempts at those deliveries for which `which` holds and that are due, `limit` at most. */
async function claim(ctx: Ctx, which: SQL | undefined, limit: number): Promise<Claimed[]> {
  const now = ctx.now();
  const claimedUntil = now + CLAIM_MS;
  // With the plus, SQLite uses the index for `which`, and not that of all pending deliveries.
  const isPending = sql`+${webhookDeliveries.status} = 'pending'`;
  const due = ctx.db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(
      and(
        which,
        isPending,
        lte(webhookDeliveries.nextAttemptAt, now + EARLY_MS),
        lt(webhookDeliveries.attempts, MAX_ATTEMPTS),
      ),
    )
    .orderBy(webhookDeliveries.nextAttemptAt)
    .limit(limit);
  const [deliveries, owners] = await ctx.db.batch([
    ctx.db
      .update(webhookDeliveries)
      .set({ attempts: sql`${webhookDeliveries.attempts} + 1`, nextAttemptAt: claimedUntil })
      .where(inArray(webhookDeliveries.id, due))
      .returning(),
    ctx.db
      .select()
      .from(webhooks)
      .where(
        inArray(
          webhooks.id,
          ctx.db
            .select({ id: webhookDeliveries.webhookId })
            .from(webhookDeliveries)
            .where(and(which, eq(webhookDeliveries.nextAttemptAt, claimedUntil))),
        ),
      ),
  ]);
  const byId = new Map(owners.map((webhook) => [webhook.id, webhook]));
  return deliveries.map((delivery) => ({ delivery, webhook: byId.get(delivery.webhookId) }));
}

/**
 * Waits for an attempt, but no longer than PATIENCE_MS, and notes whether its receiver was slow. Returns whether the
 * attempt is over.
 */
async function isSoonOver(
  ctx: Ctx,
  webhook: Webhook | undefined,
  work: Promise<void>,
): Promise<boolean> {
  const { promise: patience, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), PATIENCE_MS);
  try {
    const isOver = await Promise.race([work.then(() => true), patience]);
    if (webhook?.enabled) await (isOver ? notePrompt(ctx, webhook) : noteSlow(ctx, webhook));
    return isOver;
  } finally {
    clearTimeout(timer);
  }
}

/** Makes the claimed attempt, and writes how it went. */
async function carryOut(ctx: Ctx, { delivery, webhook }: Claimed): Promise<void> {
  if (!webhook) return giveUp(ctx, delivery, "the webhook was deleted");
  if (!webhook.enabled) return hold(ctx, delivery);
  const result = await post(ctx, webhook, delivery);
  if (result.error === null) await succeed(ctx, delivery, result);
  else await fail(ctx, delivery, webhook, result);
}

/** Ends the delivery as delivered, and resets the webhook's count of failures. */
async function succeed(ctx: Ctx, delivery: WebhookDelivery, result: Attempted): Promise<void> {
  await ctx.db.batch([
    ctx.db
      .update(webhookDeliveries)
      .set({ ...result, ...OVER, status: "delivered" })
      .where(thisAttempt(delivery)),
    ctx.db
      .update(webhooks)
      .set({ failuresInARow: 0 })
      .where(and(eq(webhooks.id, delivery.webhookId), sql`${webhooks.failuresInARow} > 0`)),
  ]);
}

/**
 * Schedules the next attempt, in the account's lane if the receiver is slow, or ends the delivery as failed after the last
 * one, which counts against the webhook.
 */
async function fail(
  ctx: Ctx,
  delivery: WebhookDelivery,
  webhook: Webhook,
  result: Attempted,
): Promise<void> {
  const { attempts } = delivery;
  const isLast = attempts >= MAX_ATTEMPTS;
  const delaySeconds = attempts * RETRY_STEP_S;
  const nextAttemptAt = ctx.now() + delaySeconds * SECOND_MS;
  const lane = isSlow(ctx, webhook) ? webhook.accountId : null;
  const failures = sql`${webhooks.failuresInARow} + 1`;
  const noted = ctx.db
    .update(webhookDeliveries)
    .set({
      responseStatus: result.responseStatus,
      error: result.error?.slice(0, MAX_ERROR) ?? null,
      ...(isLast ? { ...OVER, status: "failed" } : { nextAttemptAt, lane }),
    })
    .where(thisAttempt(delivery));
  const counted = ctx.db
    .update(webhooks)
    .set({
      failuresInARow: failures,
      enabled: sql`${webhooks.enabled} AND ${failures} < ${MAX_FAILURES_IN_A_ROW}`,
    })
    .where(eq(webhooks.id, webhook.id));
  await ctx.db.batch(isLast ? [noted, counted] : [noted]);
  if (isLast) return;
  if (lane === null) await ctx.enqueueWebhooks([delivery.id], delaySeconds);
  else await wakeLane(ctx, lane, nextAttemptAt);
}

/**
 * Takes the claimed attempt back and holds the delivery, without a due time, until its webhook is enabled again: a
 * trigger (webhooks_release) makes it due then. The cron ends deliveries that are held for too long.
 */
async function hold(ctx: Ctx, delivery: WebhookDelivery): Promise<void> {
  const stillDisabled = ctx.db
    .select({ id: webhooks.id })
    .from(webhooks)
    .where(and(eq(webhooks.id, delivery.webhookId), eq(webhooks.enabled, false)));
  await ctx.db
    .update(webhookDeliveries)
    .set({ ...OVER, attempts: delivery.attempts - 1 })
    .where(and(thisAttempt(delivery), exists(stillDisabled)));
}

async function giveUp(ctx: Ctx, delivery: WebhookDelivery, error: string): Promise<void> {
  await ctx.db
    .update(webhookDeliveries)
    .set({ ...OVER, status: "failed", error, attempts: delivery.attempts - 1 })
    .where(thisAttempt(delivery));
}

function thisAttempt(delivery: WebhookDelivery) {
  return and(
    eq(webhookDeliveries.id, delivery.id),
    eq(webhookDeliveries.status, "pending"),
    eq(webhookDeliveries.attempts, delivery.attempts),
  );
}
