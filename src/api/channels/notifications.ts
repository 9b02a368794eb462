// Sends notifications to one person of a channel, with exactly the contract's keys and sentences (docs/contracts.md,
// Channels 5 and 7).
import { z } from "@hono/zod-openapi";
import { MAX_MESSAGES } from "../../domain/channels/channel-messages.ts";
import { MessageInput, TEXT, TITLE } from "../../domain/channels/message-input.ts";
import { sendToIuid } from "../../domain/channels/send.ts";
import { channelOperation } from "../../http/operation.ts";
import { parse } from "../../kit/parse.ts";
import { NotificationForm, notificationForm } from "../shared/channels.ts";
import { NOTIFICATIONS_AN_APP } from "../shared/requests.ts";
import { IuidParams } from "./forms.ts";

/** Documentation of the body, which `MessageInput` validates. */
const SendForm = z.strictObject({
  title: z
    .string()
    .min(TITLE.min)
    .max(TITLE.max)
    .openapi({ example: "Your order", description: "The title of the notification." }),
  text: z.string().min(TEXT.min).max(TEXT.max).openapi({
    example: "Order 1001 is on its way.",
    description: "The text of the notification.",
  }),
});

export const sendNotification = channelOperation({
  method: "post",
  path: "/{channelId}/notifications/{iuid}",
  operationId: "sendChannelNotification",
  summary: "Send notification",
  description:
    "Sends to every device bound to the person. A muted subscription stores the notification without a push. A " +
    `subscription keeps the newest ${MAX_MESSAGES} for a year. ${NOTIFICATIONS_AN_APP}`,
  tag: "Channels",
  rate: { name: "channel-send", limit: 600 },
  params: { schema: IuidParams, thing: "channel" },
  body: SendForm,
  success: {
    status: 200,
    description: "The notification that was sent.",
    schema: NotificationForm,
  },
  run: async (ctx, { params, body }) =>
    notificationForm(await sendToIuid(ctx, ctx.channel, params.iuid, parse(MessageInput, body))),
});
