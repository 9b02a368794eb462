// GET /qrcode/{code}: the page that a QR code leads to. On Android, its button hands the code's link to the app, which redeems
// it; where that is not installed, it leads to the app's website. Elsewhere the page is shown as a QR code, to be scanned by the
// phone that has the app. Opening the page does not use up the code.
import { z } from "@hono/zod-openapi";
import type { App } from "../../domain/apps/find-app.ts";
import { appOfCode } from "../../domain/channels/codes.ts";
import { publicOperation } from "../../http/operation.ts";
import { qrCode } from "../../http/qr-svg.ts";
import { isolated } from "../document.tsx";
import { doorPage } from "../door.tsx";
import { Qr } from "../qr.tsx";
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
    const found = await appOfCode(ctx, params.code);
    if (!found) {
      return doorPage({
        status: 404,
        title: "This code does not work",
        text: "It was used already, or is older than a day. Ask for a new one.",
      });
    }
    const { app } = found;
    const isAndroid = /\bAndroid\b/.test(request.headers.get("user-agent") ?? "");
    // The app takes its own API's links alone, and its API need not have the name by which this page was opened.
    const link = isAndroid ? intentLink(app, found.apiOrigin ?? origin, params.code) : app.url;
    const name = <bdi>{app.name}</bdi>;
    return doorPage({
      status: 200,
      title: `Subscribe in ${isolated(app.name)}`,
      text: isAndroid ? (
        <>
          Press the button, and {name} subscribes this phone. If it asks for a code, it is this one:
        </>
      ) : (
        <>
          Scan this with the phone that has {name}. If {name} asks for a code, it is the one below.
        </>
      ),
      below: (
        <>
          {!isAndroid && (
            <div>
              <Qr qr={qrCode(`${origin}/qrcode/${params.code}`)} label="this page" />
            </div>
          )}
          <p>
            <code class="all">{params.code}</code>
          </p>
          {link !== "" && (
            <a class="btn btn--primary" href={link}>
              {isAndroid ? "Open" : "Go to"} {isolated(app.name)}
            </a>
          )}
          <p class="soft">The code works once, for a day.</p>
        </>
      ),
    });
  },
});

/**
 * Returns a link that opens the code's link in the app, if that is installed, and otherwise the app's website. It has Chrome's
 * intent: scheme, which other Android browsers support too. `origin` is that of the API which is built into the app.
 */
function intentLink(app: App, origin: string, code: string): string {
  const { host, protocol } = new URL(origin);
  const fallback = app.url === "" ? "" : `S.browser_fallback_url=${encodeURIComponent(app.url)};`;
  const scheme = protocol.slice(0, -1);
  return `intent://${host}/qrcode/${code}#Intent;scheme=${scheme};package=${app.packageName};${fallback}end`;
}
