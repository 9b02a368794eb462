// Build logs: live from the app's lock while the build runs, from R2 once it is over.
import type { AccountCtx, Ctx } from "../context.ts";
import type { BuildStatus, Follow } from "../ports/builds.ts";
import { findBuild, type Build } from "./find-build.ts";

/** Where a finished build's log lies. */
export function logKey(appId: number, buildId: number): string {
  return `apps/${appId}/builds/${buildId}/log.txt`;
}

/** The whole log so far. Refuses `not_found`. */
export async function readLogs(
  ctx: AccountCtx,
  buildId: number,
): Promise<{ build: Build; text: string }> {
  const build = await findBuild(ctx, buildId);
  const log = await logFrom(ctx, build, 0, build.status, 0);
  return { build, text: log?.text ?? "" };
}

/**
 * The log of `build` from byte `offset` on. Waits up to `waitMs` while a running build has nothing beyond
 * `offset` and its status is still `known`. null: `build` looks active and its lock knows nothing of it, so
 * that D1 should be asked again.
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
  // a build that has just ended may still have its log with the lock
  const live = await ctx.buildLock(build.appId).follow(build.id, offset, known, waitMs);
  if (live?.ended) return { ...live, ...(await storedLog(ctx, build, offset)) };
  if (live || isActive) return live;
  return { status, errorMessage, offset, text: "", next: offset, ended: true };
}

/** What R2 has of a log from `offset` on, or null. */
async function storedLog(ctx: Ctx, build: Build, offset: number) {
  const object = await ctx.files.get(logKey(build.appId, build.id));
  if (object === null) return null;
  const bytes = new Uint8Array(await object.arrayBuffer());
  const text = new TextDecoder().decode(bytes.subarray(offset));
  return { offset, text, next: Math.max(offset, bytes.byteLength), ended: true };
}
