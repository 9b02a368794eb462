// Channel subscriptions and their messages, for the devices bound to them. The answers have the keys of those of the
// channels API; subscriptions have also the channel's name, by which the person at the device knows it.
import { z } from "@hono/zod-openapi";
import { redeemCode as redeem } from "../../domain/channels/bind.ts";
import {
  leave,
  listChannelMessages as list,
  markRead as mark,
  setMute,
} from "../../domain/channels/channel-messages.ts";
import {
  listOwnSubscriptions as listOwn,
  MAX_OF_DEVICE,
  type OwnSubscription,
} from "../../domain/channels/own-subscriptions.ts";
import { makePersonLink } from "../../domain/channels/person-links.ts";
import type { Ctx } from "../../domain/context.ts";
import type { Subscriber } from "../../domain/subscribers/find-subscriber.ts";
import { subscriberOperation } from "../../http/operation.ts";
import { HEX_ID } from "../../kit/hex-id.ts";
import {
  NotificationForm,
  notificationForm,
  SubscriptionForm,
  subscriptionForm,
} from "../shared/channels.ts";
import { BINDINGS, DEVICES, LimitOffset } from "../shared/requests.ts";

const HexId = z.string().regex(HEX_ID);

const SubscriptionParams = z.object({
  id: HexId.openapi({
    description: "The id of the subscription, 24 hex digits.",
    example: "63c7e1b29b02d1f59423bb39",
  }),
});

const NotificationParams = SubscriptionParams.extend({
  nid: HexId.openapi({
    description: "The id of the notification, 24 hex digits.",
    example: "63c7e1d09b02d1f59423bb3b",
  }),
});

const OwnSubscriptionForm = SubscriptionForm.extend({
  iuid: z
    .string()
    .openapi({ description: "The channel owner's id of the person.", example: "user-42" }),
  name: z.string().openapi({ description: "The channel's name.", example: "Orders" }),
}).openapi("DeviceSubscription", {
  description: "That a device is bound to a person in a channel.",
});

const WrappedForm = z.object({ data: OwnSubscriptionForm });

const LinkedForm = OwnSubscriptionForm.extend({
  pageUrl: z.url().openapi({
    description:
      "A page on which the person reads, mutes and leaves all that this device is bound to, and forgets devices. Whoever " +
      "has the address sees it. It works for 30 days, while the device is bound; each answer has a further one.",
    example: "https://slipway.example/dashboard/messages/wX4k2nRtvB9c",
  }),
}).openapi("LinkedDeviceSubscription", {
  description:
    "That a device is bound to a person in a channel, with a link to the person's own page.",
});

/** The documentation that muting and unmuting have in common. */
const muting = {
  path: "/subscriptions/{id}/mute",
  tag: "Devices",
  rate: DEVICES,
  params: { schema: SubscriptionParams, thing: "subscription" },
  success: { status: 200, description: "The changed subscription.", schema: WrappedForm },
} as const;

export const redeemCode = subscriberOperation({
  method: "post",
  path: "/codes/{code}/redeem",
  operationId: "redeemSubscriptionCode",
  summary: "Subscribe with a code",
  description:
    "Binds the device to the person for whom the code was made. A code works once, within 24 hours and only in the " +
    `channel's app. A refused request does not use up the code. ${BINDINGS}`,
  tag: "Devices",
  rate: DEVICES,
  params: {
    schema: z.object({
      code: z.string().openapi({ description: "The code.", example: "mYdBbW0Qb3mXn0sJ4uV2cA" }),
    }),
    thing: "code",
  },
  success: {
    status: 201,
    description: "The subscription.",
    schema: z.object({ data: LinkedForm }),
  },
  refusals: { 422: "The device or the person would be bound more often than it may." },
  run: async (ctx, { params, origin }) => ({
    data: await linkedForm(ctx, await redeem(ctx, ctx.subscriber, params.code), origin),
  }),
});

export const listDeviceSubscriptions = subscriberOperation({
  method: "get",
  path: "/subscribers/me/subscriptions",
  operationId: "listDeviceSubscriptions",
  summary: "List one's own channel subscriptions",
  description:
    `What this device is bound to: at most ${MAX_OF_DEVICE}. One that unsubscribed gets no pushes, but is bound all the same ` +
    "until it leaves.",
  tag: "Devices",
  rate: DEVICES,
  success: {
    status: 200,
    description: "The subscriptions, oldest first.",
    schema: z.object({
      data: z.array(LinkedForm).openapi({ description: "The subscriptions." }),
    }),
  },
  run: async (ctx, { origin }) => {
    const own = await listOwn(ctx, ctx.subscriber);
    return { data: await Promise.all(own.map(async (each) => linkedForm(ctx, each, origin))) };
  },
});

export const muteSubscription = subscriberOperation({
  ...muting,
  method: "put",
  operationId: "muteSubscription",
  summary: "Mute a subscription",
  description:
    "A muted subscription stores its notifications, but none of its devices receives a push. May be repeated.",
  run: async (ctx, { params }) => ({
    data: ownForm(await setMute(ctx, ctx.subscriber, params.id, true)),
  }),
});

export const unmuteSubscription = subscriberOperation({
  ...muting,
  method: "delete",
  operationId: "unmuteSubscription",
  summary: "Unmute a subscription",
  description: "Its devices receive pushes again. May be repeated.",
  run: async (ctx, { params }) => ({
    data: ownForm(await setMute(ctx, ctx.subscriber, params.id, false)),
  }),
});

export const leaveSubscription = subscriberOperation({
  method: "delete",
  path: "/subscriptions/{id}",
  operationId: "leaveSubscription",
  summary: "Unsubscribe from a channel",
  description:
    "Unbinds this device. When its last device leaves, the subscription and its notifications are deleted.",
  tag: "Devices",
  rate: DEVICES,
  params: { schema: SubscriptionParams, thing: "subscription" },
  success: {
    status: 200,
    description: "The device was unbound.",
    schema: z.object({
      message: z
        .string()
        .openapi({ description: "What was done, as a sentence.", example: "Unsubscribed." }),
    }),
  },
  run: async (ctx, { params }) => {
    await leave(ctx, ctx.subscriber, params.id);
    return { message: "Unsubscribed." };
  },
});

export const listReceived = subscriberOperation({
  method: "get",
  path: "/subscriptions/{id}/notifications",
  operationId: "listReceivedNotifications",
  summary: "List received notifications",
  description:
    "Includes notifications that arrived while the subscription was muted. They are kept for a year.",
  tag: "Devices",
  rate: DEVICES,
  params: { schema: SubscriptionParams, thing: "subscription" },
  query: LimitOffset,
  success: {
    status: 200,
    description: "The notifications, newest first.",
    schema: z.object({
      data: z.array(NotificationForm).openapi({ description: "The rows of this page." }),
    }),
  },
  run: async (ctx, { params, query }) => {
    const received = await list(ctx, ctx.subscriber, params.id, query);
    return { data: received.map(notificationForm) };
  },
});

export const markRead = subscriberOperation({
  method: "post",
  path: "/subscriptions/{id}/notifications/{nid}/read",
  operationId: "markNotificationRead",
  summary: "Mark a received notification as read",
  description: "May be repeated; the time of the first call is kept.",
  tag: "Devices",
  rate: DEVICES,
  params: { schema: NotificationParams, thing: "notification" },
  success: {
    status: 200,
    description: "The notification.",
    schema: z.object({ data: NotificationForm }),
  },
  run: async (ctx, { params }) => ({
    data: notificationForm(await mark(ctx, ctx.subscriber, params.id, params.nid)),
  }),
});

function ownForm(subscription: OwnSubscription): z.input<typeof OwnSubscriptionForm> {
  return { ...subscriptionForm(subscription), name: subscription.name };
}

async function linkedForm(
  ctx: Ctx & { subscriber: Subscriber },
  subscription: OwnSubscription,
  origin: string,
): Promise<z.input<typeof LinkedForm>> {
  const { url: pageUrl } = await makePersonLink(ctx, subscription, ctx.subscriber.id, origin);
  return { ...ownForm(subscription), pageUrl };
}
