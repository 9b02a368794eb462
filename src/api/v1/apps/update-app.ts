// PUT /apps/{id}
import { UpdateApp } from "../../../domain/apps/app-input.ts";
import { updateApp as update } from "../../../domain/apps/update-app.ts";
import { keyOperation } from "../../../http/operation.ts";
import { AppForm, appForm, IdParams, wrapped } from "../forms.ts";

export const updateApp = keyOperation({
  method: "put",
  path: "/apps/{id}",
  operationId: "updateApp",
  summary: "Update an app",
  description:
    "Changes what is given and leaves the rest; a setting of `config` given as null is taken away.",
  tag: "Apps",
  scope: "apps:write",
  params: { schema: IdParams, thing: "app" },
  body: UpdateApp,
  success: { status: 200, description: "The app as it is now.", schema: wrapped(AppForm) },
  run: async (ctx, { params, body }) => ({ data: appForm(await update(ctx, params.id, body)) }),
});
