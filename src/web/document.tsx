// The document around every page for everybody: its head, its headers, and a policy by which browsers load nothing but the
// page's own pictures and the style sheet in it, and run no script, but for the files of the one page that has some.
import type { Child } from "hono/jsx";
import type { HtmlEscapedString } from "hono/utils/html";
import { sha256Base64 } from "../kit/crypto.ts";
import { STYLES } from "./styles.ts";

/** Returns the policy of a page with this style sheet. One that `runs` scripts takes them, and what they ask for, from us. */
function policyOf(styles: string, runs: boolean): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${sha256Base64(styles)}'`,
    "img-src 'self'",
    ...(runs
      ? ["script-src 'self'", "connect-src 'self'", "worker-src 'self'", "manifest-src 'self'"]
      : []),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** The policy of nearly all pages. */
const POLICY = policyOf(STYLES, false);

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  // For browsers that don't know frame-ancestors.
  "x-frame-options": "DENY",
  // Other sites must not learn the token in the address, and search engines must not list it.
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex",
  "cache-control": "no-store",
};

export interface Page {
  status: number;
  title: string;
  /** The path of the picture in the browser's tab. */
  icon: string;
  content: Child;
  headers?: Record<string, string>;
  /** Styles of this page alone, after those of all. */
  styles?: string;
  /** The paths of what makes the page an app: its script, a module, and its manifest. */
  runs?: { script: string; manifest: string };
}

/** Text that owners chose, for where no element can isolate it: it may run from right to left. */
export const isolated = (text: string) => `\u2068${text}\u2069`;

/** Makes the response with a page. Text in `content` is escaped by hono/jsx. */
export function pageResponse(page: Page): Response {
  const { status, title, icon, content, headers = {}, styles = "", runs } = page;
  // No component waits for anything, so that this is text at once.
  const html = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{title} · Slipway</title>
        <link rel="icon" href={icon} />
        {runs && <link rel="manifest" href={runs.manifest} />}
        <style dangerouslySetInnerHTML={{ __html: STYLES + styles }} />
        {runs && <script type="module" src={runs.script} />}
      </head>
      <body>{content}</body>
    </html>
  ) as HtmlEscapedString;
  return new Response(`<!doctype html>\n${html}\n`, {
    status,
    headers: {
      ...HEADERS,
      "content-security-policy":
        styles === "" && !runs ? POLICY : policyOf(STYLES + styles, runs !== undefined),
      ...headers,
    },
  });
}
