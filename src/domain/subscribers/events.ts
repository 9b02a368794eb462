// The webhook events of subscribers that register and unsubscribe. They do not contain tokens or endpoints. Strangers
// can cause both without end, so an app's day has a most of each.
import { sql, type SQL } from "drizzle-orm";
import { accounts, apps, dailyStats, plans, subscribers } from "../../db/schema/index.ts";
import { utcDay } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { insertDeliveries } from "../webhooks/emit.ts";

const STATUS = {
  "subscriber.created": "active",
  "subscriber.unsubscribed": "unsubscribed",
} as const;

/** The counter of a day that counts the subscribers of an event, and how many it has not counted yet. */
const COUNTER = {
  "subscriber.created": { column: dailyStats.newSubscribers, uncounted: 0 },
  "subscriber.unsubscribed": { column: dailyStats.unsubscribes, uncounted: 1 },
} as const;

/**
 * The statement that emits `event` for the app's subscribers for which `condition` holds. It emits nothing once the app had more of it in this UTC day than its plan allows subscribers;
 * the day's counter tells how many there were.
 */
export function emitSubscriberEvent(
  ctx: Ctx,
  event: keyof typeof STATUS,
  appId: number,
  condition: SQL | undefined,
) {
  // A day without a row has had none yet. New ones are counted by now, those that unsubscribe are not.
  const isBounded = sql`coalesce((SELECT day.${sql.identifier(COUNTER[event].column.name)} + ${COUNTER[event].uncounted} <= plan.max_subscribers
    FROM ${dailyStats} AS day JOIN ${apps} AS counted ON counted.id = day.app_id
    JOIN ${accounts} AS owner ON owner.id = counted.account_id JOIN ${plans} AS plan ON plan.id = owner.plan_id
    WHERE day.app_id = ${appId} AND day.date = ${utcDay(ctx.now())}), 1)`;
  // The plus keeps the planner from reading the whole app: the condition names a few subscribers.
  return insertDeliveries(
    ctx,
    event,
    sql`SELECT ${subscribers.appId} AS app_id, json_object(
          'id', ${subscribers.uuid}, 'platform', ${subscribers.platform},
          'user_id', ${subscribers.userId}, 'tags', json(${subscribers.tags}),
          'language', ${subscribers.language}, 'country', ${subscribers.country},
          'timezone', ${subscribers.timezone}, 'status', ${STATUS[event]}, 'created_at',
          strftime('%Y-%m-%dT%H:%M:%SZ', ${subscribers.createdAt} / 1000, 'unixepoch')) AS data
        FROM ${subscribers} WHERE +${subscribers.appId} = ${appId} AND ${condition} AND ${isBounded}`,
  );
}
