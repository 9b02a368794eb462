// The parts that requests to several surfaces have in common: ids in paths, the part of a list, and the rate
// limits of calls without a key.
import { z } from "@hono/zod-openapi";
import { DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET } from "../../kit/pagination.ts";
import { MAX_OF_PERSON } from "../../domain/channels/bind.ts";
import { MAX_OF_DEVICE } from "../../domain/channels/own-subscriptions.ts";
import { MAX_CONTENT_BYTES } from "../../domain/notifications/content-fields.ts";
import {
  DIRECT_KEPT_MS,
  DRAFTS_KEPT_MS,
  ENDED_KEPT_MS,
} from "../../domain/notifications/expire-notifications.ts";
import { MAX_NOTIFICATIONS, MAX_UNSENT } from "../../domain/notifications/room.ts";
import { DEFAULT_MAX_SUBSCRIBERS } from "../../domain/subscribers/room.ts";
import { DAY_MS } from "../../kit/time.ts";

/** A positive integer id in a path. */
export const Id = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)
  .openapi({ type: "integer", minimum: 1, example: 1 });

/** A UUID in a path. */
export const Uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
  .transform((text) => text.toLowerCase())
  .openapi({ type: "string", format: "uuid" });

/** The documentation of the bound of an app's subscribers (domain/subscribers/room.ts). */
export const SUBSCRIBERS_AN_APP =
  `An app has at most as many subscribers as its plan allows (${DEFAULT_MAX_SUBSCRIBERS} on Free). Inactive ` +
  "ones make room for new ones; where there are none of these, the answer names the number.";

/** The documentation of the bounds of an app's notifications (domain/notifications/room.ts). */
export const NOTIFICATIONS_AN_APP =
  `An app has at most ${MAX_UNSENT} drafts and scheduled notifications, and ${MAX_NOTIFICATIONS} in all; of these the ` +
  "oldest that ended more than three days ago make room for new ones. A draft is deleted " +
  `${DRAFTS_KEPT_MS / DAY_MS} days after its last change, what a channel sent ${DIRECT_KEPT_MS / DAY_MS} ` +
  `days after that, and others ${ENDED_KEPT_MS / DAY_MS} days after their end.`;

/** The documentation of how long a content may be (domain/notifications/content.ts). */
export const CONTENT_BYTES = `All translations together are at most ${MAX_CONTENT_BYTES} bytes of JSON.`;

/** The documentation of the bounds of bindings (domain/channels/bind.ts). */
export const BINDINGS =
  `A device can be bound to at most ${MAX_OF_DEVICE} people, over all channels, and a person of a channel to ` +
  `${MAX_OF_PERSON} devices.`;

/**
 * Requests that an app takes from one network address, a minute, of each kind below: more than the devices behind one
 * address need, and too few to fill an app or its statistics. Each kind has a count of its own for each app, so that
 * nobody uses up what others need.
 */
const PER_ADDRESS = 200;
/** Registrations of devices and installations. */
export const REGISTRATIONS = { name: "registrations", limit: PER_ADDRESS } as const;
/** What a registered device does for itself. */
export const DEVICES = { name: "devices", limit: PER_ADDRESS } as const;
/** Receipts and clicks, which links in messages or the ids of installations report. */
export const RECEIPTS = { name: "receipts", limit: PER_ADDRESS } as const;

/** The part of a list that a request asks for, as the document has it. */
export const LimitOffset = z.object({
  limit: z
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .openapi({ description: "How many rows at most." }),
  offset: z
    .int()
    .min(0)
    .max(MAX_OFFSET)
    .default(0)
    .openapi({ description: "How many rows to skip from the beginning of the list." }),
});
