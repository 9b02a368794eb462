// Download links: signed URLs by which anybody who has one can download a completed build's artifact for some time.
import { eq } from "drizzle-orm";
import { apps, builds } from "../../db/schema/index.ts";
import { hmac } from "../../kit/crypto.ts";
import { refuse } from "../../kit/refusal.ts";
import { constantTimeEqual } from "../../kit/secret.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { findBuild, type Build } from "./find-build.ts";

/** How long a link works, ms. */
const LINK_MS = 7 * DAY_MS;
/** Longest file name without its extension, bytes of UTF-8: file systems take 255, and browsers add to the name. */
const MAX_FILE_NAME_BYTES = 200;

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
  const fileName = fileNameOf(build);
  const token = await signature(ctx, build.id, expires);
  return {
    url: `${origin}/public/builds/${build.id}/${encodeURIComponent(fileName)}?expires=${expires}&token=${token}`,
    fileName,
    size: object.size,
    expiresAt: expires * SECOND_MS,
  };
}

/**
 * Returns the build that a link leads to. Refuses `link_invalid` when it was altered or has expired, `not_found` when
 * the build was deleted.
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
    .select({ build: builds })
    .from(builds)
    .innerJoin(apps, eq(apps.id, builds.appId))
    .where(eq(builds.id, buildId));
  if (!row?.build.artifactKey) return refuse({ code: "artifact_not_found" });
  const fileName = fileNameOf(row.build);
  if (link.file !== fileName) refuse({ code: "link_invalid", expired: false });
  return {
    artifactKey: row.build.artifactKey,
    fileName,
    mediaType: MEDIA_TYPES[row.build.buildFormat],
  };
}

const MEDIA_TYPES = {
  apk: "application/vnd.android.package-archive",
  aab: "application/octet-stream",
} as const;

function signature(ctx: Ctx, buildId: number, expires: number): Promise<string> {
  return hmac(ctx.linkSigningKey, `download:${buildId}:${expires}`);
}

/**
 * The app's name when the build was triggered, without characters that file systems refuse or that change how the
 * extension is displayed.
 */
function fileNameOf(build: Build): string {
  const name = String(build.snapshot["name"])
    .replaceAll(/[/\\:*?"<>|\p{Cc}\p{Bidi_Control}]/gu, " ")
    .replaceAll(/\s+/g, " ");
  const trimmed = shortened(name).replace(/^[. ]+|[. ]+$/g, "");
  return `${trimmed || "app"}.${build.buildFormat}`;
}

/** Returns as many whole characters of `text` as fit into a file name. */
function shortened(text: string): string {
  const room = new Uint8Array(MAX_FILE_NAME_BYTES);
  const { read } = new TextEncoder().encodeInto(text, room);
  return text.slice(0, read);
}
