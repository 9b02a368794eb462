// Deletes everything that belongs to an app, folder by folder. Rows that refer to the app's row are deleted before
// it.
import { eq } from "drizzle-orm";
import { FOREIGN_KEY, refusedWith } from "../../db/refused-with.ts";
import { apps, builds, pushCredentials, releases, subscribers } from "../../db/schema/index.ts";
import { deleteSegments } from "../audiences/delete-segment.ts";
import { deleteChannels } from "../channels/delete-channels.ts";
import type { Ctx } from "../context.ts";
import { deleteDrafts } from "../composing/delete-drafts.ts";
import { deleteNotifications } from "../notifications/delete-notifications.ts";
import { deleteInstallations } from "../campaigns/installations/delete-installations.ts";
import { deletePush } from "../subscribers/delete-push.ts";
import { deleteWebhooks } from "../webhooks/delete-webhooks.ts";

/** Most passes over an app in which rows are still being made; each deletes what was made during the pass before. */
const PASSES = 5;
/** Objects listed, and deleted, by one call: R2's own limit. */
const DELETE_AT_ONCE = 1000;

/**
 * Deletes the app's rows and files. The lock of its builds calls this once it has made sure that no build is active,
 * and again after an interruption. Throws when the app is still being used after all passes.
 */
export async function deleteContents(ctx: Ctx, appId: number): Promise<void> {
  for (let pass = 0; pass < PASSES; pass += 1) {
    await deleteDrafts(ctx, appId);
    await deleteNotifications(ctx, appId);
    await deleteSegments(ctx, appId);
    await deleteChannels(ctx, appId);
    await deleteInstallations(ctx, appId);
    await deleteWebhooks(ctx, appId);
    await deletePush(ctx, appId);
    if (await deleteRows(ctx, appId)) return deleteFiles(ctx, appId);
  }
  throw new Error("the app is still being used");
}

/**
 * Deletes the app's row with its builds, and returns true. Returns false, and deletes nothing, when other rows of the
 * app were made since they were deleted.
 */
async function deleteRows(ctx: Ctx, appId: number): Promise<boolean> {
  try {
    await ctx.db.batch([
      ctx.db.delete(builds).where(eq(builds.appId, appId)),
      ctx.db.delete(releases).where(eq(releases.appId, appId)),
      // Devices can register until the app is deleted: those that did so meanwhile are deleted with it.
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
