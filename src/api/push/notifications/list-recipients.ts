// GET /apps/{id}/notifications/{notification_id}/recipients
import { z } from "@hono/zod-openapi";
import { listRecipients as list } from "../../../domain/notifications/list-recipients.ts";
import { RESULTS_MS } from "../../../domain/notifications/retain-results.ts";
import { findByUuid } from "../../../domain/notifications/visible.ts";
import { DAY_MS } from "../../../kit/time.ts";
import { LimitOffset } from "../forms.ts";
import { pushOperation } from "../operation.ts";
import { NotificationParams } from "./forms.ts";

const Status = z.enum(["sent", "failed", "gone", "pending"]);

const RecipientForm = z
  .object({
    subscriber_id: z.uuid().nullable().openapi({ description: "null: deleted since." }),
    status: Status,
    attempts: z.int(),
    error: z.string().nullable(),
  })
  .openapi("Recipient");

export const listRecipients = pushOperation({
  method: "get",
  path: "/apps/{id}/notifications/{notification_id}/recipients",
  operationId: "listRecipients",
  summary: "List recipients",
  description:
    "What became of each recipient, batch by batch. gone: the token is dead and was retired. pending: not tried " +
    "yet, or to be tried again. While it is being sent, more recipients may follow the last page. Kept " +
    `${RESULTS_MS / DAY_MS} days after the notification ended, as are links: a later click counts no more.`,
  tag: "Push notifications",
  scope: "push:read",
  params: { schema: NotificationParams, thing: "notification" },
  query: z.object({
    status: Status.optional(),
    cursor: z.string().optional().openapi({ description: "`next_cursor` of the page before." }),
    limit: LimitOffset.shape.limit,
  }),
  success: {
    status: 200,
    description: "A page.",
    schema: z.object({ data: z.array(RecipientForm), next_cursor: z.string().nullable() }),
  },
  run: async (ctx, { params, query }) => {
    const { notification } = await findByUuid(ctx, params.id, params.notification_id);
    const { rows, next } = await list(ctx, notification, query);
    const data = rows.map(({ uuid, status, attempts, error }) => {
      return { subscriber_id: uuid, status, attempts, error };
    });
    return { data, next_cursor: next };
  },
});
