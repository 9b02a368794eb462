// Apps, the websites that builds turn into Android apps. What sets their icons is in icons.ts.
import { z } from "@hono/zod-openapi";
import { UpdateApp } from "../../domain/apps/app-input.ts";
import { MAX_APPS } from "../../domain/apps/create-app.ts";
import { listApps as list } from "../../domain/apps/list-apps.ts";
import { updateApp as update } from "../../domain/apps/update-app.ts";
import { findApp } from "../../domain/apps/find-app.ts";
import { createApp as create, NewApp } from "../../domain/sites/create-app.ts";
import { deleteApp as deleteOne } from "../../domain/deletion/delete-app.ts";
import { appWithBuilds } from "../../domain/builds/list-builds.ts";
import { written } from "../../http/bookmark.ts";
import { keyOperation } from "../../http/operation.ts";
import { AppForm, appForm } from "./app-form.ts";
import { BuildForm, buildForm } from "./build-forms.ts";
import { IdParams, listForm, listOf, MessageForm, Paging, wrapped } from "./forms.ts";
import { ImportedForm, importedForm } from "./imported-form.ts";

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
  description:
    `An account can have at most ${MAX_APPS} apps. With \`import_manifest\`, the page at \`url\` is asked for its manifest ` +
    '(`<link rel="manifest">`), within 10 s and on public hosts only, and no app is made where there is none that can be ' +
    "read. What the request gives counts before what the manifest says, and `imported` tells what was taken and what was not.",
  tag: "Apps",
  scope: "apps:write",
  body: NewApp,
  success: {
    status: 201,
    description: "The new app.",
    schema: wrapped(AppForm).extend({ imported: ImportedForm.optional() }),
  },
  idempotent: { secrets: [] },
  run: async (ctx, { body }) => {
    const { app, imported } = await create(ctx, body);
    return { data: appForm(app), ...(imported && { imported: importedForm(imported) }) };
  },
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
