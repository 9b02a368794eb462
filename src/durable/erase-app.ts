// Everything an app has, deleted room by room: what refers to the app's row goes before it.
import { eraseApp } from "../domain/builds/delete-app.ts";
import { eraseChannels } from "../domain/channels/erase-channels.ts";
import type { Ctx } from "../domain/context.ts";
import { eraseNotifications } from "../domain/notifications/erase-notifications.ts";
import { eraseInstances } from "../domain/sends/instances/erase-instances.ts";
import { erasePush } from "../domain/subscribers/erase-push.ts";
import { eraseWebhooks } from "../domain/webhooks/erase-webhooks.ts";

/** Passes over an app in which things go on being made; each takes what came during the one before. */
const PASSES = 5;

/** Deletes the app's rows and files. May be repeated after an interruption. */
export async function eraseEverything(ctx: Ctx, appId: number): Promise<void> {
  for (let pass = 0; pass < PASSES; pass += 1) {
    await eraseNotifications(ctx, appId);
    await eraseChannels(ctx, appId);
    await eraseInstances(ctx, appId);
    await eraseWebhooks(ctx, appId);
    await erasePush(ctx, appId);
    if (await eraseApp(ctx, appId)) return;
  }
  throw new Error("the app is still being used");
}
