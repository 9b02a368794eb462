// What the channels API's objects look like: exactly the contract's keys (docs/contracts.md,
// Channels 2 to 5), times in Unix seconds.
import { z } from "@hono/zod-openapi";
import type { Received } from "../../domain/channels/received.ts";
import type { Subscription } from "../../domain/channels/subscriptions.ts";
import { SECOND_MS } from "../../kit/time.ts";

/** The id's form is the first thing that is checked, before the key: http/operation.ts does. */
export const ChannelParams = z.object({
  channelId: z.string().openapi({ example: "63c7e1a49b02d1f59423bb38" }),
});

export const IuidParams = ChannelParams.extend({
  iuid: z.string().openapi({ description: "Your own id of the person." }),
});

/** Bounds of what is sent, characters. */
const TITLE = { min: 3, max: 30 } as const;
const TEXT = { min: 3, max: 200 } as const;

/** Documentation of what is sent; `Send` decides. */
export const SendForm = z.object({
  title: z.string().min(TITLE.min).max(TITLE.max).openapi({ description: "Title." }),
  text: z.string().min(TEXT.min).max(TEXT.max).openapi({ description: "Text." }),
});

/** What is sent, refused with every sentence that clients know (docs/contracts.md, Channels 7). */
export const Send = z.preprocess(
  (body) => (typeof body === "object" && !Array.isArray(body) ? (body ?? {}) : {}),
  z.object({ title: words(TITLE), text: words(TEXT) }),
);

function words({ min, max }: { min: number; max: number }) {
  return z.unknown().transform((value, context): string => {
    const isString = typeof value === "string";
    const length = isString ? [...value].length : null;
    const misfits = [
      length === null || length < min ? `must be longer than or equal to ${min} characters` : null,
      length === null || length > max ? `must be shorter than or equal to ${max} characters` : null,
      isString ? null : "must be a string",
    ];
    for (const misfit of misfits) if (misfit !== null) context.addIssue(misfit);
    return isString ? value : "";
  });
}

const HexId = z.string().openapi({ example: "63c7e1a49b02d1f59423bb38" });
const UnixTime = z.int().openapi({ description: "Unix seconds." });

export const SubscriptionForm = z
  .object({
    channel: HexId,
    subscriber: HexId.openapi({
      description: "The first device that was bound; stays when that leaves and others do not.",
    }),
    iuid: z.string(),
    mute: z.boolean(),
    createdAt: UnixTime,
    updatedAt: UnixTime,
    id: HexId,
  })
  .openapi("ChannelSubscription");

export function subscriptionForm(subscription: Subscription): z.input<typeof SubscriptionForm> {
  const { channelId: channel, subscriber, iuid, mute, createdAt, updatedAt, id } = subscription;
  const times = { createdAt: unix(createdAt), updatedAt: unix(updatedAt) };
  return { channel, subscriber, iuid, mute, ...times, id };
}

export const NotificationForm = z
  .object({
    subscription: HexId,
    title: z.string(),
    text: z.string(),
    readedAt: UnixTime.openapi({ description: "Unix seconds; 0 until read." }),
    createdAt: UnixTime,
    id: HexId,
  })
  .openapi("ChannelNotification");

export function notificationForm(received: Received): z.input<typeof NotificationForm> {
  const { subscriptionId: subscription, content, readAt, createdAt, id } = received;
  const { title, text } = content;
  const readedAt = readAt === null ? 0 : unix(readAt);
  return { subscription, title, text, readedAt, createdAt: unix(createdAt), id };
}

function unix(ms: number): number {
  return Math.floor(ms / SECOND_MS);
}
