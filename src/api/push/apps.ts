// Apps as the push API shows them: the same rows as API v1's, with the settings for sending to subscribers.
import { z } from "@hono/zod-openapi";
import { MAX_APPS } from "../../domain/apps/create-app.ts";
import { findPushApp } from "../../domain/apps/find-app.ts";
import { deleteApp as deleteOne } from "../../domain/deletion/delete-app.ts";
import { CreatePushApp, createPushApp } from "../../domain/subscribers/create-push-app.ts";
import { listPushApps, pushAppOf, type PushApp } from "../../domain/subscribers/push-apps.ts";
import { UpdatePushApp, updatePushApp } from "../../domain/subscribers/update-push-app.ts";
import { written } from "../../http/bookmark.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { shownOnce } from "../shared/fields.ts";
import { LimitOffset } from "../shared/requests.ts";
import { AppParams, listForm, listOf, OK, OkForm, Time, wrapped } from "./forms.ts";
import { pushOperation } from "./operation.ts";

const SettingsForm = z
  .object({
    default_icon: z.url().nullable().openapi({
      description: "The icon of notifications that name none; null if there is none.",
      example: "https://example.com/icon.png",
    }),
    default_url: z.url().nullable().openapi({
      description:
        "What a click opens where the notification names nothing; null: the app's own URL.",
      example: "https://example.com",
    }),
    allowed_origins: z.array(z.url()).openapi({
      description: "Origins of pages that may register subscribers; empty: any.",
      example: ["https://example.com"],
    }),
  })
  .openapi("PushSettings", { description: "The settings of an app for pushes." });

const PushAppForm = z
  .object({
    id: z.uuid().openapi({
      description: "The app's id in this API.",
      example: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    }),
    v1_id: z.int().openapi({ example: 7, description: "The id of the app in API v1." }),
    name: z.string().openapi({ description: "The app's name.", example: "My App" }),
    public_key: z.string().openapi({
      example: "pk_0f8fad5bd9cb469fa16570867728950e",
      description: "The key with which browsers and devices register.",
    }),
    vapid_public_key: z.string().nullable().openapi({
      example:
        "BOcRWaRI4q_P8Qx1YmvD9WHiN3FFZ4vHkxT1V7YhFCeMtEKqWc0yOEYlUZV9ofr9EHlXmKq8GpvnFTCNrBUzQLk",
      description: "In base64url; null if Web Push is not configured.",
    }),
    subscriber_count: z
      .int()
      .openapi({ example: 120, description: "The number of active subscribers." }),
    settings: SettingsForm.openapi({
      description: "Defaults of the app's notifications, and who may register.",
    }),
    created_at: Time.openapi({ description: "When it was created." }),
    updated_at: Time.openapi({ description: "When it was last changed." }),
  })
  .openapi("PushApp", { description: "An app as the push API represents it." });

/** The only answer that shows the private key. A replay leaves it out. */
const NewPushAppForm = PushAppForm.extend({
  vapid_private_key: shownOnce(
    "The private half of the app's VAPID pair, in base64url.",
    "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
  ),
}).openapi("NewPushApp", { description: "A new app with its VAPID private key." });

export const listApps = pushOperation({
  method: "get",
  path: "/apps",
  operationId: "listPushApps",
  summary: "List push apps",
  description: "Includes apps that were created with API v1.",
  tag: "Push apps",
  scope: "push:read",
  query: LimitOffset,
  success: { status: 200, description: "The apps, newest first.", schema: listOf(PushAppForm) },
  run: async (ctx, { query }) => listForm(await listPushApps(ctx, query), pushAppForm),
});

export const createApp = pushOperation({
  method: "post",
  path: "/apps",
  operationId: "createPushApp",
  summary: "Create a push app",
  description:
    "Web Push is configured at once, with a new VAPID pair or with your own. The private key is shown only in this " +
    "response. The app can be built after it is given a URL with API v1 or `settings.default_url`. " +
    `An account can have at most ${MAX_APPS} apps.`,
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

export const updateApp = pushOperation({
  method: "put",
  path: "/apps/{id}",
  operationId: "updatePushApp",
  summary: "Update a push app",
  description: "Changes only the given fields. A setting that is null is cleared.",
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

export const deleteApp = pushOperation({
  method: "delete",
  path: "/apps/{id}",
  operationId: "deletePushApp",
  summary: "Delete a push app",
  description: "Deletes the app from API v1 too, with its builds, subscribers and notifications.",
  tag: "Push apps",
  scope: "push:write",
  params: { schema: AppParams, thing: "app" },
  success: { status: 200, description: "The app was deleted.", schema: OkForm },
  refusals: { 409: "The app has an active build." },
  run: async (ctx, { params }) => {
    const app = await findPushApp(ctx, params.id);
    const { bookmark } = await deleteOne(ctx, app);
    return written(200, OK, bookmark);
  },
});

function pushAppForm(push: PushApp): z.input<typeof PushAppForm> {
  const { app } = push;
  return {
    id: app.uuid,
    v1_id: app.id,
    name: app.name,
    public_key: push.publicKey,
    vapid_public_key: push.vapidPublicKey,
    subscriber_count: push.subscriberCount,
    settings: push.settings,
    created_at: wholeSeconds(app.createdAt),
    updated_at: wholeSeconds(app.updatedAt),
  };
}
