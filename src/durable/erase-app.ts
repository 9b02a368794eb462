// Everything an app has, deleted room by room: what refers to the app's row goes before it.
import { eraseApp } from "../domain/builds/delete-app.ts";
import { eraseChannels } from "../domain/channels/erase-channels.ts";
import type { Ctx } from "../domain/context.ts";
import { eraseNotifications } from "../domain/notifications/erase-notifications.ts";
import { eraseInstances } from "../domain/sends/instances/erase-instances.ts";
import { erasePush } from "../domain/subscribers/erase-push.ts";
import { eraseWebhooks } from "../domain/webhooks/erase-webhooks.ts";

/** Passes over an app whose owner goes on making things in it; each takes what came during the one before. */
const PASSES = 5;

/** Deletes the app's rows and files. May be repeated after an interruption. */
export async function eraseEverything(ctx: Ctx, appId: number): Promise<void> {
  for (let pass = 1; ; pass += 1) {
    try {
      await eraseNotifications(ctx, appId);
      await eraseChannels(ctx, appId);
      await eraseInstances(ctx, appId);
      await eraseWebhooks(ctx, appId);
      await erasePush(ctx, appId);
      return await eraseApp(ctx, appId);
    } catch (error) {
      if (pass === PASSES) throw error;
    }
  }
}
