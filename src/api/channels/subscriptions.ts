// The subscriptions of a channel, and the codes by which people subscribe. Answers have exactly the contract's keys
// (docs/contracts.md, Channels 2 to 4).
import { z } from "@hono/zod-openapi";
import { pendingCode } from "../../domain/channels/codes.ts";
import {
  findSubscription,
  listSubscriptions as list,
  type Subscription,
} from "../../domain/channels/subscriptions.ts";
import { channelOperation } from "../../http/operation.ts";
import { ChannelParams, HexId, IuidParams, unix, UnixTime } from "./forms.ts";
import { qrGif } from "./qr-gif.ts";

const SubscriptionForm = z
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

const CodeForm = z
  .object({
    code: z.string(),
    qrcode: z.string().openapi({ description: "The deep link as a GIF image in a data URI." }),
    deepLink: z.url(),
    appUrl: z.url().openapi({ description: "Where people get the app." }),
  })
  .openapi("ChannelCode");

export const getCode = channelOperation({
  method: "get",
  path: "/{channelId}/subscriptions/{iuid}/code",
  operationId: "getSubscriptionCode",
  summary: "Subscription code",
  description:
    "A code for a person of yours to subscribe with. It can be redeemed once, within 24 hours; until then the " +
    "same one is given again.",
  tag: "Channels",
  rate: { name: "channel-code", limit: 200 },
  params: { schema: IuidParams, thing: "channel" },
  success: { status: 200, description: "The code, in three forms.", schema: CodeForm },
  run: async (ctx, { params, origin }) => {
    const code = await pendingCode(ctx, ctx.channel, params.iuid);
    const deepLink = `${origin}/qrcode/${code}`;
    const appUrl = `${origin}/mobile/${ctx.channel.id}`;
    return { code, qrcode: qrGif(deepLink), deepLink, appUrl };
  },
});

export const listSubscriptions = channelOperation({
  method: "get",
  path: "/{channelId}/subscriptions",
  operationId: "listChannelSubscriptions",
  summary: "Subscriptions list",
  tag: "Channels",
  rate: { name: "channel-list", limit: 200 },
  params: { schema: ChannelParams, thing: "channel" },
  success: {
    status: 200,
    description: "All of them, oldest first; the first 10,000 where there are more.",
    schema: z.array(SubscriptionForm),
  },
  run: async (ctx) => (await list(ctx, ctx.channel)).map(subscriptionForm),
});

export const getSubscription = channelOperation({
  method: "get",
  path: "/{channelId}/subscriptions/{iuid}",
  operationId: "getChannelSubscription",
  summary: "Subscription details",
  tag: "Channels",
  rate: { name: "channel-details", limit: 200 },
  params: { schema: IuidParams, thing: "channel" },
  success: { status: 200, description: "The subscription.", schema: SubscriptionForm },
  run: async (ctx, { params }) =>
    subscriptionForm(await findSubscription(ctx, ctx.channel, params.iuid)),
});

function subscriptionForm(subscription: Subscription): z.input<typeof SubscriptionForm> {
  const { channelId: channel, subscriber, iuid, mute, createdAt, updatedAt, id } = subscription;
  const times = { createdAt: unix(createdAt), updatedAt: unix(updatedAt) };
  return { channel, subscriber, iuid, mute, ...times, id };
}
