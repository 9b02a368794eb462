// Begins to send what says `sending` since a moment ago: in the tail of the request, or by a run.
import type { Ctx } from "../../context.ts";
import { expiryOf } from "../content.ts";
import type { NotificationContent } from "../content-fields.ts";
import type { Notification } from "../find-notification.ts";
import { syncRun } from "../sync-run.ts";
import { fittingDefaults } from "../sendable.ts";
import type { DirectTarget } from "./target.ts";

/**
 * Begins to send `notification`, a row just written with the `startColumns` of `target`. What takes the direct path is under
 * way when this returns, and goes on after the answer; if it is cut off, the follow-up finds the row.
 */
export async function beginSend(
  ctx: Ctx,
  notification: Notification,
  target: DirectTarget,
): Promise<void> {
  if (notification.hasRun) await syncRun(ctx, notification);
  else ctx.defer(sendInTail(ctx, notification, target));
}

async function sendInTail(
  ctx: Ctx,
  notification: Notification,
  { recipients, app, credentials }: DirectTarget,
): Promise<void> {
  const { id, uuid, accountId, appId, content, startedAt, createdAt } = notification;
  const given = content as NotificationContent;
  const providers = credentials.map(({ provider }) => provider);
  const defaults = fittingDefaults(ctx, app, given, providers);
  const expiresAt = expiryOf(given, startedAt ?? createdAt);
  const about = { id, uuid, accountId, appId, content, defaults, expiresAt };
  await ctx.direct.send({ ...about, recipients, credentials });
}
