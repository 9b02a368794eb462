// POST /apps
import { MAX_APPS } from "../../../domain/apps/create-app.ts";
import { CreatePushApp, createPushApp } from "../../../domain/subscribers/create-push-app.ts";
import { NewPushAppForm, pushAppForm, wrapped } from "../forms.ts";
import { pushOperation } from "../operation.ts";

export const createApp = pushOperation({
  method: "post",
  path: "/apps",
  operationId: "createPushApp",
  summary: "Create a push app",
  description:
    "Web Push is configured from the first moment, with a new VAPID pair or with an own one. The private " +
    "key is shown this once. The app can be built once API v1 or `settings.default_url` gave it an address. " +
    `At most ${MAX_APPS} an account.`,
  tag: "Push apps",
  scope: "push:write",
  body: CreatePushApp,
  success: { status: 201, description: "The new app.", schema: wrapped(NewPushAppForm) },
  idempotent: { secrets: ["vapid_private_key"] },
  run: async (ctx, { body }) => {
    const { push, vapidPrivateKey } = await createPushApp(ctx, body);
    return { data: { ...pushAppForm(push), vapid_private_key: vapidPrivateKey } };
  },
});
