// The document around every page for everybody: its head, its headers, and a policy by which browsers load nothing but the
// page's own pictures and the style sheet in it, and run no script.
import type { Child } from "hono/jsx";
import type { HtmlEscapedString } from "hono/utils/html";
import { sha256Base64 } from "../kit/crypto.ts";
import { STYLES } from "./styles.ts";

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${sha256Base64(STYLES)}'`,
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": POLICY,
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
}

/** Text that owners chose, for where no element can isolate it: it may run from right to left. */
export const isolated = (text: string) => `\u2068${text}\u2069`;

/** Makes the response with a page. Text in `content` is escaped by hono/jsx. */
export function pageResponse({ status, title, icon, content, headers = {} }: Page): Response {
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
        <style dangerouslySetInnerHTML={{ __html: STYLES }} />
      </head>
      <body>{content}</body>
    </html>
  ) as HtmlEscapedString;
  return new Response(`<!doctype html>\n${html}\n`, {
    status,
    headers: { ...HEADERS, ...headers },
  });
}
