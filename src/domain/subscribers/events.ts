// The webhook events of subscribers that register and unsubscribe. They do not contain tokens or endpoints.
import { sql, type SQL } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { insertDeliveries } from "../webhooks/emit.ts";

const STATUS = {
  "subscriber.created": "active",
  "subscriber.unsubscribed": "unsubscribed",
} as const;

/** The statement that emits `event` for the subscribers for which `condition` holds. */
export function emitSubscriberEvent(
  ctx: Ctx,
  event: keyof typeof STATUS,
  condition: SQL | undefined,
) {
  return insertDeliveries(
    ctx,
    event,
    sql`SELECT ${subscribers.appId} AS app_id, json_object(
          'id', ${subscribers.uuid}, 'platform', ${subscribers.platform},
          'user_id', ${subscribers.userId}, 'tags', json(${subscribers.tags}),
          'language', ${subscribers.language}, 'country', ${subscribers.country},
          'timezone', ${subscribers.timezone}, 'status', ${STATUS[event]}, 'created_at',
          strftime('%Y-%m-%dT%H:%M:%SZ', ${subscribers.createdAt} / 1000, 'unixepoch')) AS data
        FROM ${subscribers} WHERE ${condition}`,
  );
}
