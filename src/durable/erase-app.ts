// Everything an app has, deleted room by room: what refers to the app's row goes before it.
import { eraseApp } from "../domain/builds/delete-app.ts";
import type { Ctx } from "../domain/context.ts";
import { eraseNotifications } from "../domain/notifications/erase-notifications.ts";
import { erasePush } from "../domain/subscribers/erase-push.ts";
import { eraseWebhooks } from "../domain/webhooks/erase-webhooks.ts";

/** Deletes the app's rows and files. May be repeated after an interruption. */
export async function eraseEverything(ctx: Ctx, appId: number): Promise<void> {
  await eraseNotifications(ctx, appId);
  await eraseWebhooks(ctx, appId);
  await erasePush(ctx, appId);
  await eraseApp(ctx, appId);
}
