// Sends notifications to one person of a channel, with exactly the contract's keys and sentences (docs/contracts.md,
// Channels 5 and 7).
import { z } from "@hono/zod-openapi";
import { MAX_MESSAGES } from "../../domain/channels/channel-messages.ts";
import { sendToIuid } from "../../domain/channels/send.ts";
import { channelOperation } from "../../http/operation.ts";
import { parse } from "../../kit/parse.ts";
import { NotificationForm, notificationForm } from "../shared/channels.ts";
import { NOTIFICATIONS_AN_APP } from "../shared/requests.ts";
import { IuidParams } from "./forms.ts";

/** Bounds of the title and the text, characters. */
const TITLE = { min: 3, max: 30 } as const;
const TEXT = { min: 3, max: 200 } as const;

/** Documentation of the body, which `Send` validates. */
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

/** The body. Violations are reported in the contract's sentences (docs/contracts.md, Channels 7). */
const Send = z.preprocess(
  (body) => (typeof body === "object" && !Array.isArray(body) ? (body ?? {}) : {}),
  z.strictObject({ title: words(TITLE), text: words(TEXT) }),
);

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
    notificationForm(await sendToIuid(ctx, ctx.channel, params.iuid, parse(Send, body))),
});

function words({ min, max }: { min: number; max: number }) {
  return z.unknown().transform((value, context): string => {
    const isString = typeof value === "string";
    const length = isString ? [...value].length : null;
    const violations = [
      length === null || length < min ? `must be longer than or equal to ${min} characters` : null,
      length === null || length > max ? `must be shorter than or equal to ${max} characters` : null,
      isString ? null : "must be a string",
    ];
    for (const violation of violations) if (violation !== null) context.addIssue(violation);
    return isString ? value : "";
  });
}
