// POST /apps/{id}/subscribers/bulk
import { z } from "@hono/zod-openapi";
import {
  importSubscribers as importAll,
  MAX_IMPORT,
} from "../../../domain/subscribers/import-subscribers.ts";
import { RegisterSubscriber } from "../../../domain/subscribers/subscriber-input.ts";
import { findPushApp } from "../../../domain/apps/reachable.ts";
import { details } from "../../../http/details.ts";
import { AppParams, wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";

const ImportedForm = z
  .object({
    index: z.int(),
    id: z.uuid().optional(),
    created: z.boolean().optional(),
    error: z.string().optional(),
    details: z.record(z.string(), z.array(z.string())).optional(),
  })
  .openapi("ImportedSubscriber");

export const importSubscribers = pushOperation({
  method: "post",
  path: "/apps/{id}/subscribers/bulk",
  operationId: "importSubscribers",
  summary: "Register up to 1,000 subscribers",
  description: "A row that can't be taken stops no other: each has its result, in order.",
  tag: "Subscribers",
  scope: "push:write",
  params: { schema: AppParams, thing: "app" },
  body: z.object({ subscribers: z.array(RegisterSubscriber).min(1).max(MAX_IMPORT) }),
  success: {
    status: 200,
    description: "What became of each row: `id` and `created`, or `error` and `details`.",
    schema: wrapped(z.array(ImportedForm)),
  },
  idempotent: { secrets: [] },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    const rows = await importAll(ctx, app, body);
    return {
      data: rows.map((row, index) =>
        "issues" in row
          ? { index, error: "Validation failed", details: details(row.issues) }
          : { index, ...row },
      ),
    };
  },
});
