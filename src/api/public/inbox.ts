// The inbox of a device that no push service serves: it asks for its notifications.
import { z } from "@hono/zod-openapi";
import { MAX_ENTRIES } from "../../domain/inbox/fill-inboxes.ts";
import { INBOX_MS, InboxQuery, readInbox, type Received } from "../../domain/inbox/read-inbox.ts";
import { subscriberOperation } from "../../http/operation.ts";
import { DAY_MS } from "../../kit/time.ts";
import { INBOX_READS } from "../shared/requests.ts";

const InboxEntry = z
  .object({
    id: z.uuid().openapi({
      description: "The notification's id.",
      example: "2b7e1516-28ae-42d6-a6ab-f7158809cf4f",
    }),
    sent_at: z.string().openapi({
      format: "date-time",
      description: "When it was put into the inbox, to the millisecond. No two have the same time.",
      example: "2025-06-14T12:00:00.000Z",
    }),
    message: z
      .looseObject({
        title: z.string().openapi({ description: "The title.", example: "Hello" }),
        body: z.string().openapi({ description: "The text.", example: "World" }),
        tag: z.string().openapi({
          description: "What a later message with the same tag replaces.",
          example: "news",
        }),
        click: z.string().optional().openapi({
          description: "The link that a click opens, which counts it and leads on.",
          example: "https://slipway.example/public/c/AAAAAAAHAAAAAAAB",
        }),
        receipt: z.string().optional().openapi({
          description: "The link that is posted to when it is shown, which counts the receipt.",
          example: "https://slipway.example/public/t/AAAAAAAHAAAAAAAB/delivered",
        }),
      })
      .openapi({
        description:
          "What a Web Push of the same notification decrypts to: also `icon`, `image`, `url`, `actions`, `data` and the " +
          "overrides of Android, where they are set.",
      }),
  })
  .openapi("InboxEntry", { description: "A notification in the inbox of a device." });

export const readNotifications = subscriberOperation({
  method: "get",
  path: "/subscribers/me/notifications",
  operationId: "listInbox",
  summary: "List the notifications of a device without an address",
  description:
    "For an Android app that registered without `endpoint` and `keys`: what it was sent in the last " +
    `${INBOX_MS / DAY_MS} days, at most ${MAX_ENTRIES}. One whose \`ttl\` is another than the default of a day, and over, is ` +
    "left out. A notification counts as sent to it once it stands here, and as delivered by its `receipt`. A device that " +
    "does not ask for 30 days is deleted soon after, and registers anew.",
  tag: "Devices",
  rate: INBOX_READS,
  query: InboxQuery,
  success: {
    status: 200,
    description: "The notifications, oldest first.",
    schema: z.object({
      data: z.array(InboxEntry).openapi({ description: "The notifications." }),
    }),
  },
  run: async (ctx, { query, origin }) => {
    const received = await readInbox(ctx, ctx.subscriber, origin, query);
    return { data: received.map(entryForm) };
  },
});

function entryForm({ uuid, at, message }: Received): z.input<typeof InboxEntry> {
  // The payload has these three, and what the notification sets besides.
  const shown = message as z.input<typeof InboxEntry>["message"];
  return { id: uuid, sent_at: new Date(at).toISOString(), message: shown };
}
