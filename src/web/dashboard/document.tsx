// The document around the dashboard's pages: its head, its headers, and a policy by which browsers load nothing but our own
// files, run no inline script and send forms nowhere else.
import type { Child } from "hono/jsx";
import type { HtmlEscapedString } from "hono/utils/html";
import { asset, type Script } from "./assets.ts";
import { withOnce } from "./once.ts";
import { SideContext, type SideFacts } from "./side-facts.ts";
import { flashOf, NO_FLASH, themeOf } from "./cookies.ts";

export interface Document {
  title: string;
  body: Child;
  status?: number | undefined;
  /** The scripts of this page, besides the one of all pages. */
  scripts?: readonly Script[] | undefined;
  /** Origins that this page also shows frames of, or has forms lead to. */
  also?: { frames?: readonly string[]; forms?: readonly string[] } | undefined;
  headers?: Record<string, string> | undefined;
  /** What the frame around pages of an account shows of it. */
  side?: SideFacts | undefined;
}

/** Makes the response with a page of the dashboard. Text in `body` is escaped by hono/jsx. */
export function documentResponse(request: Request, page: Document): Response {
  const { title, body, status = 200, scripts = [], also = {}, headers = {}, side } = page;
  const flash = flashOf(request);
  const theme = themeOf(request);
  // No component waits for anything, so that this is text at once.
  const html = (
    <html lang="en" data-theme={theme ?? undefined}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · Slipway</title>
        <link rel="icon" href={asset("mark.svg")} />
        <link rel="stylesheet" href={asset("styles.css")} />
        {/* Nothing is drawn before they ran, so that no time that becomes local and no field that they fill moves anything.
            They are small next to the style sheet, for which browsers wait anyway. */}
        {(["base", ...scripts] as const).map((name) => (
          <script type="module" src={asset(`${name}.js`)} blocking="render" />
        ))}
        <noscript>
          <link rel="stylesheet" href={asset("noscript.css")} />
        </noscript>
      </head>
      <body>
        {flash !== null && (
          <noscript>
            <p class="notice flash" data-tone="ok" role="status">
              {flash}
            </p>
          </noscript>
        )}
        {side ? <SideContext.Provider value={side}>{body}</SideContext.Provider> : body}
        <output class="toast" id="toast" popover="manual" data-says={flash ?? undefined} />
      </body>
    </html>
  ) as HtmlEscapedString;
  const answer = new Response(`<!doctype html>\n${withOnce(String(html))}\n`, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy(also),
      "x-frame-options": "DENY",
      // With no-referrer browsers would send `Origin: null` with forms.
      "referrer-policy": "same-origin",
      "x-robots-tag": "noindex",
      "cache-control": "no-store",
      ...headers,
    },
  });
  if (flash !== null) answer.headers.append("set-cookie", NO_FLASH);
  return answer;
}

function policy({ frames = [], forms = [] }: NonNullable<Document["also"]>): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    ...(frames.length > 0 ? [`frame-src ${frames.join(" ")}`] : []),
    "base-uri 'none'",
    `form-action ${["'self'", ...forms].join(" ")}`,
    "frame-ancestors 'none'",
  ].join("; ");
}
