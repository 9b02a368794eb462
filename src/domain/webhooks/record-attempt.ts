// Writes how an attempt at a delivery went: that it was delivered, that it is tried again and when, or that it failed for
// good; and what that means for its webhook. Everything is written only if the delivery is still at that attempt, so that a
// late writer changes nothing.
import { and, eq, exists, gt, isNull, lt, lte, or, sql } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { withAttempt } from "./attempt-log.ts";
import { disabled } from "./enabling.ts";
import type { Webhook } from "./find-webhook.ts";
import { isFailing, release } from "./hold.ts";
import { isSlow, wakeLane } from "./lane.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";
import type { Attempted } from "./post.ts";
import { MAX_ATTEMPTS, pauseAfter, waitAfter } from "./retry.ts";
import { FREE_TURN, keptTurn } from "./turn.ts";

/** How long an attempt is claimed for, ms: longer than resolving the host and the timeout together. */
export const CLAIM_MS = 60 * SECOND_MS;
/** A webhook that has failed for so long without a success is disabled, ms: as long as one delivery is tried, or nearly. */
export const FAILING_MS = 3 * DAY_MS;
/** The answer of a receiver that is gone for good (RFC 9110 section 15.5.11). */
const GONE = 410;
/** How exact the time of the last success is while there are no failures, ms: each delivery would else write one row more. */
const SUCCESS_EVERY_MS = MINUTE_MS;
/** Longest error kept, characters. */
const MAX_ERROR = 200;

/** The columns of a delivery for which nothing is due, in the queue or in a lane. */
const OVER = { nextAttemptAt: null, lane: null };

/** The condition on deliveries that holds for this one while it is at this attempt. */
function thisAttempt(delivery: WebhookDelivery) {
  return and(
    eq(webhookDeliveries.id, delivery.id),
    eq(webhookDeliveries.status, "pending"),
    eq(webhookDeliveries.attempts, delivery.attempts),
  );
}

/** The columns of the delivery that say how the attempt went that began at `began`, ms. */
function outcome(ctx: Ctx, delivery: WebhookDelivery, began: number, result: Attempted) {
  const { responseStatus, responseBody, error, proof } = result;
  const durationMs = ctx.now() - began;
  return {
    responseStatus,
    responseBody,
    error: error?.slice(0, MAX_ERROR) ?? null,
    proof,
    // Nobody else can have added to it: the update is for this attempt alone.
    attemptLog: withAttempt(delivery, { at: began, ms: durationMs }, result),
    attemptedAt: began,
    durationMs,
  };
}

/** The condition on webhooks that holds for this one while it has the URL that the attempt was made at. */
function thisReceiver({ id, url }: Webhook) {
  return and(eq(webhooks.id, id), eq(webhooks.url, url));
}

/** Ends the delivery as delivered, and the webhook's failures; what was held because of these is due at once. */
export async function succeed(
  ctx: Ctx,
  delivery: WebhookDelivery,
  webhook: Webhook,
  began: number,
  result: Attempted,
): Promise<void> {
  const now = ctx.now();
  await ctx.db.batch([
    ctx.db
      .update(webhookDeliveries)
      .set({ ...outcome(ctx, delivery, began, result), ...OVER, status: "delivered", endedAt: now })
      .where(thisAttempt(delivery)),
    ctx.db
      .update(webhooks)
      .set({ failuresInARow: 0, failingSince: null, lastSuccessAt: now, ...FREE_TURN })
      .where(
        and(
          thisReceiver(webhook),
          or(
            gt(webhooks.failuresInARow, 0),
            isNull(webhooks.lastSuccessAt),
            lt(webhooks.lastSuccessAt, now - SUCCESS_EVERY_MS),
          ),
        ),
      ),
  ]);
  if (isFailing(webhook)) await release(ctx, webhook);
}

/**
 * Schedules the next attempt, or ends the delivery as failed after the last one, and after a 410 of a receiver whose URL the
 * webhook still has. Quick retries go by the queue, unless the receiver is slow; all others wait in the account's lane.
 */
export async function fail(
  ctx: Ctx,
  delivery: WebhookDelivery,
  webhook: Webhook,
  began: number,
  result: Attempted,
): Promise<void> {
  const { attempts } = delivery;
  const now = ctx.now();
  const isGone = result.responseStatus === GONE && (await isStillThere(ctx, webhook));
  const isLast = attempts >= MAX_ATTEMPTS || isGone;
  const wait = waitAfter(attempts, result);
  const nextAttemptAt = now + wait.ms;
  const lane = wait.isQuick && !isSlow(ctx, webhook) ? null : webhook.accountId;
  const noted = ctx.db
    .update(webhookDeliveries)
    .set({
      ...outcome(ctx, delivery, began, result),
      ...(isLast ? { ...OVER, status: "failed", endedAt: now } : { nextAttemptAt, lane }),
    })
    .where(thisAttempt(delivery));
  const next = isLast ? null : nextAttemptAt;
  await ctx.db.batch([...counting(ctx, delivery, webhook, { ...result, began }, next), noted]);
  if (isLast) return;
  if (lane === null) await ctx.enqueueWebhooks([delivery.id], wait.ms / SECOND_MS);
  else await wakeLane(ctx, lane, nextAttemptAt);
}

/**
 * The statements that count a failure against the webhook, and disable it if that is enough. A delivery counts once after
 * each success, however often it is tried. `next` is when it is tried again, ms; null: it is not.
 */
function counting(
  ctx: Ctx,
  delivery: WebhookDelivery,
  webhook: Webhook,
  result: Attempted & { began: number },
  next: number | null,
) {
  const now = ctx.now();
  const { began } = result;
  const isCurrent = exists(
    ctx.db
      .select({ id: webhookDeliveries.id })
      .from(webhookDeliveries)
      .where(thisAttempt(delivery)),
  );
  // What failed before since then has been counted then.
  const isCounted = sql`coalesce(${delivery.attemptedAt} >= ${webhooks.failingSince}, 0)`;
  const pauseMs = pauseAfter(result, next === null ? 0 : next - now);
  const pauseEndsAt = sql`max(coalesce(${webhooks.pauseEndsAt}, 0), ${now + pauseMs})`;
  const isLong = lte(webhooks.failingSince, now - FAILING_MS);
  const isGone = result.responseStatus === GONE;
  return [
    ctx.db
      .update(webhooks)
      .set({
        failuresInARow: sql`${webhooks.failuresInARow} + NOT ${isCounted}`,
        failingSince: sql`min(coalesce(${webhooks.failingSince}, ${began}), ${began})`,
        ...(pauseMs > 0 ? { pauseEndsAt } : {}),
        ...keptTurn(ctx, delivery, next, CLAIM_MS),
      })
      .where(and(thisReceiver(webhook), isCurrent)),
    ctx.db
      .update(webhooks)
      .set(disabled(now, isGone ? "gone" : "failing"))
      .where(
        and(
          thisReceiver(webhook),
          eq(webhooks.enabled, true),
          isCurrent,
          isGone ? undefined : isLong,
        ),
      ),
  ] as const;
}

/** Whether the webhook has the URL that the attempt was made at. */
async function isStillThere(ctx: Ctx, webhook: Webhook): Promise<boolean> {
  const [found] = await ctx.db
    .select({ id: webhooks.id })
    .from(webhooks)
    .where(thisReceiver(webhook));
  return found !== undefined;
}

/** Ends a delivery that can't be tried any more, without the attempt that was claimed. */
export async function giveUp(ctx: Ctx, delivery: WebhookDelivery, error: string): Promise<void> {
  await ctx.db
    .update(webhookDeliveries)
    .set({
      ...OVER,
      status: "failed",
      error,
      // Never above the most, though a claim beyond it is cut off too.
      attempts: Math.min(delivery.attempts - 1, MAX_ATTEMPTS),
      endedAt: ctx.now(),
    })
    .where(thisAttempt(delivery));
}
