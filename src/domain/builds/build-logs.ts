// Build logs: live from the app's lock while the build runs, from R2 once it is over.
import type { AccountCtx, Ctx } from "../context.ts";
import type { BuildStatus, Follow } from "./ports.ts";
import { findBuild, type Build } from "./visible.ts";

/** Where a finished build's log lies. */
export function logKey(appId: number, buildId: number): string {
  return `apps/${appId}/builds/${buildId}/log.txt`;
}

/** The whole log so far. Refuses `not_found`. */
export async function readLogs(ctx: AccountCtx, buildId: number): Promise<{ build: Build; text: string }> {
  const build = await findBuild(ctx, buildId);
  const { text } = await logFrom(ctx, build, 0, build.status, 0);
  return { build, text };
}

/**
 * The log of `build` from byte `offset` on. Waits up to `waitMs` while a running build has nothing beyond
 * `offset` and its status is still `known`.
 */
export async function logFrom(
  ctx: Ctx,
  build: Pick<Build, "id" | "appId" | "status">,
  offset: number,
  known: BuildStatus,
  waitMs: number,
): Promise<Follow> {
  const isActive = build.status === "pending" || build.status === "building";
  if (isActive) {
    const live = await ctx.buildLock(build.appId).follow(build.id, offset, known, waitMs);
    if (live) return live;
  }
  const object = await ctx.files.get(logKey(build.appId, build.id));
  if (object === null && !isActive) {
    const live = await ctx.buildLock(build.appId).follow(build.id, offset, known, 0);
    if (live) return live;
  }
  const bytes = object ? new Uint8Array(await object.arrayBuffer()) : new Uint8Array();
  return {
    status: build.status,
    offset,
    text: new TextDecoder().decode(bytes.subarray(offset)),
    next: bytes.byteLength,
    ended: !isActive,
  };
}
