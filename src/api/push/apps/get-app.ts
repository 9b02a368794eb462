// GET /apps/{id}
import { pushAppOf } from "../../../domain/subscribers/push-apps.ts";
import { findPushApp } from "../../../domain/apps/reachable.ts";
import { AppParams, PushAppForm, pushAppForm, wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const getApp = pushOperation({
  method: "get",
  path: "/apps/{id}",
  operationId: "getPushApp",
  summary: "Get a push app",
  tag: "Push apps",
  scope: "push:read",
  params: { schema: AppParams, thing: "app" },
  success: { status: 200, description: "The app.", schema: wrapped(PushAppForm) },
  run: async (ctx, { params }) => {
    const app = await findPushApp(ctx, params.id);
    return { data: pushAppForm(await pushAppOf(ctx, app)) };
  },
});
