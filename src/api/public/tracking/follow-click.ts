// GET /public/c/{token}: counts a click and leads to the notification's own url, wherever the request may want to go.
import { linkTarget, trackLink } from "../../../domain/notifications/tracking.ts";
import { publicOperation } from "../../../http/operation.ts";
import { LinkParams, TRACKING_RATE } from "./forms.ts";

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
  rate: TRACKING_RATE,
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
