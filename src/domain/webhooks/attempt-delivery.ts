// Makes one attempt at a webhook delivery. The attempt is claimed first, by a conditional update that postpones the
// due time: of duplicate messages, or a message and the cron, only one sends. Its result is written only if the
// delivery is still at that attempt, so that a late writer changes nothing.
import { and, eq, exists, inArray, lt, lte, sql } from "drizzle-orm";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { mac } from "../../kit/mac.ts";
import { hex } from "../../kit/crypto.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";
import { openSecret } from "./secrets.ts";
import { urlProblem, resolvesTo } from "./target.ts";

/** The first attempt and five retries. */
export const MAX_ATTEMPTS = 6;
/** The n-th retry waits n times this, s. */
const RETRY_STEP_S = 15;
/** Longest that a receiver may take, ms. */
const TIMEOUT_MS = 10 * SECOND_MS;
/** How long an attempt is claimed for, ms: longer than resolving the host and the timeout together. */
const CLAIM_MS = 60 * SECOND_MS;
/** A queue's delay may end earlier by this, ms. */
const EARLY_MS = SECOND_MS;
/**
 * A webhook is disabled when this many deliveries in a row have failed, each after its last attempt. Attempts are not
 * counted, since many deliveries at once would use them up in a second.
 */
export const MAX_FAILURES_IN_A_ROW = 10;
/** Longest error kept, characters. */
const MAX_ERROR = 200;

/** The result of an attempt. `error` is null when the receiver answered with a 2xx status. */
interface Attempted {
  responseStatus: number | null;
  error: string | null;
}

/** Makes an attempt at the delivery if it is due and no other attempt is being made. */
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
  const problem = await targetProblem(ctx, url);
  if (problem !== null) return { responseStatus: null, error: problem };
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
    // Only the status counts: the answer's body is not read, and errors of cancelling it do not matter.
    response.body?.cancel().catch(() => undefined);
    const { status, ok } = response;
    return { responseStatus: status, error: ok ? null : `the receiver answered ${status}` };
  } catch (error) {
    return { responseStatus: null, error: describe(error) };
  }
}

/** The headers by which a receiver can authenticate the request: a signature, or a channel callback's secret. */
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

/** Returns why nothing may be sent to `url` now; null when it may. */
async function targetProblem(ctx: Ctx, url: URL): Promise<string | null> {
  const problem = urlProblem(url, ctx.allowPrivateTargets);
  if (problem !== null) return `the URL ${problem}`;
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

/** Ends the delivery as delivered, and resets the webhook's count of failures. */
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

/**
 * Schedules the next attempt, or ends the delivery as failed after the last one, which counts against the webhook.
 */
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
