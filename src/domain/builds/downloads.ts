// Download links: signed URLs by which anybody who has one can download a completed build's artifact for some time.
import { eq } from "drizzle-orm";
import { accounts, apps, builds } from "../../db/schema/index.ts";
import { hmac } from "../../kit/crypto.ts";
import { fileName } from "../../kit/fields.ts";
import { refuse } from "../../kit/refusal.ts";
import { constantTimeEqual } from "../../kit/secret.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import { requireActive, SUSPENSION } from "../accounts/suspension.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { findBuild, type Build } from "./find-build.ts";

/** How long a link works, ms. */
const LINK_MS = 7 * DAY_MS;

export interface Download {
  url: string;
  fileName: string;
  size: number;
  expiresAt: number;
}

/**
 * Returns a link to the artifact of `buildId`, below `origin`. Refuses `not_found`, `build_not_completed`,
 * `artifact_not_found`.
 */
export async function downloadLink(
  ctx: AccountCtx,
  buildId: number,
  origin: string,
): Promise<Download> {
  const build = await findBuild(ctx, buildId);
  if (build.status !== "completed") refuse({ code: "build_not_completed", status: build.status });
  const object = build.artifactKey === null ? null : await ctx.files.head(build.artifactKey);
  if (object === null) refuse({ code: "artifact_not_found" });
  // Whole seconds, so that the time in the link equals the time that is shown.
  const expires = Math.floor((ctx.now() + LINK_MS) / SECOND_MS);
  const file = fileNameOf(build);
  const token = await signature(ctx, build.id, expires);
  return {
    url: `${origin}/public/builds/${build.id}/${encodeURIComponent(file)}?expires=${expires}&token=${token}`,
    fileName: file,
    size: object.size,
    expiresAt: expires * SECOND_MS,
  };
}

/**
 * Returns the build that a link leads to. Refuses `link_invalid` when it was altered or has expired, `artifact_not_found`
 * when the build was deleted, and `account_suspended`: what a suspended account built is handed out to nobody.
 */
export async function openLink(
  ctx: Ctx,
  buildId: number,
  link: { file: string; expires: string; token: string },
): Promise<{ artifactKey: string; fileName: string; mediaType: string }> {
  const expires = /^\d{1,12}$/.test(link.expires) ? Number(link.expires) : 0;
  if (!(await constantTimeEqual(link.token, await signature(ctx, buildId, expires)))) {
    refuse({ code: "link_invalid", expired: false });
  }
  if (expires * SECOND_MS <= ctx.now()) refuse({ code: "link_invalid", expired: true });
  const [row] = await ctx.db
    .select({
      build: builds,
      account: SUSPENSION,
    })
    .from(builds)
    .innerJoin(apps, eq(apps.id, builds.appId))
    .innerJoin(accounts, eq(accounts.id, builds.accountId))
    .where(eq(builds.id, buildId));
  if (row) requireActive(row.account);
  if (!row?.build.artifactKey) return refuse({ code: "artifact_not_found" });
  const file = fileNameOf(row.build);
  if (link.file !== file) refuse({ code: "link_invalid", expired: false });
  return {
    artifactKey: row.build.artifactKey,
    fileName: file,
    mediaType: MEDIA_TYPES[row.build.buildFormat],
  };
}

/** The media type of an artifact, by its format. */
export const MEDIA_TYPES = {
  apk: "application/vnd.android.package-archive",
  aab: "application/octet-stream",
} as const;

function signature(ctx: Ctx, buildId: number, expires: number): Promise<string> {
  return hmac(ctx.linkSigningKey, `download:${buildId}:${expires}`);
}

/** The name of a build's file: the app's name when it was triggered, with the format as its ending. */
export function fileNameOf(build: Build): string {
  return fileName(String(build.snapshot["name"]), "app", build.buildFormat);
}
