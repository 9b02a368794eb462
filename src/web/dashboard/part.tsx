// Parts of a page that move: the page has them in it, and the script `live` asks for one by `?part=` as often as it says,
// and puts what is new in its place. An answer is a fragment of HTML, or 304 while nothing changed.
import type { Child } from "hono/jsx";
import type { HtmlEscapedString } from "hono/utils/html";
import { isKept } from "../../http/etag.ts";
import { sha256Base64 } from "../../kit/crypto.ts";

/** Largest part by default, bytes: it is asked for as often as once a second. */
const MAX_PART_BYTES = 2048;

/** What a part shows now. */
export interface Part {
  body: Child;
  /**
   * Whether nothing will change any more: `here`, or with the whole page, which is then loaded again, or which as it is now
   * takes the place of the one shown (`swap`).
   */
  ends?: "here" | "page" | "swap" | undefined;
  /** How large it may be, bytes, where that is more than by default: it is asked for less often. */
  mostBytes?: number;
}

/** The answer to who asks for a part. */
export function partResponse(request: Request, part: Part): Response {
  const { body, ends, mostBytes = MAX_PART_BYTES } = part;
  const html = textOf(body);
  if (new TextEncoder().encode(html).byteLength > mostBytes) {
    throw new Error(`a part of a page is larger than ${mostBytes} bytes`);
  }
  const headers = {
    etag: `"${sha256Base64(html)}"`,
    "cache-control": "no-store",
    ...(ends === undefined ? {} : { "slipway-ends": ends }),
  };
  if (isKept(request, headers.etag)) return new Response(null, { status: 304, headers });
  return new Response(html, { headers: { ...headers, ...OF_FRAGMENTS } });
}

const OF_FRAGMENTS = {
  "content-type": "text/html; charset=utf-8",
  // Whoever opens it as a page sees its words.
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-robots-tag": "noindex",
};

/** The answer to a script that posted a form: what it puts into the page. */
export function fragment(body: Child): Response {
  return new Response(textOf(body), { headers: { "cache-control": "no-store", ...OF_FRAGMENTS } });
}

function textOf(body: Child): string {
  // No component waits for anything, so that this is text at once.
  const rendered = (<>{body}</>) as HtmlEscapedString;
  return String(rendered);
}

/**
 * The place of a part in its page, asked for every so many seconds. `isOver`: nothing will change any more. `at`: the page's
 * path, which a page has to say whose forms post to paths below it: their refusals are shown there. A page with one names
 * the script `live`.
 */
export const Live = ({
  part,
  everyS,
  at = "",
  isOver = false,
  children,
}: {
  part: string;
  everyS: number;
  at?: string;
  isOver?: boolean;
  children?: Child;
}) => (
  <div
    id={`part-${part}`}
    data-live={isOver ? undefined : `${at}?part=${part}`}
    data-every={everyS}
  >
    {children}
  </div>
);
