// The HTTP application: mounts every surface, and serves the OpenAPI document, the collection made of it, the
// health check and the asset links.
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { json } from "../http/answer.ts";
import type { Connection, HttpEnv } from "../http/env.ts";
import { frame } from "../http/frame.ts";
import { describeSurface, mount } from "../http/surface.ts";
import { demoPages } from "../web/demo/index.ts";
import { installPages } from "../web/install/index.ts";
import { appPages, qrcodePages } from "../web/qrcode/index.ts";
import { dashboard } from "../web/dashboard/index.ts";
import { front, wantsPage } from "../web/front/index.ts";
import { localPages } from "../web/local/index.ts";
import { sdkScripts } from "../web/sdk/index.ts";
import { ASSET_LINKS_PATH, serveAssetLinks } from "./asset-links.ts";
import { builder } from "./builder/index.ts";
import { channels, channelsBelowApi } from "./channels/index.ts";
import { health, HEALTH_PATH } from "./healthz.ts";
import { instances, instant } from "./instant/index.ts";
import { registerSecurity, servedDocuments } from "./openapi.ts";
import { metrics } from "./metrics.ts";
import { push } from "./push/index.ts";
import { publicSurface } from "./public/index.ts";
import { faultAnswer, refusalAnswer } from "./v1/errors.ts";
import { v1 } from "./v1/index.ts";
import { registerWebhooks } from "./webhook-docs.ts";

/** Answers a request, with the database and the log of its connection. */
export function createApp(): (request: Request, connection: Connection) => Promise<Response> {
  const app = new OpenAPIHono<HttpEnv>();
  app.use(frame);
  // The push API is mounted first, since API v1's catch-all route would also match its prefix.
  const surfaces = [
    push,
    v1,
    channels,
    channelsBelowApi,
    instant,
    instances,
    publicSurface,
    builder,
    metrics,
    qrcodePages,
    appPages,
    installPages,
    demoPages,
    localPages,
    sdkScripts,
    dashboard,
  ];
  for (const surface of surfaces) mount(app, surface);

  app.get(HEALTH_PATH, health);
  const documents = servedDocuments(app, (registry) => {
    for (const surface of surfaces) describeSurface(registry, surface);
    registerSecurity(registry);
    registerWebhooks(registry);
  });
  const origin = (c: Context<HttpEnv>) => c.env.connection.publicUrl || new URL(c.req.url).origin;
  app.get("/openapi.json", (c) => documents.openapi(c.req.raw, origin(c)));
  app.get("/docs/postman.json", (c) => documents.postman(c.req.raw, origin(c)));
  app.all(ASSET_LINKS_PATH, serveAssetLinks);
  for (const path of [HEALTH_PATH, "/openapi.json", "/docs/postman.json"]) {
    app.all(path, (c) => {
      const allow = ["GET", "HEAD"];
      return json(refusalAnswer({ code: "method_not_allowed", allow }, c.var.requestId));
    });
  }
  app.onError((error, c) => {
    c.env.connection.log.error("fault", error, { id: c.var.requestId });
    return json(faultAnswer(c.var.requestId));
  });
  // The front page, and whatever is below no other prefix.
  mount(app, {
    ...front,
    refusal: (refusal, requestId, request) =>
      wantsPage(request)
        ? front.refusal(refusal, requestId, request)
        : refusalAnswer(refusal, requestId),
    fault: (requestId, request) =>
      wantsPage(request) ? front.fault(requestId, request) : faultAnswer(requestId),
  });
  return async (request, connection) => app.fetch(request, { connection });
}
