// Asking a website of a customer's for something: bounded in time and bytes, and never on a private address on their word.
import { isPublicHost } from "../../kit/public-host.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { AccountCtx } from "../context.ts";
import { resolvesTo } from "../webhooks/target.ts";

/** Longest that a site may take to answer, ms: somebody waits for the page. */
const ANSWER_MS = 4 * SECOND_MS;

/**
 * Asks a site for `url`, and follows no redirect. "unreachable": it is on no public host, or has no https where `httpsOnly`
 * wants it; null: no answer within ANSWER_MS. The caller reads or cancels the body.
 */
export async function askSite(
  ctx: AccountCtx,
  url: URL,
  { accept, httpsOnly = false }: { accept: string; httpsOnly?: boolean },
): Promise<Response | "unreachable" | null> {
  if (!ctx.allowPrivateTargets) {
    const isPublic =
      (url.protocol === "https:" || (url.protocol === "http:" && !httpsOnly)) &&
      isPublicHost(url.hostname) &&
      (await resolvesTo(ctx, url.hostname)) === "public";
    if (!isPublic) return "unreachable";
  }
  try {
    return await ctx.fetch(url.href, {
      redirect: "manual",
      headers: { accept, "user-agent": "Slipway-Preview" },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  } catch {
    return null;
  }
}

/** Reads an answer's text; null for one of more than `maxBytes`, or that broke off. */
export async function textWithin({ body }: Response, maxBytes: number): Promise<string | null> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let left = maxBytes;
  try {
    for await (const bytes of body as ReadableStream<Uint8Array>) {
      left -= bytes.byteLength;
      // Leaving the loop ends the stream.
      if (left < 0) return null;
      text += decoder.decode(bytes, { stream: true });
    }
  } catch {
    return null;
  }
  return text;
}
