// Build logs: read from the app's lock while the build runs, and from R2 once it has ended.
import type { AccountCtx, Ctx } from "../context.ts";
import type { BuildStatus, Follow } from "../ports/builds.ts";
import { findBuild, type Build } from "./find-build.ts";

/** The R2 key of the log of a build that has ended. */
export function logKey(appId: number, buildId: number): string {
  return `apps/${appId}/builds/${buildId}/log.txt`;
}

/** Returns the whole log so far. Refuses `not_found`. */
export async function readLogs(
  ctx: AccountCtx,
  buildId: number,
): Promise<{ build: Build; text: string }> {
  const build = await findBuild(ctx, buildId);
  const log = await logFrom(ctx, build, 0, build.status, 0);
  return { build, text: log?.text ?? "" };
}

/**
 * Returns the log of `build` from byte `offset` on. While the build runs, waits up to `waitMs` until there are bytes
 * after `offset` or its status is no longer `known`. Returns null when `build` looks active and its lock has no such
 * build: then the caller should read its row again.
 */
export async function logFrom(
  ctx: Ctx,
  build: Build,
  offset: number,
  known: BuildStatus,
  waitMs: number,
): Promise<Follow | null> {
  const isActive = build.status === "pending" || build.status === "building";
  const stored = isActive ? null : await storedLog(ctx, build, offset);
  const { status, errorMessage } = build;
  if (stored) return { ...stored, status, errorMessage };
  // The lock may still hold the log of a build that has just ended.
  const live = await ctx.buildLock(build.appId).follow(build.id, offset, known, waitMs);
  if (live?.ended) return { ...live, ...(await storedLog(ctx, build, offset)) };
  if (live || isActive) return live;
  return { status, errorMessage, offset, text: "", next: offset, ended: true };
}

/** Returns what R2 has of a log from `offset` on, or null. */
async function storedLog(ctx: Ctx, build: Build, offset: number) {
  const object = await ctx.files.get(logKey(build.appId, build.id));
  if (object === null) return null;
  const bytes = new Uint8Array(await object.arrayBuffer());
  const text = new TextDecoder().decode(bytes.subarray(offset));
  return { offset, text, next: Math.max(offset, bytes.byteLength), ended: true };
}
