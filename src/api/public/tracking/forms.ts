// What the tracking links share.
import { z } from "@hono/zod-openapi";
import { MAX_LINK_TOKEN } from "../../../domain/notifications/links.ts";

/** A link token in a path; anything else names nothing there is. */
export const LinkParams = z.object({
  token: z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${MAX_LINK_TOKEN}}$`)),
});

/** Requests a minute from one address, all tracking links together. */
export const TRACKING_RATE = { name: "public", limit: 200 } as const;

export const OkForm = z.object({ ok: z.literal(true) }).openapi("TrackingOk");
export const OK: z.input<typeof OkForm> = { ok: true };
