// Ends an active build at once. Its builder learns of it at its next heartbeat, and the credit is refunded.
import { noteDone, type DoerCtx } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { refuse } from "../../kit/refusal.ts";
import { findBuild, nameOf, type Build } from "./find-build.ts";

/** Cancels the build. Refuses `not_found`, and `not_cancellable` when it has ended. */
export async function cancelBuild(ctx: AccountCtx, buildId: number) {
  return cancelFound(ctx, await findBuild(ctx, buildId));
}

/** The same of a build that was found, for whoever acts in its account. */
export async function cancelFound(ctx: DoerCtx, build: Build) {
  const buildId = build.id;
  if (build.status !== "pending" && build.status !== "building") {
    return refuse({ code: "not_cancellable", status: build.status });
  }
  const { cancelled, status, bookmark } = await ctx.buildLock(build.appId).cancel(buildId);
  if (cancelled) {
    await noteDone(ctx, {
      did: "build.cancel",
      id: buildId,
      name: nameOf(build),
      facts: { app: build.appId },
    });
    return { bookmark };
  }
  // The app was deleted, and its builds with it.
  if (status === null) return refuse({ code: "not_found", what: "build" });
  return refuse({ code: "not_cancellable", status });
}
