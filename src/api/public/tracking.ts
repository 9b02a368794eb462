// The signed links in pushes, by which devices report that a push was shown or clicked.
import { z } from "@hono/zod-openapi";
import { MAX_LINK_TOKEN } from "../../domain/notifications/links.ts";
import { linkTarget, trackLink } from "../../domain/notifications/tracking.ts";
import { publicOperation } from "../../http/operation.ts";
import { ADDRESS_RATE } from "../shared/requests.ts";

/** A link token in a path; anything else names nothing there is. */
const LinkParams = z.object({
  token: z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${MAX_LINK_TOKEN}}$`)),
});

const OkForm = z.object({ ok: z.literal(true) }).openapi("TrackingOk");
const OK: z.input<typeof OkForm> = { ok: true };

/** Neither the click nor where it came from is for others to know. */
const PRIVATE = { "cache-control": "no-store", "referrer-policy": "no-referrer" };

/** Shown where a notification leads nowhere. */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Thank you</title>
<p>This notification has no page of its own. You can close this window.</p>
</html>
`;

export const confirmDelivery = publicOperation({
  method: "post",
  path: "/t/{token}/delivered",
  operationId: "confirmDelivery",
  summary: "Confirm that a push was shown",
  description: "A recipient counts once, however often this is called.",
  tag: "Tracking",
  params: { schema: LinkParams, thing: "notification" },
  rate: ADDRESS_RATE,
  success: { status: 200, description: "Counted, or known.", schema: OkForm },
  run: async (ctx, { params }) => {
    await trackLink(ctx, params.token, "delivered");
    return OK;
  },
});

export const reportClick = publicOperation({
  method: "post",
  path: "/t/{token}/clicked",
  operationId: "reportClick",
  summary: "Tell that a push was clicked",
  description: "A recipient counts once, however often this is called.",
  tag: "Tracking",
  params: { schema: LinkParams, thing: "notification" },
  rate: ADDRESS_RATE,
  success: { status: 200, description: "Counted, or known.", schema: OkForm },
  run: async (ctx, { params }) => {
    await trackLink(ctx, params.token, "clicked");
    return OK;
  },
});

/** Leads to the URL of the notification itself, wherever the request may want to go. */
export const followClick = publicOperation({
  method: "get",
  path: "/c/{token}",
  operationId: "followClick",
  summary: "Follow a push's link",
  description:
    "Counts the click, a recipient once, and redirects (302) to the url of the notification and nowhere else. " +
    "HEAD does not count.",
  tag: "Tracking",
  params: { schema: LinkParams, thing: "notification" },
  rate: ADDRESS_RATE,
  success: {
    status: 200,
    description: "The notification has no url: a page that says so.",
    also: ["text/html"],
  },
  run: async (ctx, { params, request }) => {
    const [url] = await Promise.all([
      linkTarget(ctx, params.token),
      request.method === "GET" ? trackLink(ctx, params.token, "clicked") : null,
    ]);
    if (url !== null) {
      // written as a URL is: a header takes no other characters
      return new Response(null, {
        status: 302,
        headers: { ...PRIVATE, location: new URL(url).href },
      });
    }
    return new Response(PAGE, {
      headers: {
        ...PRIVATE,
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      },
    });
  },
});
