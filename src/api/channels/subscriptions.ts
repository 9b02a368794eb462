// The subscriptions of a channel, and the codes with which people subscribe. Answers have exactly the contract's keys
// (docs/contracts.md, Channels 2 to 4).
import { z } from "@hono/zod-openapi";
import { MAX_CODES, pendingCode } from "../../domain/channels/codes.ts";
import {
  findSubscription,
  listSubscriptions as list,
} from "../../domain/channels/subscriptions.ts";
import { makePersonLink } from "../../domain/channels/person-links.ts";
import { channelOperation } from "../../http/operation.ts";
import { SubscriptionForm, subscriptionForm, unix, UnixTime } from "../shared/channels.ts";
import { ChannelParams, IuidParams } from "./forms.ts";
import { qrGif } from "./qr-gif.ts";

const CodeForm = z
  .object({
    code: z.string().openapi({
      description: "The code, which a device redeems.",
      example: "mYdBbW0Qb3mXn0sJ4uV2cA",
    }),
    qrcode: z.string().openapi({
      example: "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
      description: "The QR code of the deep link, as a GIF image in a data URI.",
    }),
    deepLink: z.url().openapi({
      description: "The page that opens the app and redeems the code.",
      example: "https://slipway.example/qrcode/mYdBbW0Qb3mXn0sJ4uV2cA",
    }),
    appUrl: z.url().openapi({
      example: "https://slipway.example/mobile/63c7e1a49b02d1f59423bb38",
      description: "The page from which people can get the app.",
    }),
  })
  .openapi("ChannelCode", { description: "A code with which one person can subscribe." });

export const getCode = channelOperation({
  method: "get",
  path: "/{channelId}/subscriptions/{iuid}/code",
  operationId: "getSubscriptionCode",
  summary: "Subscription code",
  description:
    "Returns a code with which one person can subscribe. It can be redeemed once, within 24 hours; until then, " +
    `the same code is returned again. An account can have at most ${MAX_CODES} that can be redeemed.`,
  tag: "Channels",
  rate: { name: "channel-code", limit: 200 },
  params: { schema: IuidParams, thing: "channel" },
  success: {
    status: 200,
    description: "The code, also as a deep link and as a QR code.",
    schema: CodeForm,
  },
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
    description: "The subscriptions, oldest first, at most 10,000.",
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

const LinkForm = z
  .object({
    url: z.url().openapi({
      description: "The page. Whoever has the address sees it, so it is for the person alone.",
      example: "https://slipway.example/dashboard/messages/wX4k2nRtvB9c",
    }),
    expiresAt: UnixTime.openapi({
      description: "When the link ends, in Unix seconds.",
      example: 1706659200,
    }),
  })
  .openapi("ChannelPersonLink", { description: "A link to a person's own page." });

export const makeLink = channelOperation({
  method: "post",
  path: "/{channelId}/subscriptions/{iuid}/link",
  operationId: "makeChannelPersonLink",
  summary: "Link to the person's own page",
  description:
    "Makes a further link to a page on which the person reads what the channel sent them, mutes it or leaves it, and " +
    "forgets devices. It works for 30 days, until the person makes a new one there, or until the subscription ends.",
  tag: "Channels",
  rate: { name: "channel-link", limit: 200 },
  params: { schema: IuidParams, thing: "channel" },
  success: { status: 200, description: "The link.", schema: LinkForm },
  run: async (ctx, { params, origin }) => {
    const subscription = await findSubscription(ctx, ctx.channel, params.iuid);
    const { url, expiresAt } = await makePersonLink(ctx, subscription, null, origin);
    return { url, expiresAt: unix(expiresAt) };
  },
});
