// What became of a notification's recipients: of each by itself, and the totals by provider and reason.
import { z } from "@hono/zod-openapi";
import { RESULTS_MS } from "../../domain/notifications/expire-results.ts";
import { findByUuid } from "../../domain/notifications/find-notification.ts";
import { listRecipients as list } from "../../domain/notifications/list-recipients.ts";
import { FAILURE_REASONS } from "../../domain/ports/notifications.ts";
import { DAY_MS } from "../../kit/time.ts";
import { RESULTS, ResultsForm, resultsForm } from "../shared/results.ts";
import { LimitOffset } from "../shared/requests.ts";
import { MetaForm, metaForm, wrapped } from "./forms.ts";
import { NotificationParams } from "./notification-forms.ts";
import { pushOperation } from "./operation.ts";

const Status = z.enum(["sent", "failed", "gone", "pending"]);

const RecipientForm = z
  .object({
    subscriber_id: z.uuid().nullable().openapi({
      example: "0f8fad5b-d9cb-469f-a165-70867728950e",
      description: "null if the subscriber was deleted since.",
    }),
    status: Status.openapi({
      description:
        "`sent`: the provider accepted the message; `failed`: it did not, for good; `gone`: the address was " +
        "no longer valid; `pending`: not attempted so far, or due again.",
    }),
    attempts: z.int().openapi({ description: "How often it was tried.", example: 1 }),
    error: z
      .string()
      .nullable()
      .openapi({ description: "What the provider said against it; null if nothing." }),
    reason: z.enum(FAILURE_REASONS).nullable().openapi({
      description:
        "The kind of `error`, as the totals of the notification count it; null without one.",
      example: null,
    }),
  })
  .openapi("Recipient", { description: "What became of one recipient of a notification." });

export const getResults = pushOperation({
  method: "get",
  path: "/apps/{id}/notifications/{notification_id}/results",
  operationId: "getPushResults",
  summary: "Get results",
  description: RESULTS,
  tag: "Push notifications",
  scope: "push:read",
  params: { schema: NotificationParams, thing: "notification" },
  success: { status: 200, description: "The totals.", schema: wrapped(ResultsForm) },
  run: async (ctx, { params }) => {
    const { notification } = await findByUuid(ctx, params.id, params.notification_id);
    return { data: resultsForm(notification) };
  },
});

export const listRecipients = pushOperation({
  method: "get",
  path: "/apps/{id}/notifications/{notification_id}/recipients",
  operationId: "listRecipients",
  summary: "List recipients",
  description:
    "Returns the result of each recipient, batch by batch. `gone`: the token was invalid and was retired. `pending`: " +
    "not attempted so far, or due for another attempt. While the notification is being sent, more recipients may " +
    "follow the last page. Results and links are kept after its end for " +
    `${RESULTS_MS / DAY_MS} days; later clicks are not counted. \`meta\` counts the recipients as \`stats\` does, also then.`,
  tag: "Push notifications",
  scope: "push:read",
  params: { schema: NotificationParams, thing: "notification" },
  query: z.object({
    status: Status.optional().openapi({
      description: "Only recipients with this status.",
      example: "failed",
    }),
    cursor: z
      .string()
      .optional()
      .openapi({ description: "The `next_cursor` of the previous page." }),
    limit: LimitOffset.shape.limit,
  }),
  success: {
    status: 200,
    description: "A page of recipients.",
    schema: z.object({
      data: z.array(RecipientForm).openapi({ description: "The recipients, batch by batch." }),
      meta: MetaForm,
      next_cursor: z
        .string()
        .nullable()
        .openapi({ description: "The `cursor` of the next page; null after the last one." }),
    }),
  },
  run: async (ctx, { params, query }) => {
    const { notification } = await findByUuid(ctx, params.id, params.notification_id);
    const { rows, next, total } = await list(ctx, notification, query);
    const data = rows.map(({ uuid, status, attempts, error, reason }) => {
      return { subscriber_id: uuid, status, attempts, error, reason };
    });
    return { data, meta: metaForm(total), next_cursor: next };
  },
});
