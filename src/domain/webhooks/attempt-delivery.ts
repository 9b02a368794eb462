// Makes one attempt at a delivery. The attempt is claimed first, by moving its due time ahead in a conditional
// update: of doubled messages and crons that cross, one sends. What comes of it is written for that attempt
// alone, whose number fences off a late writer.
import { and, eq, exists, inArray, lt, lte, sql } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { mac } from "../../kit/mac.ts";
import { hex } from "../../kit/crypto.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";
import { openSecret } from "./secrets.ts";
import { misfitOf, resolvesTo } from "./target.ts";

/** The first, and five more. */
export const MAX_ATTEMPTS = 6;
/** The n-th retry waits n times this, s. */
const RETRY_STEP_S = 15;
/** Longest a receiver may take, ms. */
const TIMEOUT_MS = 10 * SECOND_MS;
/** How long an attempt keeps others away, ms: longer than look-up and timeout together. */
const CLAIM_MS = 60 * SECOND_MS;
/** A queue's delay may end this much early, ms. */
const EARLY_MS = SECOND_MS;
/**
 * Deliveries in a row that were given up, each after its last attempt, after which a webhook is disabled. Attempts
 * don't count: many deliveries at once would use them up in a second.
 */
export const MAX_FAILURES_IN_A_ROW = 10;
/** Longest error kept, characters. */
const MAX_ERROR = 200;

/** How an attempt went; `error` null: the receiver answered 2xx. */
interface Attempted {
  responseStatus: number | null;
  error: string | null;
}

/** Attempts the delivery if it is due and nobody else is at it. */
export async function deliverWebhook(ctx: Ctx, deliveryId: number): Promise<void> {
  const claimed = await claim(ctx, deliveryId);
  if (!claimed) return;
  const { delivery, webhook } = claimed;
  if (!webhook) return giveUp(ctx, delivery, "the webhook was deleted");
  if (!webhook.enabled) return hold(ctx, delivery);
  const result = await attempt(ctx, webhook, delivery);
  if (result.error === null) await succeed(ctx, delivery, result);
  else await fail(ctx, delivery, result);
}

async function claim(
  ctx: Ctx,
  deliveryId: number,
): Promise<{ delivery: WebhookDelivery; webhook: Webhook | undefined } | null> {
  const now = ctx.now();
  const [claimed, owners] = await ctx.db.batch([
    ctx.db
      .update(webhookDeliveries)
      .set({ attempts: sql`${webhookDeliveries.attempts} + 1`, nextAttemptAt: now + CLAIM_MS })
      .where(
        and(
          eq(webhookDeliveries.id, deliveryId),
          eq(webhookDeliveries.status, "pending"),
          lte(webhookDeliveries.nextAttemptAt, now + EARLY_MS),
          lt(webhookDeliveries.attempts, MAX_ATTEMPTS),
        ),
      )
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
            .where(eq(webhookDeliveries.id, deliveryId)),
        ),
      ),
  ]);
  const [delivery] = claimed;
  return delivery ? { delivery, webhook: owners[0] } : null;
}

async function attempt(ctx: Ctx, webhook: Webhook, delivery: WebhookDelivery): Promise<Attempted> {
  const url = new URL(webhook.url);
  const misfit = await targetMisfit(ctx, url);
  if (misfit !== null) return { responseStatus: null, error: misfit };
  const proof = await proofOf(ctx, webhook, delivery);
  try {
    const response = await ctx.fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Slipway-Webhooks/1",
        "x-slipway-event": delivery.event,
        "x-slipway-delivery": delivery.uuid,
        ...proof,
      },
      body: delivery.body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // the status is all that counts: not a byte of the answer is read, nor does it matter how its body ends
    response.body?.cancel().catch(() => undefined);
    const { status, ok } = response;
    return { responseStatus: status, error: ok ? null : `the receiver answered ${status}` };
  } catch (error) {
    return { responseStatus: null, error: describe(error) };
  }
}

/** The headers by which the receiver knows us: a signature of this try, or a channel's bare secret. */
async function proofOf(
  ctx: Ctx,
  webhook: Webhook,
  delivery: WebhookDelivery,
): Promise<Record<string, string>> {
  const secret = await openSecret(ctx, webhook);
  if (webhook.kind === "callback") {
    return { authorization: `Basic ${new TextDecoder().decode(secret)}` };
  }
  const timestamp = String(Math.floor(ctx.now() / SECOND_MS));
  return {
    "x-slipway-timestamp": timestamp,
    "x-slipway-signature": `sha256=${hex(mac(secret, `${timestamp}.${delivery.body}`))}`,
  };
}

/** Why nothing may be sent there now; null: it may. */
async function targetMisfit(ctx: Ctx, url: URL): Promise<string | null> {
  const misfit = misfitOf(url, ctx.allowPrivateTargets);
  if (misfit !== null) return `the URL ${misfit}`;
  if (ctx.allowPrivateTargets) return null;
  switch (await resolvesTo(ctx, url.hostname)) {
    case "public":
      return null;
    case "private":
      return "the host leads to a private address";
    case "unknown":
      return "the host could not be resolved";
  }
}

function describe(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") {
    return `no answer within ${TIMEOUT_MS / SECOND_MS} s`;
  }
  return `no connection: ${error instanceof Error ? error.message : String(error)}`;
}

/** Ends the delivery; the webhook's count of failures begins anew. */
async function succeed(ctx: Ctx, delivery: WebhookDelivery, result: Attempted): Promise<void> {
  await ctx.db.batch([
    ctx.db
      .update(webhookDeliveries)
      .set({ ...result, status: "delivered", nextAttemptAt: null })
      .where(thisAttempt(delivery)),
    ctx.db
      .update(webhooks)
      .set({ failuresInARow: 0 })
      .where(and(eq(webhooks.id, delivery.webhookId), sql`${webhooks.failuresInARow} > 0`)),
  ]);
}

/** Has the delivery tried again, or ends it after the last attempt, which counts against the webhook. */
async function fail(ctx: Ctx, delivery: WebhookDelivery, result: Attempted): Promise<void> {
  const { attempts, webhookId } = delivery;
  const isLast = attempts >= MAX_ATTEMPTS;
  const delaySeconds = attempts * RETRY_STEP_S;
  const failures = sql`${webhooks.failuresInARow} + 1`;
  const noted = ctx.db
    .update(webhookDeliveries)
    .set({
      responseStatus: result.responseStatus,
      error: result.error?.slice(0, MAX_ERROR) ?? null,
      status: isLast ? "failed" : "pending",
      nextAttemptAt: isLast ? null : ctx.now() + delaySeconds * SECOND_MS,
    })
    .where(thisAttempt(delivery));
  const counted = ctx.db
    .update(webhooks)
    .set({
      failuresInARow: failures,
      enabled: sql`${webhooks.enabled} AND ${failures} < ${MAX_FAILURES_IN_A_ROW}`,
    })
    .where(eq(webhooks.id, webhookId));
  await ctx.db.batch(isLast ? [noted, counted] : [noted]);
  if (!isLast) await ctx.enqueueWebhooks([delivery.id], delaySeconds);
}

/**
 * Takes the attempt back and lets the delivery wait, without a due time, for its webhook to be enabled again: that
 * makes it due (the trigger webhooks_release). The sweep ends those that wait too long.
 */
async function hold(ctx: Ctx, delivery: WebhookDelivery): Promise<void> {
  const stillDisabled = ctx.db
    .select({ id: webhooks.id })
    .from(webhooks)
    .where(and(eq(webhooks.id, delivery.webhookId), eq(webhooks.enabled, false)));
  await ctx.db
    .update(webhookDeliveries)
    .set({ nextAttemptAt: null, attempts: delivery.attempts - 1 })
    .where(and(thisAttempt(delivery), exists(stillDisabled)));
}

async function giveUp(ctx: Ctx, delivery: WebhookDelivery, error: string): Promise<void> {
  await ctx.db
    .update(webhookDeliveries)
    .set({ status: "failed", error, nextAttemptAt: null, attempts: delivery.attempts - 1 })
    .where(thisAttempt(delivery));
}

function thisAttempt(delivery: WebhookDelivery) {
  return and(
    eq(webhookDeliveries.id, delivery.id),
    eq(webhookDeliveries.status, "pending"),
    eq(webhookDeliveries.attempts, delivery.attempts),
  );
}
