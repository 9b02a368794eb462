// POST /{channelId}/notifications/{iuid}
import { sendToIuid } from "../../domain/channels/send.ts";
import { channelOperation } from "../../http/operation.ts";
import { parse } from "../../kit/parse.ts";
import { IuidParams, NotificationForm, notificationForm, Send, SendForm } from "./forms.ts";

export const sendNotification = channelOperation({
  method: "post",
  path: "/{channelId}/notifications/{iuid}",
  operationId: "sendChannelNotification",
  summary: "Send notification",
  description:
    "To every device bound to the person, and to nobody else. A muted subscription keeps it and gets no push.",
  tag: "Channels",
  rate: { name: "channel-send", limit: 600 },
  params: { schema: IuidParams, thing: "channel" },
  body: SendForm,
  success: { status: 200, description: "What was sent.", schema: NotificationForm },
  run: async (ctx, { params, body }) =>
    notificationForm(await sendToIuid(ctx, ctx.channel, params.iuid, parse(Send, body))),
});
