// Posts a delivery to its webhook's receiver, once: finds out where the host leads, signs, sends, and says how it went.
import { retryAfterMs } from "../../kit/retry-after.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";
import { keptProof, plainHeaders, proofOf } from "./proof.ts";
import { MAX_RETRY_AFTER_MS } from "./retry.ts";
import { urlProblem, resolvesTo } from "./target.ts";

/** Longest that a receiver may take, ms. */
const TIMEOUT_MS = 10 * SECOND_MS;
/** Most of an answer's body that is read and kept, bytes: enough for an error's sentence. */
export const MAX_ANSWER_BYTES = 1024;
/**
 * Longest that an answer's body is waited for once its status is there, ms, and never beyond TIMEOUT_MS: less than the
 * queue's patience (lane.ts), so that a receiver whose body drips is not a slow one.
 */
const BODY_MS = SECOND_MS;

/** The result of an attempt. `error` is null when the receiver answered with a 2xx status. */
export interface Attempted {
  responseStatus: number | null;
  /** The beginning of the answer's body as text; null when there was no answer. */
  responseBody: string | null;
  error: string | null;
  /** The headers by which the receiver can tell that it is ours, as far as they may be kept; null when nothing was posted. */
  proof: Record<string, string> | null;
  /** What Retry-After asks for, ms, at most MAX_RETRY_AFTER_MS; null when it is absent or unreadable. */
  retryAfterMs: number | null;
}

/** Posts the delivery, and returns the result. Whatever keeps it from being posted is a result too. */
export async function post(
  ctx: Ctx,
  webhook: Webhook,
  delivery: WebhookDelivery,
): Promise<Attempted> {
  const url = new URL(webhook.url);
  const problem = await targetProblem(ctx, url);
  if (problem !== null) return unanswered(problem);
  const proof = await proofOf(ctx, webhook, delivery);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await ctx.fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: { ...plainHeaders(delivery), ...proof },
      body: delivery.body,
      signal,
    });
    const { status, ok, headers } = response;
    return {
      responseStatus: status,
      responseBody: await beginningOf(response, signal),
      error: ok ? null : `the receiver answered ${status}`,
      proof: keptProof(proof),
      retryAfterMs: retryAfterMs(headers, ctx.now(), MAX_RETRY_AFTER_MS),
    };
  } catch (error) {
    return unanswered(describe(error), keptProof(proof));
  }
}

/** The result of an attempt that got no answer. */
function unanswered(error: string, proof: Attempted["proof"] = null): Attempted {
  return { responseStatus: null, responseBody: null, error, proof, retryAfterMs: null };
}

/**
 * Returns as text what comes of an answer's body in time, MAX_ANSWER_BYTES at most. Only the status decides about a
 * delivery, so a body that breaks or does not end is no failure.
 */
async function beginningOf({ body }: Response, signal: AbortSignal): Promise<string> {
  if (!body) return "";
  const reader = body.getReader();
  const { promise: isOver, resolve } = Promise.withResolvers<undefined>();
  const stop = () => resolve(undefined);
  signal.addEventListener("abort", stop);
  const timer = setTimeout(stop, BODY_MS);
  const parts: Uint8Array[] = [];
  let left = MAX_ANSWER_BYTES;
  try {
    while (left > 0 && !signal.aborted) {
      const read = await Promise.race([reader.read(), isOver]);
      if (read === undefined || read.done) break;
      parts.push(read.value.subarray(0, left));
      left -= read.value.byteLength;
    }
  } catch {
    // The connection broke: what came until then is the text.
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    reader.cancel().catch(() => undefined);
  }
  // `stream` leaves out a character that was cut in two. A NUL would end the text in the database's functions.
  const text = new TextDecoder().decode(Buffer.concat(parts), { stream: true });
  return text.replaceAll("\0", "\u{fffd}");
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
