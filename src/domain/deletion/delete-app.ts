// Deletes an app with everything it has. The lock of its builds decides and does it (delete-contents.ts), since no
// build may begin meanwhile.
import { refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";

/** Deletes the app unless a build of it runs. Refuses `active_builds`. */
export async function deleteApp(ctx: AccountCtx, app: App): Promise<{ bookmark: string | null }> {
  const { deleted, bookmark } = await ctx.buildLock(app.id).deleteApp(app.id);
  return deleted ? { bookmark } : refuse({ code: "active_builds" });
}
