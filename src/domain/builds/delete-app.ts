// Deletes an app with its builds and files. It is here and not with apps because the lock of its builds
// decides: an app with a running build stays.
import { eq } from "drizzle-orm";
import { FOREIGN_KEY, refusedWith } from "../../db/refused-with.ts";
import { apps, builds, pushCredentials, subscribers } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { findApp } from "../apps/visible.ts";
import type { AccountCtx, Ctx } from "../context.ts";

/** Objects listed, and deleted, in one call: R2's own bound. */
const DELETE_AT_ONCE = 1000;

/** Refuses `not_found`, `active_builds`. */
export async function deleteApp(
  ctx: AccountCtx,
  appId: number,
): Promise<{ bookmark: string | null }> {
  const app = await findApp(ctx, appId);
  const { deleted, bookmark } = await ctx.buildLock(app.id).deleteApp(app.id);
  return deleted ? { bookmark } : refuse({ code: "active_builds" });
}

/**
 * Deletes the rows, then every file below apps/<id>/; false, and nothing is deleted, when something was made in the
 * app since the rest of it went. May be repeated.
 */
export async function eraseApp(ctx: Ctx, appId: number): Promise<boolean> {
  try {
    await ctx.db.batch([
      ctx.db.delete(builds).where(eq(builds.appId, appId)),
      // devices register until the app is gone: those that did since theirs were deleted go with it
      ctx.db.delete(pushCredentials).where(eq(pushCredentials.appId, appId)),
      ctx.db.delete(subscribers).where(eq(subscribers.appId, appId)),
      ctx.db.delete(apps).where(eq(apps.id, appId)),
    ]);
  } catch (error) {
    if (refusedWith(error, FOREIGN_KEY)) return false;
    throw error;
  }
  for (;;) {
    const { objects } = await ctx.files.list({ prefix: `apps/${appId}/`, limit: DELETE_AT_ONCE });
    if (objects.length === 0) return true;
    await ctx.files.delete(objects.map((object) => object.key));
  }
}
