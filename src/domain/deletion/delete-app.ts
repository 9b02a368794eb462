// Deletes an app and everything that belongs to it. The lock of its builds decides whether that is possible, and does
// so (delete-contents.ts), since no build may begin meanwhile.
import { refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { noteDone } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";

/** Deletes the app and returns a bookmark of the deletion. Refuses `active_builds` while a build of it is active. */
export async function deleteApp(ctx: AccountCtx, app: App): Promise<{ bookmark: string | null }> {
  const { deleted, bookmark } = await ctx.buildLock(app.id).deleteApp(app.id);
  if (!deleted) refuse({ code: "active_builds" });
  await noteDone(ctx, { did: "app.delete", id: app.id, name: app.name });
  return { bookmark };
}
