// Asking a website of a customer's for something: bounded in time and bytes, and never on a private address on their word.
import { isPublicHost } from "../../kit/public-host.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { AccountCtx } from "../context.ts";
import { resolvesTo } from "../webhooks/target.ts";

/** Longest that a site may take to answer, ms: somebody waits for the page. */
const ANSWER_MS = 4 * SECOND_MS;
/** Most redirects that are followed: to https, to www, to a language. */
export const MAX_REDIRECTS = 3;

interface Asking {
  accept: string;
  httpsOnly?: boolean;
  /** Ends the request and what resolves its host, in place of ANSWER_MS. */
  signal?: AbortSignal;
}

/** "unreachable": it is on no public host, or has no https where that is wanted; null: no answer in time. */
export type SiteAnswer = Response | "unreachable" | null;

/** Asks a site for `url`, and follows no redirect. The caller reads or cancels the body. */
export async function askSite(
  ctx: AccountCtx,
  url: URL,
  { accept, httpsOnly = false, signal = AbortSignal.timeout(ANSWER_MS) }: Asking,
): Promise<SiteAnswer> {
  if (signal.aborted) return null;
  if (!ctx.allowPrivateTargets) {
    const isPublic =
      (url.protocol === "https:" || (url.protocol === "http:" && !httpsOnly)) &&
      isPublicHost(url.hostname) &&
      (await resolvesTo(ctx, url.hostname, signal)) === "public";
    if (!isPublic) return signal.aborted ? null : "unreachable";
  }
  try {
    return await ctx.fetch(url.href, {
      redirect: "manual",
      headers: { accept, "user-agent": "Slipway-Preview" },
      signal,
    });
  } catch {
    return null;
  }
}

/**
 * Asks for `start` and for where it leads, MAX_REDIRECTS times at most and while `mayGoOn`: each address is judged as
 * `askSite` does. Returns the last answer, which may be a redirect that was not followed, and the address that gave it.
 */
export async function askAlong(
  ctx: AccountCtx,
  start: URL,
  { mayGoOn, ...asking }: Asking & { mayGoOn: () => boolean },
): Promise<{ url: URL; answer: SiteAnswer }> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    const answer = await askSite(ctx, url, asking);
    const location = answer instanceof Response ? redirectOf(answer) : null;
    const next = location === null ? null : URL.parse(location, url.href);
    if (next === null || redirects === MAX_REDIRECTS || !mayGoOn()) return { url, answer };
    if (answer instanceof Response) await answer.body?.cancel();
    url = next;
  }
}

const redirectOf = ({ status, headers }: Response): string | null =>
  status >= 300 && status < 400 ? headers.get("location") : null;

/** Reads an answer's text; null for one of more than `maxBytes`, or that broke off. */
export async function textWithin(answer: Response, maxBytes: number): Promise<string | null> {
  const read = await bytesWithin(answer, maxBytes);
  return read?.isWhole === true ? new TextDecoder().decode(read.bytes) : null;
}

/**
 * Reads at most `maxBytes` of an answer, as decompressed: what follows is not read. null for one that broke off, or was
 * not done when `signal` ended it.
 */
export async function bytesWithin(
  { body }: Response,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; isWhole: boolean } | null> {
  if (body === null) return { bytes: new Uint8Array(), isWhole: true };
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const end = () => void reader.cancel().catch(() => {});
  signal?.addEventListener("abort", end);
  const parts: Uint8Array[] = [];
  let left = maxBytes;
  try {
    while (left >= 0) {
      if (signal?.aborted === true) return null;
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      left -= value.byteLength;
    }
  } catch {
    return null;
  } finally {
    signal?.removeEventListener("abort", end);
    if (left < 0) end();
  }
  if (signal?.aborted === true) return null;
  const bytes = Buffer.concat(parts);
  return { bytes: new Uint8Array(bytes.subarray(0, maxBytes)), isWhole: left >= 0 };
}
