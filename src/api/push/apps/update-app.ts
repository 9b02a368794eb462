// PUT /apps/{id}
import { UpdatePushApp, updatePushApp } from "../../../domain/subscribers/update-push-app.ts";
import { findPushApp } from "../../../domain/apps/reachable.ts";
import { AppParams, PushAppForm, pushAppForm, wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const updateApp = pushOperation({
  method: "put",
  path: "/apps/{id}",
  operationId: "updatePushApp",
  summary: "Update a push app",
  description: "Changes what is given; a setting given as null is cleared.",
  tag: "Push apps",
  scope: "push:write",
  params: { schema: AppParams, thing: "app" },
  body: UpdatePushApp,
  success: { status: 200, description: "The changed app.", schema: wrapped(PushAppForm) },
  run: async (ctx, { params, body }) => {
    const app = await findPushApp(ctx, params.id);
    return { data: pushAppForm(await updatePushApp(ctx, app, body)) };
  },
});
