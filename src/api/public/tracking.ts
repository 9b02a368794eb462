// The signed links in messages, with which devices report receipts and clicks.
import { z } from "@hono/zod-openapi";
import type { Ctx } from "../../domain/context.ts";
import { MAX_LINK_TOKEN, type LinkIds } from "../../domain/notifications/links.ts";
import { findLink, linkTarget, trackLink } from "../../domain/notifications/tracking.ts";
import { publicAppOperation } from "../../http/operation.ts";
import { RECEIPTS } from "../shared/requests.ts";

/** A link token in a path. */
const LinkParams = z.object({
  token: z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${MAX_LINK_TOKEN}}$`)),
});

const OkForm = z.object({ ok: z.literal(true) }).openapi("TrackingOk");
const OK: z.input<typeof OkForm> = { ok: true };

/** Keeps caches from storing the answer, and the next site from learning the link. */
const PRIVATE = { "cache-control": "no-store", "referrer-policy": "no-referrer" };

/** The page for a notification without a URL. */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Thank you</title>
<p>This notification has no page of its own. You can close this window.</p>
</html>
`;

/** Reads a link, which needs no look-up. */
async function linkOf(ctx: Ctx, { token }: z.output<typeof LinkParams>): Promise<LinkIds> {
  return findLink(ctx, token);
}

/** The operation by which a device reports that its message was delivered or clicked. */
const reportOperation = (kind: "delivered" | "clicked", operationId: string, summary: string) =>
  publicAppOperation({
    method: "post",
    path: `/t/{token}/${kind}`,
    operationId,
    summary,
    description: "Each recipient is counted only once.",
    tag: "Tracking",
    params: { schema: LinkParams, thing: "notification" },
    rate: RECEIPTS,
    success: { status: 200, description: "The report was counted now or earlier.", schema: OkForm },
    find: linkOf,
    run: async (ctx) => {
      await trackLink(ctx, ctx, kind);
      return OK;
    },
  });

export const confirmDelivery = reportOperation(
  "delivered",
  "confirmDelivery",
  "Report that a push was delivered",
);

export const reportClick = reportOperation(
  "clicked",
  "reportClick",
  "Report that a push was clicked",
);

/** Redirects only to the URL stored with the notification, never to one from the request. */
export const followClick = publicAppOperation({
  method: "get",
  path: "/c/{token}",
  operationId: "followClick",
  summary: "Follow the link of a push",
  description:
    "Counts the click and redirects (302) to the `url` of the notification. Each recipient is counted only once; " +
    "HEAD requests are not counted.",
  tag: "Tracking",
  params: { schema: LinkParams, thing: "notification" },
  rate: RECEIPTS,
  success: {
    status: 200,
    description: "A page that says that the notification has no `url`.",
    also: ["text/html"],
  },
  find: linkOf,
  run: async (ctx, { request }) => {
    const [url] = await Promise.all([
      linkTarget(ctx, ctx),
      request.method === "GET" ? trackLink(ctx, ctx, "clicked") : null,
    ]);
    if (url !== null) {
      // The URL is normalized, since a header may contain only ASCII characters.
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
