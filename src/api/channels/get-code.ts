// GET /{channelId}/subscriptions/{iuid}/code
import { z } from "@hono/zod-openapi";
import { pendingCode } from "../../domain/channels/codes.ts";
import { channelOperation } from "../../http/operation.ts";
import { IuidParams } from "./forms.ts";
import { qrGif } from "./qr-gif.ts";

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
