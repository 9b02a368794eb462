// POST /apps
import { CreateApp } from "../../../domain/apps/app-input.ts";
import { createApp as create, MAX_APPS } from "../../../domain/apps/create-app.ts";
import { keyOperation } from "../../../http/operation.ts";
import { AppForm, appForm, wrapped } from "../forms.ts";

export const createApp = keyOperation({
  method: "post",
  path: "/apps",
  operationId: "createApp",
  summary: "Create a new app",
  description: `At most ${MAX_APPS} an account.`,
  tag: "Apps",
  scope: "apps:write",
  body: CreateApp,
  success: { status: 201, description: "The new app.", schema: wrapped(AppForm) },
  idempotent: { secrets: [] },
  run: async (ctx, { body }) => ({ data: appForm(await create(ctx, body)) }),
});
