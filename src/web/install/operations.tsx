// What is below the address of an install link: the page, the app's icon, and the file. Each asks anew whether the link
// still works, so that none outlives it.
import { z } from "@hono/zod-openapi";
import { findInstallToken, openInstallLink } from "../../domain/builds/install-links.ts";
import type { Ctx } from "../../domain/context.ts";
import { contentDisposition } from "../../http/content-disposition.ts";
import { publicAppOperation } from "../../http/operation.ts";
import { qrCode } from "../../http/qr-svg.ts";
import { serveFile } from "../../http/serve-file.ts";
import { refuse } from "../../kit/refusal.ts";
import { isolated, pageResponse } from "../document.tsx";
import { ICON_POLICY } from "../icon-policy.ts";
import { iconFacts } from "../parts/app-icon.tsx";
import { PAGE_RATE } from "../rate.ts";
import { endedPage } from "./gone-view.tsx";
import { InstallPage } from "./install-view.tsx";
import { MARK_PATH } from "./mark.ts";

/**
 * Of what is below a link: browsers may keep it, but ask each time whether the link still works; search engines must not
 * list it, nor a site that an icon links to learn the token.
 */
const BELOW_LINK = {
  "cache-control": "private, no-cache",
  "x-robots-tag": "noindex",
  "referrer-policy": "no-referrer",
};
const Token = z.string();

/** Reads a link's token, which needs no look-up: guesses cost no query. */
const find = async (ctx: Ctx, { token }: { token: string }) => findInstallToken(ctx, token);

export const installPage = publicAppOperation({
  method: "get",
  path: "/{token}",
  operationId: "showInstallPage",
  summary: "The page from which a build is installed",
  tag: "Builds",
  rate: PAGE_RATE,
  params: { schema: z.object({ token: Token }), thing: "build" },
  success: { status: 200, description: "The page.", also: ["text/html"] },
  find,
  run: async (ctx, { params: { token }, origin }) => {
    const link = await openInstallLink(ctx, ctx);
    if (link.kind !== "open") return endedPage(link, ctx.now());
    const { installable } = link;
    if ((await ctx.files.head(installable.artifactKey)) === null) {
      return endedPage({ kind: "deleted" }, ctx.now());
    }
    const { app, build, fileName } = installable;
    const path = `/install/${token}`;
    const iconPath = build.iconKey === null ? null : `${path}/icon`;
    const url = origin + path;
    return pageResponse({
      status: 200,
      title: `Install ${isolated(app.name)}`,
      icon: iconPath ?? MARK_PATH,
      content: (
        <InstallPage
          installable={installable}
          url={url}
          qr={qrCode(url)}
          filePath={`${path}/${encodeURIComponent(fileName)}`}
          icon={await iconFacts(app, iconPath)}
          now={ctx.now()}
        />
      ),
    });
  },
});

export const installIcon = publicAppOperation({
  method: "get",
  path: "/{token}/icon",
  operationId: "showInstallIcon",
  summary: "The icon of a build that is installed",
  tag: "Builds",
  rate: PAGE_RATE,
  params: { schema: z.object({ token: Token }), thing: "build" },
  success: { status: 200, description: "The icon.", also: ["image/*"] },
  find,
  run: async (ctx, { request }) => {
    const link = await openInstallLink(ctx, ctx);
    if (link.kind !== "open") return endedPage(link, ctx.now());
    const { iconKey, iconMediaType } = link.installable.build;
    if (iconKey === null || iconMediaType === null) {
      return refuse({ code: "not_found", what: "build" });
    }
    return serveFile(ctx, iconKey, request, {
      "content-type": iconMediaType,
      "content-security-policy": ICON_POLICY,
      "cross-origin-resource-policy": "same-origin",
      ...BELOW_LINK,
    });
  },
});

export const installFile = publicAppOperation({
  method: "get",
  path: "/{token}/{file}",
  operationId: "downloadInstall",
  summary: "The file of a build that is installed",
  tag: "Builds",
  rate: PAGE_RATE,
  params: { schema: z.object({ token: Token, file: z.string() }), thing: "build" },
  success: {
    status: 200,
    description: "The file.",
    also: ["application/vnd.android.package-archive"],
  },
  find,
  run: async (ctx, { params: { file }, request }) => {
    const link = await openInstallLink(ctx, ctx);
    if (link.kind !== "open") return endedPage(link, ctx.now());
    const { artifactKey, fileName, mediaType } = link.installable;
    if (file !== fileName) return refuse({ code: "not_found", what: "build" });
    return serveFile(ctx, artifactKey, request, {
      "content-type": mediaType,
      "content-disposition": contentDisposition(fileName),
      ...BELOW_LINK,
    });
  },
});
