// The audience of a run, which stays what it was when the run began: segments that it names may change afterwards.
import type { Ctx } from "../../domain/context.ts";
import { tryResolve } from "../../domain/audiences/resolve.ts";
import { noteBegun } from "../../domain/audiences/segment-uses.ts";
import { isResolved, type Resolved } from "../../domain/audiences/targeting.ts";
import { finishNotification } from "../../domain/notifications/run/finish-notification.ts";
import type { RunInfo } from "../../domain/notifications/run/load-run.ts";
import type { RunCounters } from "../../domain/notifications/run/save-progress.ts";
import { fieldName } from "../../kit/fields.ts";
import type { RunStore } from "./store.ts";

/**
 * Keeps what the segments of the audience are now, for a run that begins; one that begins again after it was interrupted keeps
 * the first. Returns false, and ends the notification, when the segments can't be resolved: it is never sent to others instead.
 */
export async function freezeAudience(
  ctx: Ctx,
  store: RunStore,
  { appId, audience }: RunInfo,
  counters: RunCounters,
): Promise<boolean> {
  if (isResolved(audience)) return true;
  const { notificationId } = store.present;
  if (store.audience === null) {
    const found = await tryResolve(ctx, appId, audience);
    if (!found.isResolved) {
      const told = found.issues.map(({ path, message }) => `${fieldName(path)} ${message}`);
      const failureReason = `its targeting can't be used any more: ${told.join(", ")}`;
      await finishNotification(ctx, notificationId, { status: "failed", failureReason }, counters);
      return false;
    }
    store.keepAudience(found.audience);
  }
  await noteBegun(ctx, notificationId);
  return true;
}

/** The audience of a run that has begun. */
export function frozenAudience(store: RunStore, { audience }: RunInfo): Resolved {
  if (isResolved(audience)) return audience;
  const { audience: kept } = store;
  if (kept === null) throw new Error("the run did not keep its audience");
  return kept;
}
