// GET /apps/{id}
import { z } from "@hono/zod-openapi";
import { appWithBuilds } from "../../../domain/builds/list-builds.ts";
import { keyOperation } from "../../../http/operation.ts";
import { AppForm, appForm, BuildForm, buildForm, IdParams, wrapped } from "../forms.ts";

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
    schema: wrapped(AppForm.extend({ builds: z.array(BuildForm) })),
  },
  run: async (ctx, { params }) => {
    const { app, recent } = await appWithBuilds(ctx, params.id);
    return { data: { ...appForm(app), builds: recent.map(buildForm) } };
  },
});
