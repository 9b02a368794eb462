// What installations report: messages that were delivered or clicked, and lifecycle events. Reports are believed only of
// the installation that makes them.
import { and, eq, lt, sql } from "drizzle-orm";
import { insertFrom } from "../../../db/insert-from.ts";
import { installations, lifecycleEvents, subscribers } from "../../../db/schema/index.ts";
import { parseBySchema } from "../../../kit/parse.ts";
import { invalidField, refuse } from "../../../kit/refusal.ts";
import { DAY_MS } from "../../../kit/time.ts";
import type { Ctx } from "../../context.ts";
import { isDismissed } from "../../notifications/click-target.ts";
import { notificationOf } from "../../notifications/message-id.ts";
import { engage } from "../../notifications/tracking.ts";
import { ALIVE_GRAIN_MS, signOfLife } from "../../subscribers/alive.ts";
import type { FoundInstallation } from "./find-installation.ts";
import { LifecycleEvent, NotificationEvent } from "./installation-input.ts";

/** Most lifecycle events of one installation. It is bounded because anybody can report them. */
export const MAX_EVENTS = 50;
/** Most lifecycle events of one app, for the same reason. */
export const MAX_APP_EVENTS = 500;
/** That an event is in use is stored only after this long, ms: a day, since its disuse is counted in months. */
const USED_GRAIN_MS = DAY_MS;

/**
 * Counts a delivery or a click of the message that the input names, once, if this installation received it. Otherwise
 * nothing is counted, and that is not refused, since the device can do nothing about it. Refuses `invalid`.
 */
export async function reportNotification(
  ctx: Ctx,
  { subscriber }: FoundInstallation,
  input: unknown,
): Promise<void> {
  const { msg_id: text, event, action } = parseBySchema(NotificationEvent, input);
  if (!subscriber || (event === "clicked" && isDismissed(action))) return;
  const notificationId = notificationOf(ctx.linkSigningKey, text, subscriber.id);
  if (notificationId !== null) await engage(ctx, notificationId, subscriber.id, event);
}

/**
 * Records a lifecycle event of an installation, and that its subscriber is active. Refuses `invalid`, also for an event
 * beyond the most that an installation and an app have.
 */
export async function reportLifecycle(
  ctx: Ctx,
  { installation, subscriber }: FoundInstallation,
  input: unknown,
): Promise<void> {
  const name = parseBySchema(LifecycleEvent, input).event ?? null;
  const now = ctx.now();
  const isDue = subscriber !== null && subscriber.lastActiveAt < now - ALIVE_GRAIN_MS;
  const alive = ctx.db
    .update(subscribers)
    .set(signOfLife(now))
    .where(and(eq(subscribers.id, subscriber?.id ?? 0), lt(subscribers.lastActiveAt, now)));
  if (name === null) {
    if (isDue) await alive;
    return;
  }
  const { id, appId } = installation;
  const named = sql`SELECT event.id FROM ${lifecycleEvents} AS event
    WHERE event.app_id = ${appId} AND event.name = ${name}`;
  // The ids of events that still are there: the others have been deleted and count for nothing.
  const kept = sql`SELECT had.value AS id FROM json_each(${installations.events}) AS had
    WHERE had.value IN (SELECT event.id FROM ${lifecycleEvents} AS event WHERE event.app_id = ${appId})`;
  const [, , , [after]] = await ctx.db.batch([
    insertFrom(
      ctx.db,
      lifecycleEvents,
      { appId, name: sql`${name}`, createdAt: now, lastUsedAt: now },
      sql`FROM ${installations} WHERE ${installations.id} = ${id}
        AND (SELECT count(*) FROM (${kept})) < ${MAX_EVENTS}
        AND (SELECT count(*) FROM ${lifecycleEvents} AS event WHERE event.app_id = ${appId}) < ${MAX_APP_EVENTS}`,
    ).onConflictDoNothing(),
    ctx.db
      .update(lifecycleEvents)
      .set({ lastUsedAt: now })
      .where(
        and(
          eq(lifecycleEvents.appId, appId),
          eq(lifecycleEvents.name, name),
          lt(lifecycleEvents.lastUsedAt, now - USED_GRAIN_MS),
        ),
      ),
    ctx.db
      .update(installations)
      .set({ events: sql`(SELECT json_group_array(id) FROM (${kept} UNION ${named}))` })
      .where(
        sql`${installations.id} = ${id} AND EXISTS (${named})
          AND NOT EXISTS (SELECT 1 FROM (${kept}) WHERE id = (${named}))
          AND (SELECT count(*) FROM (${kept})) < ${MAX_EVENTS}`,
      ),
    ctx.db
      .select({
        isKept: sql<number>`EXISTS (SELECT 1 FROM (${kept}) WHERE id = (${named}))`,
        events: sql<number>`(SELECT count(*) FROM (${kept}))`,
      })
      .from(installations)
      .where(eq(installations.id, id)),
    ...(isDue ? [alive] : []),
  ]);
  if (!after) return refuse({ code: "not_found", what: "installation" });
  if (!after.isKept) refuse(tooManyEvents(after.events));
}

/** Why an event was not recorded for an installation that has `count` of them. */
function tooManyEvents(count: number) {
  const message =
    count < MAX_EVENTS
      ? `must be one of the ${MAX_APP_EVENTS} that the app has already, which are the most it can have`
      : `must be one of the ${MAX_EVENTS} that the instance has sent already, which are the most it can have`;
  return invalidField(["event"], message);
}
