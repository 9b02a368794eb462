// Looks through the notifications of an app for what is about a person who is erased: messages to them alone go, with their
// results; other audiences lose the user id; receipts and clicks of their devices go.
import { and, sql } from "drizzle-orm";
import { engagements, notifications, subscribers } from "../../db/schema/index.ts";
import type { Audience } from "../audiences/targeting.ts";
import type { Ctx } from "../context.ts";
import { deleteWithResults } from "../notifications/expire-notifications.ts";
import type { Erasure } from "./erase-part.ts";
import { isForAlone, namesUser, withAlias } from "./named-in-audience.ts";

/** Notifications of a part: their audiences are read, of which each is as long as its content besides. */
const NOTIFICATIONS = 500;
/** Pairs of a notification and a device that are looked up in a part. */
const PAIRS = 20_000;
/** Notifications about the person that one part looks at: an audience is up to 64 KiB. */
const CHANGED = 50;
/** Audiences that one statement replaces: old and new ones are in one text, of which D1 takes 2 MB. */
const RENAMED = 8;
/** Statuses of notifications that may have a run. */
const WITH_RUN: readonly string[] = ["scheduled", "sending", "finalizing", "cancelled"];

/** Named, since it has an app's notifications in the order in which they are gone through. */
const BY_APP = sql`${notifications} INDEXED BY notifications_app`;

/**
 * Does a part behind `cursor`, the time at which a notification was made, ms, and returns the next cursor; null when there
 * is none.
 */
export async function eraseFromNotifications(
  ctx: Ctx,
  erasure: Erasure,
  cursor: number,
): Promise<number | null> {
  const { appId, userId, alias, devices } = erasure;
  const most = Math.min(NOTIFICATIONS, Math.ceil(PAIRS / Math.max(devices.length, 1)));
  const [part] = await ctx.db.all<{ last: number | null; found: number }>(
    sql`SELECT max(created_at) AS last, count(*) AS found FROM (
      SELECT created_at FROM ${BY_APP} WHERE app_id = ${appId} AND created_at > ${cursor}
      ORDER BY created_at LIMIT ${most})`,
  );
  if (!part || part.last === null) return null;
  const about = await aboutThem(ctx, erasure, cursor, part.last);
  const gone: number[] = [];
  const renamed: [id: number, old: string, other: string][] = [];
  let last = cursor;
  for (const { id, status, hasRun, text, isDirect, createdAt } of about) {
    const audience = JSON.parse(text) as Audience;
    if (isDirect || isForAlone(audience, userId)) {
      if (hasRun && WITH_RUN.includes(status)) await ctx.notificationRun(id).clear();
      gone.push(id);
    } else if (renamed.length === RENAMED) break;
    else renamed.push([id, text, JSON.stringify(withAlias(audience, userId, alias))]);
    // Others may have been made in the same millisecond; what is done is not come by again.
    last = createdAt - 1;
  }
  const isCut = gone.length + renamed.length < about.length || about.length === CHANGED;
  if (!isCut) ({ last } = part);
  await forgetEngagements(ctx, erasure, cursor, last);
  if (renamed.length > 0) await rename(ctx, renamed);
  if (gone.length > 0) await deleteWithResults(ctx, JSON.stringify(gone));
  return !isCut && part.found < most ? null : last;
}

/**
 * Those of the notifications behind `cursor` up to `last` that are about the person: direct ones to devices of which none is
 * left, or to a channel subscription that ended, and those of before the erasure whose audience names the user id: later ones
 * are for somebody new.
 */
async function aboutThem(
  ctx: Ctx,
  { appId, userId, devices, subscriptions, createdAt }: Erasure,
  cursor: number,
  last: number,
) {
  const { content, targeting } = notifications;
  const ids = JSON.stringify(devices.map(([id]) => id));
  const ended = JSON.stringify(subscriptions.map(([id]) => id));
  const wasTheirs = sql`EXISTS (SELECT 1 FROM json_each(${targeting}, '$.ids') AS sent
    WHERE sent.value IN (SELECT value FROM json_each(${ids})))`;
  const hasOthers = sql`EXISTS (SELECT 1 FROM json_each(${targeting}, '$.ids') AS sent
    JOIN ${subscribers} AS other ON other.id = sent.value)`;
  const isDirect = sql<number>`(${targeting} ->> 'type' = 'subscribers' AND ((${wasTheirs} AND NOT ${hasOthers})
    OR ${content} ->> '$.data.subscription' IN (SELECT value FROM json_each(${ended}))))`;
  return ctx.db
    .select({
      id: notifications.id,
      status: notifications.status,
      hasRun: notifications.hasRun,
      createdAt: notifications.createdAt,
      text: sql<string>`${targeting}`,
      isDirect,
    })
    .from(notifications)
    .where(
      and(
        sql`${notifications.id} IN (SELECT id FROM ${BY_APP}
          WHERE app_id = ${appId} AND created_at > ${cursor} AND created_at <= ${last})`,
        sql`(${isDirect} OR (${notifications.createdAt} <= ${createdAt} AND ${namesUser(sql`${targeting}`, userId)}))`,
      ),
    )
    .orderBy(notifications.createdAt, notifications.id)
    .limit(CHANGED);
}

/** Deletes the receipts and clicks of the person's devices with the notifications behind `cursor` up to `last`. */
async function forgetEngagements(
  ctx: Ctx,
  { appId, devices }: Erasure,
  cursor: number,
  last: number,
): Promise<void> {
  if (devices.length === 0) return;
  const ids = JSON.stringify(devices.map(([id]) => id));
  await ctx.db.delete(engagements).where(
    sql`${engagements}.rowid IN (SELECT engaged.rowid FROM ${notifications} AS sent INDEXED BY notifications_app
      CROSS JOIN json_each(${ids}) AS device
      CROSS JOIN ${engagements} AS engaged ON engaged.notification_id = sent.id AND engaged.subscriber_id = device.value
      WHERE sent.app_id = ${appId} AND sent.created_at > ${cursor} AND sent.created_at <= ${last})`,
  );
}

/** Gives notifications the other audience, those that have the old one still. */
async function rename(ctx: Ctx, renamed: readonly (readonly [number, string, string])[]) {
  await ctx.db.run(
    sql`UPDATE ${notifications} SET targeting = one.value ->> 2 FROM json_each(${JSON.stringify(renamed)}) AS one
      WHERE ${notifications.id} = one.value ->> 0 AND ${notifications.targeting} = one.value ->> 1`,
  );
}
