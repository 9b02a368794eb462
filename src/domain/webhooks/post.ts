// Posts a delivery to its webhook's receiver, once: finds out where the host leads, signs, sends, and says how it went.
import { hex } from "../../kit/crypto.ts";
import { mac } from "../../kit/mac.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";
import { openSecret } from "./secrets.ts";
import { urlProblem, resolvesTo } from "./target.ts";

/** Longest that a receiver may take, ms. */
const TIMEOUT_MS = 10 * SECOND_MS;

/** The result of an attempt. `error` is null when the receiver answered with a 2xx status. */
export interface Attempted {
  responseStatus: number | null;
  error: string | null;
}

/** Posts the delivery, and returns the result. Whatever keeps it from being posted is a result too. */
export async function post(
  ctx: Ctx,
  webhook: Webhook,
  delivery: WebhookDelivery,
): Promise<Attempted> {
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
