// What installed apps report: pushes shown and clicked, and the events of their own life.
import { and, eq, lt, sql } from "drizzle-orm";
import { insertFrom } from "../../../db/insert-from.ts";
import { notifications, sendEvents, sendInstances, subscribers } from "../../../db/schema/index.ts";
import { parse, parseAhead } from "../../../kit/parse.ts";
import type { Ctx } from "../../context.ts";
import { engage } from "../../notifications/tracking.ts";
import { ALIVE_GRAIN_MS } from "../../subscribers/alive.ts";
import { findInstance, foundIn, instanceQueries, type InstanceName } from "./find-instance.ts";
import { LifecycleEvent, NotificationEvent } from "./instance-input.ts";

/** Most event names of one instance, and of one app: anybody can send them. */
const MAX_EVENTS = 50;
const MAX_APP_EVENTS = 500;

/**
 * Counts a delivery or click, an instance once. One of a push that is not there, or was never sent, counts
 * nothing: the device can do nothing about that. Refuses `not_found` for the instance, `invalid`.
 */
export async function reportNotification(
  ctx: Ctx,
  name: InstanceName,
  input: unknown,
): Promise<void> {
  // read along with the instance, which is missing before a body can be wrong
  const wanted = parseAhead(NotificationEvent, input);
  const msgId = wanted.value?.msg_id.toLowerCase() ?? "";
  const [found, own, [notification]] = await ctx.db.batch([
    ...instanceQueries(ctx, name),
    ctx.db
      .select({ id: notifications.id, startedAt: notifications.startedAt })
      .from(notifications)
      .where(and(eq(notifications.uuid, msgId), eq(notifications.appId, name.appId))),
  ]);
  const { subscriber } = foundIn(found, own);
  const { event } = wanted.orRefuse();
  if (!subscriber || !notification || notification.startedAt === null) return;
  await engage(ctx, notification.id, subscriber.id, event);
}

/** Notes that the instance had an event, and that it is alive. Refuses `not_found`, `invalid`. */
export async function reportLifecycle(ctx: Ctx, name: InstanceName, input: unknown): Promise<void> {
  const { instance, subscriber } = await findInstance(ctx, name);
  const event = parse(LifecycleEvent, input).event ?? null;
  const now = ctx.now();
  const isNews = event !== null && !instance.events.includes(event);
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
      .update(sendInstances)
      .set({ events: sql`json_insert(${sendInstances.events}, '$[#]', ${event})` })
      .where(
        and(
          eq(sendInstances.id, instance.id),
          sql`${isNews} AND json_array_length(${sendInstances.events}) < ${MAX_EVENTS}
            AND NOT EXISTS (SELECT 1 FROM json_each(${sendInstances.events}) WHERE value = ${event})`,
        ),
      ),
    insertFrom(
      ctx.db,
      sendEvents,
      { appId: instance.appId, name: sql`${event}`, createdAt: now },
      sql`WHERE ${isNews} AND
        (SELECT count(*) FROM ${sendEvents} WHERE app_id = ${instance.appId}) < ${MAX_APP_EVENTS}`,
    ).onConflictDoNothing(),
  ]);
}
