// Apps, the websites that builds turn into Android apps.
import { z } from "@hono/zod-openapi";
import { CreateApp, UpdateApp } from "../../domain/apps/app-input.ts";
import { createApp as create, MAX_APPS } from "../../domain/apps/create-app.ts";
import { listApps as list } from "../../domain/apps/list-apps.ts";
import { setIcon } from "../../domain/apps/set-icon.ts";
import { updateApp as update } from "../../domain/apps/update-app.ts";
import { findApp, type App } from "../../domain/apps/find-app.ts";
import { deleteApp as deleteOne } from "../../domain/deletion/delete-app.ts";
import { appWithBuilds } from "../../domain/builds/list-builds.ts";
import { written } from "../../http/bookmark.ts";
import { keyOperation } from "../../http/operation.ts";
import { microseconds } from "../../kit/time.ts";
import { AppPlatform } from "../../protocol/builder.ts";
import { AppConfig } from "../../protocol/config.ts";
import { BuildForm, buildForm } from "./build-forms.ts";
import { IdParams, listForm, listOf, MessageForm, Paging, Time, wrapped } from "./forms.ts";
import { imageOf } from "./icon-image.ts";

const AppForm = z
  .object({
    id: z.int().openapi({ description: "The app's id in this API.", example: 7 }),
    uuid: z.uuid().openapi({
      description: "The app's id in the push API.",
      example: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    }),
    name: z
      .string()
      .openapi({ description: "The name that the launcher shows.", example: "My App" }),
    platform: AppPlatform.openapi({ description: "What kind of app is built." }),
    version_name: z
      .string()
      .openapi({ description: "The version as people see it.", example: "1.0.0" }),
    version_code: z
      .int()
      .openapi({ description: "The version as Android compares it; it only grows.", example: 1 }),
    url: z.string().openapi({
      description:
        "The website that the app shows. Empty where the push API made the app and no website is known.",
      example: "https://example.com",
    }),
    package_name: z.string().openapi({
      description: "The id of the app on devices and in stores.",
      example: "com.example.myapp",
    }),
    play_signing_sha256: z.string().nullable().openapi({
      description:
        "The SHA-256 of the certificate with which Google Play signs what it delivers, in hex; null until it is given.",
      example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    }),
    config: z
      .object(AppConfig.shape)
      .openapi("AppConfig", { description: "What an app looks like and may do." })
      .openapi({ description: "What the app looks like and may do." }),
    icon: z
      .object({
        media_type: z
          .string()
          .openapi({ description: "The media type of the image.", example: "image/png" }),
        sha256: z.string().openapi({
          description: "The SHA-256 of the image, in hex.",
          example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        }),
      })
      .nullable()
      .openapi({
        description:
          "The icon, without its bytes; null until one is set, and then a default is drawn.",
      }),
    created_at: Time.openapi({ description: "When it was created." }),
    updated_at: Time.openapi({ description: "When it was last changed." }),
  })
  .openapi("App", { description: "A website that is turned into an Android app." });

const AppWithBuilds = AppForm.extend({
  builds: z.array(BuildForm).openapi({ description: "The ten newest builds, newest first." }),
}).openapi("AppWithBuilds", { description: "An app with its latest builds." });

export const listApps = keyOperation({
  method: "get",
  path: "/apps",
  operationId: "listApps",
  summary: "List all apps",
  tag: "Apps",
  scope: "apps:read",
  query: Paging,
  success: { status: 200, description: "The apps, newest first.", schema: listOf(AppForm) },
  run: async (ctx, { query }) => listForm(await list(ctx, query), appForm),
});

export const createApp = keyOperation({
  method: "post",
  path: "/apps",
  operationId: "createApp",
  summary: "Create a new app",
  description: `An account can have at most ${MAX_APPS} apps.`,
  tag: "Apps",
  scope: "apps:write",
  body: CreateApp,
  success: { status: 201, description: "The new app.", schema: wrapped(AppForm) },
  idempotent: { secrets: [] },
  run: async (ctx, { body }) => ({ data: appForm(await create(ctx, body)) }),
});

export const getApp = keyOperation({
  method: "get",
  path: "/apps/{id}",
  operationId: "getApp",
  summary: "Get app details",
  tag: "Apps",
  scope: "apps:read",
  params: { schema: IdParams, thing: "app" },
  success: {
    status: 200,
    description: "The app with its latest builds.",
    schema: wrapped(AppWithBuilds),
  },
  run: async (ctx, { params }) => {
    const { app, recent } = await appWithBuilds(ctx, params.id);
    return { data: { ...appForm(app), builds: recent.map(buildForm) } };
  },
});

export const updateApp = keyOperation({
  method: "put",
  path: "/apps/{id}",
  operationId: "updateApp",
  summary: "Update an app",
  description: "Changes only the given fields. A setting of `config` that is null is removed.",
  tag: "Apps",
  scope: "apps:write",
  params: { schema: IdParams, thing: "app" },
  body: UpdateApp,
  success: { status: 200, description: "The changed app.", schema: wrapped(AppForm) },
  run: async (ctx, { params, body }) => {
    const app = await findApp(ctx, params.id);
    return { data: appForm(await update(ctx, app, body)) };
  },
});

export const deleteApp = keyOperation({
  method: "delete",
  path: "/apps/{id}",
  operationId: "deleteApp",
  summary: "Delete an app",
  description:
    "Also deletes its icon, its builds with their artifacts and logs, its subscribers and its notifications.",
  tag: "Apps",
  scope: "apps:write",
  params: { schema: IdParams, thing: "app" },
  success: { status: 200, description: "The app was deleted.", schema: MessageForm },
  refusals: { 409: "The app has an active build." },
  run: async (ctx, { params }) => {
    const { bookmark } = await deleteOne(ctx, await findApp(ctx, params.id));
    return written(200, { message: "App deleted successfully." }, bookmark);
  },
});

export const putIcon = keyOperation({
  method: "put",
  path: "/apps/{id}/icon",
  operationId: "putAppIcon",
  summary: "Set an app's icon",
  description:
    "PNG, JPEG, WebP or SVG, up to 5 MiB; ideally square and at least 512 pixels wide. As the body itself, or as `icon`, " +
    "the only field of a form.",
  tag: "Apps",
  scope: "apps:write",
  params: { schema: IdParams, thing: "app" },
  rawBody: ["image/png", "image/jpeg", "image/webp", "image/svg+xml", "multipart/form-data"],
  success: { status: 200, description: "The app with its icon.", schema: wrapped(AppForm) },
  run: async (ctx, { params, request }) => {
    const app = await findApp(ctx, params.id);
    return { data: appForm(await setIcon(ctx, app, await imageOf(request))) };
  },
});

function appForm(app: App): z.input<typeof AppForm> {
  const { iconMediaType, iconSha256 } = app;
  return {
    id: app.id,
    uuid: app.uuid,
    name: app.name,
    platform: app.platform,
    version_name: app.versionName,
    version_code: app.versionCode,
    url: app.url,
    package_name: app.packageName,
    play_signing_sha256: app.playSigningSha256,
    config: AppConfig.parse(app.config),
    icon:
      iconMediaType !== null && iconSha256 !== null
        ? { media_type: iconMediaType, sha256: iconSha256 }
        : null,
    created_at: microseconds(app.createdAt),
    updated_at: microseconds(app.updatedAt),
  };
}
