// An app's notifications in a status, direct ones included: two indexes have them, and none has those that the direct path
// sends at present, which are among the newest.
import { sql, type SQL } from "drizzle-orm";
import { cursorOf } from "../../db/cursors.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Notification } from "./find-notification.ts";

/**
 * How much older than the first that the follow-up has not gone past those can be that the direct path sends, ms: hardly at all,
 * since ids are nearly in the order of time.
 */
const EARLIER_MS = 5 * MINUTE_MS;

type Status = Notification["status"];

/** The query for the ids of the notifications of `appId`, an SQL expression, in `status`. Tests to oneself are left out. */
export function ofStatus(ctx: Ctx, appId: SQL, status: Status): SQL {
  return union(parts(ctx, appId, status));
}

/**
 * The query for the ids of a page of them, newest first. Each list is read in its index's order and merged with the others,
 * so that a page reads what it skips once, and from the indexes alone.
 */
export function pageOfStatus(
  ctx: Ctx,
  appId: SQL,
  status: Status,
  { limit, offset }: { limit: number; offset: number },
): SQL {
  return sql`${ofStatus(ctx, appId, status)} ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`;
}

const union = (queries: SQL[]) => sql.join(queries, sql` UNION ALL `);

function parts(ctx: Ctx, appId: SQL, status: Status): SQL[] {
  const isIt = sql`app_id = ${appId} AND is_test = 0 AND status = ${status}`;
  // Their conditions in the words of the indexes.
  const listed = sql`SELECT id FROM notifications INDEXED BY notifications_listed
    WHERE ${isIt} AND targeting ->> 'type' IS NOT 'subscribers'`;
  const direct = sql`SELECT id FROM notifications INDEXED BY notifications_direct
    WHERE ${isIt} AND targeting ->> 'type' = 'subscribers' AND (has_run = 1 OR status <> 'sending')`;
  if (status !== "sending") return [listed, direct];
  // However long the follow-up rests, nothing is hidden that waits for it.
  const next = sql`(SELECT ahead.created_at FROM notifications AS ahead
    WHERE ahead.id > ${cursorOf("direct_follow_up")} ORDER BY ahead.id LIMIT 1)`;
  const since = sql`min(coalesce(${next}, ${ctx.now()}), ${ctx.now()}) - ${EARLIER_MS}`;
  const present = sql`SELECT id FROM notifications INDEXED BY notifications_app
    WHERE ${isIt} AND created_at > ${since} AND has_run = 0 AND targeting ->> 'type' = 'subscribers'`;
  return [listed, direct, present];
}
