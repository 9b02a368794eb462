// Ends a running build at once: its builder hears of it at its next heartbeat, and the credit goes back.
import type { AccountCtx } from "../context.ts";
import { refuse } from "../../kit/refusal.ts";
import { findBuild } from "./visible.ts";

/** Refuses `not_found`, and `not_cancellable` for a finished build. */
export async function cancelBuild(ctx: AccountCtx, buildId: number) {
  const build = await findBuild(ctx, buildId);
  if (build.status === "pending" || build.status === "building") {
    const { cancelled, bookmark } = await ctx.buildLock(build.appId).cancel(buildId);
    if (cancelled) return { bookmark };
  }
  const { status } = await findBuild(ctx, buildId);
  return refuse({ code: "not_cancellable", status });
}
