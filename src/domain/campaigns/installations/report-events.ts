// What installations report: messages that were delivered or clicked, and lifecycle events.
import { and, eq, lt, sql } from "drizzle-orm";
import { insertFrom } from "../../../db/insert-from.ts";
import {
  notifications,
  lifecycleEvents,
  installations,
  subscribers,
} from "../../../db/schema/index.ts";
import { parse, parseAhead } from "../../../kit/parse.ts";
import type { Ctx } from "../../context.ts";
import { engage } from "../../notifications/tracking.ts";
import { ALIVE_GRAIN_MS } from "../../subscribers/alive.ts";
import {
  findInstallation,
  foundIn,
  installationQueries,
  type InstallationName,
} from "./find-installation.ts";
import { LifecycleEvent, NotificationEvent } from "./installation-input.ts";

/** Most names of lifecycle events of one installation. It is bounded because anybody can report them. */
const MAX_EVENTS = 50;
/** Most names of lifecycle events of one app, for the same reason. */
const MAX_APP_EVENTS = 500;

/**
 * Counts a delivery or a click, once for each installation. Nothing is counted for a notification that does not exist or
 * was never sent, nor is that refused, since the device can do nothing about it. Refuses `not_found` for the
 * installation, and `invalid`.
 */
export async function reportNotification(
  ctx: Ctx,
  name: InstallationName,
  input: unknown,
): Promise<void> {
  // The notification is read in the same round trip as the installation, so before the input is validated: a missing
  // installation is reported rather than invalid input.
  const wanted = parseAhead(NotificationEvent, input);
  const msgId = wanted.value?.msg_id.toLowerCase() ?? "";
  const [found, subscribed, [notification]] = await ctx.db.batch([
    ...installationQueries(ctx, name),
    ctx.db
      .select({ id: notifications.id, startedAt: notifications.startedAt })
      .from(notifications)
      .where(and(eq(notifications.uuid, msgId), eq(notifications.appId, name.appId))),
  ]);
  const { subscriber } = foundIn(found, subscribed);
  const { event } = wanted.orRefuse();
  if (!subscriber || !notification || notification.startedAt === null) return;
  await engage(ctx, notification.id, subscriber.id, event);
}

/** Records a lifecycle event of an installation, and that its subscriber is active. Refuses `not_found`, `invalid`. */
export async function reportLifecycle(
  ctx: Ctx,
  name: InstallationName,
  input: unknown,
): Promise<void> {
  const { installation, subscriber } = await findInstallation(ctx, name);
  const event = parse(LifecycleEvent, input).event ?? null;
  const now = ctx.now();
  const isNews = event !== null && !installation.events.includes(event);
  const isDue = subscriber !== null && subscriber.lastActiveAt < now - ALIVE_GRAIN_MS;
  if (!isNews && !isDue) return;
  await ctx.db.batch([
    ctx.db
      .update(subscribers)
      .set({ lastActiveAt: now })
      .where(
        and(
          eq(subscribers.id, subscriber?.id ?? 0),
          lt(subscribers.lastActiveAt, now - ALIVE_GRAIN_MS),
        ),
      ),
    ctx.db
      .update(installations)
      .set({ events: sql`json_insert(${installations.events}, '$[#]', ${event})` })
      .where(
        and(
          eq(installations.id, installation.id),
          sql`${isNews} AND json_array_length(${installations.events}) < ${MAX_EVENTS}
            AND NOT EXISTS (SELECT 1 FROM json_each(${installations.events}) WHERE value = ${event})`,
        ),
      ),
    insertFrom(
      ctx.db,
      lifecycleEvents,
      { appId: installation.appId, name: sql`${event}`, createdAt: now },
      sql`WHERE ${isNews} AND
        (SELECT count(*) FROM ${lifecycleEvents} WHERE app_id = ${installation.appId}) < ${MAX_APP_EVENTS}`,
    ).onConflictDoNothing(),
  ]);
}
