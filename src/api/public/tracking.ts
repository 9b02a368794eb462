// The signed links in messages, with which devices report receipts and clicks.
import { z } from "@hono/zod-openapi";
import type { Ctx } from "../../domain/context.ts";
import { MAX_LINK_TOKEN, type LinkIds } from "../../domain/notifications/links.ts";
import { isDismissed } from "../../domain/notifications/click-target.ts";
import {
  findLink,
  linkTarget,
  requireNotification,
  trackLink,
} from "../../domain/notifications/tracking.ts";
import { publicAppOperation } from "../../http/operation.ts";
import { RECEIPTS } from "../shared/requests.ts";
import { isAhead, isPreview } from "./preview.ts";

/** A link token in a path. */
const LinkParams = z.object({
  token: z
    .string()
    .regex(new RegExp(`^[A-Za-z0-9_-]{${MAX_LINK_TOKEN}}$`))
    .openapi({ description: "The signed part of the link, as the message has it." }),
});

/** The button that was pressed, as devices add it to a link. */
const Pressed = z.object({
  action: z
    .string()
    .optional()
    .openapi({ description: "The `action` of the button that was pressed, if it was one." }),
});

const OkForm = z
  .object({ ok: z.literal(true).openapi({ description: "Always true." }) })
  .openapi("TrackingOk", { description: "The report was taken." });
const OK: z.input<typeof OkForm> = { ok: true };

/** Keeps caches from storing the answer, and the next site from learning the link. */
const PRIVATE = { "cache-control": "no-store", "referrer-policy": "no-referrer" };

/** The page for a notification that has no URL, of an app that has none. */
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
    description:
      "Each recipient is counted only once. A report from a page that is fetched ahead (`Sec-Purpose` and its like) is answered alike and not counted" +
      (kind === "clicked" ? ", nor is one of the button `dismiss`." : "."),
    tag: "Tracking",
    params: { schema: LinkParams, thing: "notification" },
    ...(kind === "clicked" ? { query: Pressed } : {}),
    rate: RECEIPTS,
    success: { status: 200, description: "The report was counted now or earlier.", schema: OkForm },
    find: linkOf,
    run: async (ctx, { query, request }) => {
      const isClosed = kind === "clicked" && isDismissed(query["action"]);
      // A page that is fetched ahead runs its scripts too.
      if (isClosed || isAhead(request)) await requireNotification(ctx, ctx);
      else await trackLink(ctx, ctx, kind);
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
    "Counts the click and redirects (302) to the `url` of the notification, or else to the `default_url` of its app's " +
    "settings, or else to the app's own URL. Each recipient is counted only once. For a button, devices add its name as " +
    "`action`: then it is the button's `url` that comes first, and `dismiss` is answered with 204 and not counted. " +
    "Requests that only look ahead are redirected alike and not counted: HEAD, prefetches and previews (`Sec-Purpose`, " +
    "`Purpose`, `X-Purpose`, `X-Moz`), and services that make previews of links, known by their `User-Agent`.",
  tag: "Tracking",
  params: { schema: LinkParams, thing: "notification" },
  query: Pressed,
  rate: RECEIPTS,
  success: {
    status: 200,
    description: "A page, where neither the notification nor its app has a URL.",
    also: ["text/html"],
    others: {
      204: { description: "The button was `dismiss`, which counts nothing and leads nowhere." },
      302: {
        description: "Where the click leads.",
        headers: z.object({ Location: z.url().openapi({ description: "The URL to open." }) }),
      },
    },
  },
  find: linkOf,
  run: async (ctx, { query, request }) => {
    const action = query["action"] ?? null;
    if (isDismissed(action)) {
      await requireNotification(ctx, ctx);
      return new Response(null, { status: 204, headers: PRIVATE });
    }
    const [url] = await Promise.all([
      linkTarget(ctx, ctx, action),
      isPreview(request) ? null : trackLink(ctx, ctx, "clicked"),
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
