// Whether an app's site lets itself be shown in a frame of a page of ours: browsers don't tell a page, so that it is asked
// for here. What it says of X-Frame-Options (RFC 7034) and `frame-ancestors` (CSP Level 3, section 6.4.2) decides.
import type { AccountCtx } from "../context.ts";
import type { App } from "../apps/find-app.ts";
import { askSite } from "../sites/ask-site.ts";

export type FrameCheck =
  | { kind: "open" }
  /** By which header, with what it says. */
  | { kind: "refused"; by: string }
  /** It leads to another origin, which a page of ours shows no frame of. */
  | { kind: "elsewhere"; to: string }
  | { kind: "failed"; status: number | null }
  /** It can't be asked: it is on no public host, or browsers show no frame of http within https. */
  | { kind: "unreachable" };

/** Finds out whether the site can be in a frame of a page at `pageOrigin`. */
export async function checkFrame(
  ctx: AccountCtx,
  app: App,
  pageOrigin: string,
): Promise<FrameCheck> {
  const url = URL.parse(app.url);
  if (url === null || url.origin === pageOrigin) return { kind: "unreachable" };
  if (url.protocol === "http:" && pageOrigin.startsWith("https:")) return { kind: "unreachable" };
  const answer = await askSite(ctx, url, { accept: "text/html" });
  if (answer === "unreachable") return { kind: "unreachable" };
  if (answer === null) return { kind: "failed", status: null };
  await answer.body?.cancel();
  return verdict(answer, url, pageOrigin);
}

function verdict(answer: Response, url: URL, pageOrigin: string): FrameCheck {
  const location = answer.headers.get("location");
  if (answer.status >= 300 && answer.status < 400 && location !== null) {
    const to = URL.parse(location, url.href);
    if (to !== null && to.origin !== url.origin) return { kind: "elsewhere", to: to.origin };
    // A page of the same site, which most often says the same of frames.
    return { kind: "open" };
  }
  if (answer.status >= 400) return { kind: "failed", status: answer.status };
  const policy = answer.headers.get("content-security-policy") ?? "";
  const ancestors = /(?:^|[;,])\s*frame-ancestors\s+([^;,]*)/i.exec(policy)?.[1]?.trim();
  if (ancestors !== undefined) {
    // Where this is said, X-Frame-Options does not count.
    return allowsAncestor(ancestors, pageOrigin)
      ? { kind: "open" }
      : { kind: "refused", by: `frame-ancestors ${ancestors}` };
  }
  const option = answer.headers.get("x-frame-options");
  const isRefused = option !== null && /\b(deny|sameorigin)\b/i.test(option);
  return isRefused ? { kind: "refused", by: `X-Frame-Options: ${option}` } : { kind: "open" };
}

/** Whether the sources let this origin in: `*`, a scheme, or the host itself. */
function allowsAncestor(sources: string, origin: string): boolean {
  const { protocol, host } = new URL(origin);
  return sources
    .toLowerCase()
    .split(/\s+/)
    .some(
      (source) => source === "*" || source === protocol || source === origin || source === host,
    );
}
