// Everything an app has, deleted folder by folder: what refers to the app's row goes before it.
import { eq } from "drizzle-orm";
import { FOREIGN_KEY, refusedWith } from "../../db/refused-with.ts";
import { apps, builds, pushCredentials, subscribers } from "../../db/schema/index.ts";
import { deleteChannels } from "../channels/delete-channels.ts";
import type { Ctx } from "../context.ts";
import { deleteNotifications } from "../notifications/delete-notifications.ts";
import { deleteInstallations } from "../campaigns/installations/delete-installations.ts";
import { deletePush } from "../subscribers/delete-push.ts";
import { deleteWebhooks } from "../webhooks/delete-webhooks.ts";

/** Passes over an app in which things go on being made; each takes what came during the one before. */
const PASSES = 5;
/** Objects listed, and deleted, in one call: R2's own bound. */
const DELETE_AT_ONCE = 1000;

/**
 * Deletes the app's rows and files. The lock of its builds calls this once it has made sure that none runs, and again
 * after an interruption. Throws where the app is still being used after all passes.
 */
export async function deleteContents(ctx: Ctx, appId: number): Promise<void> {
  for (let pass = 0; pass < PASSES; pass += 1) {
    await deleteNotifications(ctx, appId);
    await deleteChannels(ctx, appId);
    await deleteInstallations(ctx, appId);
    await deleteWebhooks(ctx, appId);
    await deletePush(ctx, appId);
    if (await deleteRows(ctx, appId)) return deleteFiles(ctx, appId);
  }
  throw new Error("the app is still being used");
}

/**
 * Deletes the app's row with its builds; false, and nothing is deleted, when something was made in the app since the
 * rest of it went.
 */
async function deleteRows(ctx: Ctx, appId: number): Promise<boolean> {
  try {
    await ctx.db.batch([
      ctx.db.delete(builds).where(eq(builds.appId, appId)),
      // devices register until the app is gone: those that did since theirs were deleted go with it
      ctx.db.delete(pushCredentials).where(eq(pushCredentials.appId, appId)),
      ctx.db.delete(subscribers).where(eq(subscribers.appId, appId)),
      ctx.db.delete(apps).where(eq(apps.id, appId)),
    ]);
    return true;
  } catch (error) {
    if (refusedWith(error, FOREIGN_KEY)) return false;
    throw error;
  }
}

/** Deletes every file below apps/<id>/. */
async function deleteFiles(ctx: Ctx, appId: number): Promise<void> {
  for (;;) {
    const { objects } = await ctx.files.list({ prefix: `apps/${appId}/`, limit: DELETE_AT_ONCE });
    if (objects.length === 0) return;
    await ctx.files.delete(objects.map((object) => object.key));
  }
}
