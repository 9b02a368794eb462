// Goes on with erasures after their answer, in bounded parts: looks through what no index of a person leads to, which are
// segments, drafts, notifications and the deliveries of webhooks. May be repeated after an interruption.
import { and, asc, eq, lte, sql, type SQL } from "drizzle-orm";
import { drafts, erasures, segments, webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { DAY_MS, MINUTE_MS } from "../../kit/time.ts";
import type { Audience } from "../audiences/targeting.ts";
import type { Ctx } from "../context.ts";
import { eraseFurther, type Erasure } from "./erase-part.ts";
import { eraseFromNotifications } from "./erase-from-notifications.ts";
import { namesUser, withAlias } from "./named-in-audience.ts";
import { aimIn, aimWithAlias, draftsThatMayName, isNamed, isToAlone } from "./named-in-draft.ts";

/** Erasures of one run of the cron, and parts that each goes on by: 400 statements together at most. */
const AT_ONCE = 2;
const PARTS_A_RUN = 20;
/** Further parts of the devices that a run takes. */
const DEVICES_A_RUN = 5;
/** After how long one that was interrupted goes on, ms: a run takes seconds. */
const INTERRUPTED_MS = 5 * MINUTE_MS;
/** When deliveries are looked at again of which some had not been sent yet, ms. They are tried for days. */
const LOOK_AGAIN_MS = DAY_MS;
/** Deliveries of a part: rows of a kilobyte. */
const DELIVERIES = 2000;
/**
 * How much later than the erasure a delivery about it can be dated, ms: the database has a clock of its own. What comes later
 * and has the user id is about somebody new.
 */
const CLOCKS_MS = MINUTE_MS;

/** Named, since the database might go through the deliveries of all webhooks between two ids. */
const BY_WEBHOOK = sql`${webhookDeliveries} INDEXED BY webhook_deliveries_webhook`;

/** Where an erasure is. */
type Place = Pick<Erasure, "stage" | "webhookId" | "cursor" | "waits" | "dueAt">;

/** Goes on with the erasures that are due, the longest waiting first. One that fails keeps no other waiting. */
export async function recoverErasures(ctx: Ctx): Promise<void> {
  const due = await ctx.db
    .select()
    .from(erasures)
    .where(lte(erasures.dueAt, ctx.now()))
    .orderBy(asc(erasures.dueAt))
    .limit(AT_ONCE);
  for (const each of due) {
    try {
      await goOn(ctx, each);
    } catch (error) {
      ctx.log.error("erasure_fault", error, { erasure: each.id });
    }
  }
}

/** Goes on with one, as far as a run may; deletes its row when nothing is left. Somebody else who does so is left alone. */
export async function goOn(ctx: Ctx, erasure: Erasure): Promise<void> {
  const { id, dueAt } = erasure;
  const interruptedAt = ctx.now() + INTERRUPTED_MS;
  const claimed = await ctx.db
    .update(erasures)
    .set({ dueAt: interruptedAt })
    .where(and(eq(erasures.id, id), eq(erasures.dueAt, dueAt)))
    .returning({ id: erasures.id });
  if (claimed.length === 0) return;
  await eraseFurther(ctx, erasure, DEVICES_A_RUN);
  let place: Place | null = { ...erasure, dueAt: ctx.now() };
  for (let part = 0; part < PARTS_A_RUN && place !== null && place.dueAt <= ctx.now(); part += 1) {
    place = await nextPart(ctx, erasure, place);
    // Each, since an invocation can end at any of them: by its bounds, or because it is killed.
    if (place !== null) await keepPlace(ctx, id, { ...place, dueAt: interruptedAt });
  }
  if (place === null) await ctx.db.delete(erasures).where(eq(erasures.id, id));
  else await keepPlace(ctx, id, place);
}

async function keepPlace(ctx: Ctx, id: number, place: Place): Promise<void> {
  const { stage, webhookId, cursor, waits, dueAt } = place;
  await ctx.db
    .update(erasures)
    .set({ stage, webhookId, cursor, waits, dueAt })
    .where(eq(erasures.id, id));
}

/** Does a part, and returns where the next one is; null when there is none. */
async function nextPart(ctx: Ctx, erasure: Erasure, place: Place): Promise<Place | null> {
  switch (place.stage) {
    case "documents":
      await renameInSegments(ctx, erasure);
      await eraseFromDrafts(ctx, erasure);
      return { ...place, stage: "notifications", cursor: 0 };
    case "notifications": {
      const cursor = await eraseFromNotifications(ctx, erasure, place.cursor);
      return cursor === null ? { ...place, stage: "deliveries", cursor: 0 } : { ...place, cursor };
    }
    case "deliveries":
      return eraseDeliveries(ctx, erasure, place);
  }
}

/** Saved segments keep whom they have but for the person: another name, which nobody has, stands in place of the user id. */
async function renameInSegments(ctx: Ctx, { appId, userId, alias }: Erasure): Promise<void> {
  const named = await ctx.db
    .select({ id: segments.id, text: sql<string>`${segments.targeting}` })
    .from(segments)
    .where(and(eq(segments.appId, appId), namesUser(sql`${segments.targeting}`, userId)));
  for (const { id, text } of named) {
    const targeting = withAlias(JSON.parse(text) as Audience, userId, alias);
    await ctx.db
      .update(segments)
      .set({ targeting })
      .where(and(eq(segments.id, id), sql`${segments.targeting} = ${text}`));
  }
}

/**
 * A draft to the person alone goes. In others the user id is replaced where they say whom they are for; whoever has one open is
 * told that it changed, since saving it would bring the user id back.
 */
async function eraseFromDrafts(ctx: Ctx, { appId, userId, alias }: Erasure): Promise<void> {
  for (const { id, version, aim } of await draftsThatMayName(ctx, { appId, userId })) {
    const aimed = aimIn(aim);
    const isSame = and(eq(drafts.id, id), eq(drafts.version, version));
    if (isToAlone(aimed, userId)) await ctx.db.delete(drafts).where(isSame);
    else if (isNamed(aimed, userId)) {
      const { targeting, audience } = aimWithAlias(aimed, userId, alias);
      const fields = sql`json_set(${drafts.fields}, '$.targeting', json(${JSON.stringify(targeting)}),
        '$.audience', json(${JSON.stringify(audience)}))`;
      await ctx.db
        .update(drafts)
        .set({ fields, version: version + 1 })
        .where(isSame);
    }
  }
}

/** Deletes a part of the deliveries to the app's webhooks, and to the callbacks of its channels, that tell of the person. */
async function eraseDeliveries(ctx: Ctx, erasure: Erasure, place: Place): Promise<Place | null> {
  const { webhookId, cursor } = place;
  const [found] = await ctx.db.all<{ webhook: number | null; last: number | null; count: number }>(
    sql`WITH at AS (SELECT min(id) AS webhook FROM ${webhooks} WHERE app_id = ${erasure.appId} AND id >= ${webhookId})
      SELECT (SELECT webhook FROM at) AS webhook, max(id) AS last, count(*) AS count FROM (
        SELECT id FROM ${BY_WEBHOOK} WHERE webhook_id = (SELECT webhook FROM at)
          AND id > iif((SELECT webhook FROM at) = ${webhookId}, ${cursor}, 0) ORDER BY id LIMIT ${DELIVERIES})`,
  );
  if (!found || found.webhook === null) {
    if (!place.waits) return null;
    const again = { webhookId: 0, cursor: 0, waits: false };
    return { ...place, ...again, dueAt: ctx.now() + LOOK_AGAIN_MS };
  }
  const { webhook, last, count } = found;
  if (last === null) return { ...place, webhookId: webhook + 1, cursor: 0 };
  const part = sql`SELECT id FROM ${BY_WEBHOOK} WHERE webhook_id = ${webhook}
    AND id > ${webhook === webhookId ? cursor : 0} AND id <= ${last}`;
  const told = and(sql`${webhookDeliveries.id} IN (${part})`, isAbout(erasure));
  const [, waiting] = await ctx.db.batch([
    ctx.db
      .delete(webhookDeliveries)
      .where(and(told, sql`${webhookDeliveries.status} <> 'pending'`)),
    ctx.db.select({ id: webhookDeliveries.id }).from(webhookDeliveries).where(told).limit(1),
  ]);
  const next =
    count < DELIVERIES
      ? { webhookId: webhook + 1, cursor: 0 }
      : { webhookId: webhook, cursor: last };
  return { ...place, ...next, waits: place.waits || waiting.length > 0 };
}

/** The condition on `webhook_deliveries` that one tells of the person. */
function isAbout({ userId, devices, subscriptions, createdAt }: Erasure): SQL {
  const { body } = webhookDeliveries;
  const uuids = JSON.stringify(devices.map(([, uuid]) => uuid));
  const isDevice = (path: string) =>
    sql`${body} ->> ${sql.raw(`'${path}'`)} IN (SELECT value FROM json_each(${uuids}))`;
  const isOfThen = sql`${webhookDeliveries.createdAt} <= ${createdAt + CLOCKS_MS}`;
  return sql`iif(${webhookDeliveries.event} = 'channel.callback',
    ${isOfThen} AND (${body} ->> '$.iuid' = ${userId} OR EXISTS (SELECT 1 FROM json_each(${JSON.stringify(subscriptions)}) AS ended
      WHERE ended.value ->> 1 = ${body} ->> '$.channelId' AND ended.value ->> 2 = ${body} ->> '$.iuid')),
    (${isOfThen} AND ${body} ->> '$.data.user_id' = ${userId}) OR ${isDevice("$.data.id")} OR ${isDevice("$.data.subscriber_id")})`;
}
