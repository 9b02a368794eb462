// Makes attempts at webhook deliveries. An attempt is claimed first, by a conditional update that postpones the
// due time: of duplicate messages, or a message and the cron, only one sends. How it went is written by record-attempt.ts.
//
// A delivery comes by the queue, which all accounts share, or from its account's lane (lane.ts). Nobody in the queue
// waits for a receiver longer than PATIENCE_MS: whatever is to be sent to a slow one leaves for the lane. So does what would
// be more than an account's share of the queue, since a burst to one that is slower than most would fill it.
import { and, eq, inArray, isNull, lte, sql, type SQL } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";
import { EARLY_MS, hold, isFailing, isInPause } from "./hold.ts";
import { isSlow, leaveForLane, notePrompt, noteSlow, PATIENCE_MS } from "./lane.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";
import { post } from "./post.ts";
import { CLAIM_MS, fail, giveUp, succeed } from "./record-attempt.ts";
import { MAX_ATTEMPTS } from "./retry.ts";
import { takeTurn } from "./turn.ts";

/**
 * Deliveries of a lane that are attempted at once: a Worker has six connections that wait for an answer, and the free
 * plan's 50 calls an invocation are more than six attempts take.
 */
const LANE_AT_ONCE = 6;
/**
 * Deliveries of the queue that are attempted at once for one account in an isolate: of a batch of six, the queue's
 * max_batch_size, others find two places.
 */
const QUEUED_AT_ONCE = 4;
/** A delivery whose next attempt was claimed, and its webhook unless that was deleted. */
interface Claimed {
  delivery: WebhookDelivery;
  webhook: Webhook | undefined;
}

/**
 * Makes an attempt at the delivery if it is due, no other attempt is being made, and it is in no lane. If its receiver is
 * slow, or the account has its share of attempts under way, the delivery leaves for its account's lane instead. Returns
 * after PATIENCE_MS at the latest; the attempt then goes on by itself.
 */
export async function deliverWebhook(ctx: Ctx, deliveryId: number): Promise<void> {
  const isQueued = and(eq(webhookDeliveries.id, deliveryId), isNull(webhookDeliveries.lane));
  const [claimed] = await claim(ctx, isQueued, 1);
  if (!claimed) return;
  const { delivery, webhook } = claimed;
  if (!webhook?.enabled) {
    await mayGo(ctx, claimed);
    return;
  }
  const end = isSlow(ctx, webhook)
    ? null
    : ctx.queuedAttempts.begin(webhook.accountId, QUEUED_AT_ONCE, CLAIM_MS);
  if (!end) return leaveForLane(ctx, delivery, webhook);
  if (!(await mayGo(ctx, claimed))) return end();
  const work = carryOut(ctx, delivery, webhook).finally(end);
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
      const { delivery, webhook } = each;
      if (!(await mayGo(ctx, each)) || !webhook) return;
      const work = carryOut(ctx, delivery, webhook);
      if (!(await isSoonOver(ctx, webhook, work))) await work;
    }),
  );
  const [next] = await ctx.db
    .select({ at: webhookDeliveries.nextAttemptAt })
    .from(webhookDeliveries)
    .where(isInLane)
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
    .where(and(which, isPending, lte(webhookDeliveries.nextAttemptAt, now + EARLY_MS)))
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
async function isSoonOver(ctx: Ctx, webhook: Webhook, work: Promise<void>): Promise<boolean> {
  const { promise: patience, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), PATIENCE_MS);
  try {
    const isOver = await Promise.race([work.then(() => true), patience]);
    await (isOver ? notePrompt(ctx, webhook) : noteSlow(ctx, webhook));
    return isOver;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether the claimed attempt may be made now. Otherwise it is taken back, and the delivery ends or is held: its last attempt
 * was cut off, or its webhook was deleted, is disabled, asked for a pause, or fails and it is another delivery's turn.
 */
async function mayGo(ctx: Ctx, { delivery, webhook }: Claimed): Promise<boolean> {
  // The claim of the last attempt has ended, and nobody wrote how that went.
  const isCutOff = delivery.attempts > MAX_ATTEMPTS;
  if (!webhook || isCutOff) {
    await giveUp(
      ctx,
      delivery,
      webhook ? "the last attempt was cut off" : "the webhook was deleted",
    );
    return false;
  }
  const isOpen =
    webhook.enabled &&
    !isInPause(ctx, webhook) &&
    (!isFailing(webhook) || (await takeTurn(ctx, webhook, delivery, CLAIM_MS)));
  if (!isOpen) await hold(ctx, delivery, webhook);
  return isOpen;
}

/** Makes the claimed attempt, and writes how it went. */
async function carryOut(ctx: Ctx, delivery: WebhookDelivery, webhook: Webhook): Promise<void> {
  const began = ctx.now();
  const result = await post(ctx, webhook, delivery);
  const write = result.error === null ? succeed : fail;
  await write(ctx, delivery, webhook, began, result);
}
