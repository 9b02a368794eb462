// GET /qrcode/{code}: the page that a QR code leads to. It asks people to enter the code in the app. On Android, its
// button passes the code's link to an app that handles such links, which our shell does not do so far, and otherwise
// leads to the app's website. Opening the page does not use up the code.
import { z } from "@hono/zod-openapi";
import type { App } from "../../domain/apps/find-app.ts";
import { appOfCode } from "../../domain/channels/codes.ts";
import { publicOperation } from "../../http/operation.ts";
import { isolated } from "../document.tsx";
import { doorPage } from "../door.tsx";
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
      return doorPage({
        status: 404,
        title: "This code does not work",
        text: "It was used already, or is older than a day. Ask for a new one.",
      });
    }
    const isAndroid = /\bAndroid\b/.test(request.headers.get("user-agent") ?? "");
    const link = isAndroid ? intentLink(app, origin, params.code) : app.url;
    const name = <bdi>{app.name}</bdi>;
    return doorPage({
      status: 200,
      title: `Subscribe in ${isolated(app.name)}`,
      text: (
        <>Open {name} on the device that is to get the notifications, and enter this code there:</>
      ),
      below: (
        <>
          <p>
            <code class="all">{params.code}</code>
          </p>
          {link !== "" && (
            <a class="btn btn--primary" href={link}>
              Open {isolated(app.name)}
            </a>
          )}
          <p class="soft">The code works once, for a day.</p>
        </>
      ),
    });
  },
});

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
