// A picture that an app has as its icon or as a layer of it, for members of its account. It is the owner's, and an SVG could hold scripts:
// opened by itself, it may do nothing.
import { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { ICON_PICTURES, pictureOf } from "../../domain/apps/icon-pictures.ts";
import { serveFile } from "../../http/serve-file.ts";
import { refuse } from "../../kit/refusal.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import { Id, memberPage } from "../dashboard/page.ts";
import { ICON_POLICY } from "../icon-policy.ts";

/** How long a browser keeps a picture, s. Its path names its hash: another picture has another path. */
const KEPT_S = DAY_MS / SECOND_MS;

export const iconPicture = memberPage({
  path: "/{account}/apps/{app}/icon/{sha256}",
  operationId: "showAppPicture",
  summary: "The picture of an app's icon",
  params: { schema: z.object({ account: Id, app: Id, sha256: z.string() }), thing: "app" },
  may: "apps:read",
  show: async (ctx, { params, request }) => {
    const app = await findApp(ctx, params.app);
    const stored = ICON_PICTURES.map((picture) => pictureOf(app, picture)).find(
      (picture) => picture?.sha256 === params.sha256,
    );
    if (!stored) return refuse({ code: "not_found", what: "app" });
    return serveFile(ctx, stored.key, request, {
      "content-type": stored.mediaType,
      "content-security-policy": ICON_POLICY,
      "cross-origin-resource-policy": "same-origin",
      "cache-control": `private, max-age=${KEPT_S}, immutable`,
      "referrer-policy": "no-referrer",
      "x-robots-tag": "noindex",
    });
  },
});
