// GET /qrcode/{code}: the page that a QR code leads to. It asks people to enter the code in the app. On Android, its
// button passes the code's link to an app that handles such links, which our shell does not do so far, and otherwise
// leads to the app's website. Opening the page does not use up the code.
import { z } from "@hono/zod-openapi";
import type { App } from "../../domain/apps/find-app.ts";
import { appOfCode } from "../../domain/channels/codes.ts";
import { publicOperation } from "../../http/operation.ts";
import { escape, page } from "./page.ts";
import { PAGE_RATE } from "../rate.ts";

export const codePage = publicOperation({
  method: "get",
  path: "/{code}",
  operationId: "showSubscriptionCode",
  summary: "The page of a subscription code",
  tag: "Channels",
  rate: PAGE_RATE,
  params: { schema: z.object({ code: z.string() }), thing: "code" },
  success: { status: 200, description: "The page.", also: ["text/html"] },
  run: async (ctx, { params, request, origin }) => {
    const app = await appOfCode(ctx, params.code);
    if (!app) {
      const content = "<p>It was used already, or is older than a day. Ask for a new one.</p>";
      return page(404, "This code does not work", content);
    }
    const isAndroid = /\bAndroid\b/.test(request.headers.get("user-agent") ?? "");
    const link = isAndroid ? intentLink(app, origin, params.code) : app.url;
    return page(200, `Subscribe in ${app.name}`, contentFor(app, params.code, link));
  },
});

function contentFor(app: App, code: string, link: string): string {
  const name = escape(app.name);
  const open = link === "" ? "" : `<a class="button" href="${escape(link)}">Open ${name}</a>\n`;
  return `<p>Open ${name} on the device that is to get the notifications, and enter this code there:</p>
<code>${escape(code)}</code>
${open}<p>The code works once, for a day.</p>`;
}

/**
 * Returns a link that opens the code's link in the app, if that is installed and handles such links, and otherwise the
 * app's website. It has Chrome's intent: scheme, which other Android browsers support too.
 */
function intentLink(app: App, origin: string, code: string): string {
  const { host, protocol } = new URL(origin);
  const fallback = app.url === "" ? "" : `S.browser_fallback_url=${encodeURIComponent(app.url)};`;
  const scheme = protocol.slice(0, -1);
  return `intent://${host}/qrcode/${code}#Intent;scheme=${scheme};package=${app.packageName};${fallback}end`;
}
