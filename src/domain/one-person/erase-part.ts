// Deletes a part of what is kept about a person of an app, in one transaction: devices with all that hangs on them, and channel
// subscriptions. What no index leads to is looked for afterwards (go-on-erasing.ts), by the row of `erasures` that it writes.
import { sql, type SQL } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import {
  channelCodes,
  channelDevices,
  channels,
  channelSubscriptions,
  erasures,
  installations,
  subscribers,
} from "../../db/schema/index.ts";
import type { auditEntry } from "../audit/entry.ts";
import { deliveriesOfEnds, enqueueLater } from "../channels/callbacks.ts";
import type { Ctx } from "../context.ts";
import { devicesOf, isKnown, subscriptionsNamed, type Person } from "./known-person.ts";

/** Devices that one transaction deletes: messages of channels go with each. */
export const PART = 500;

export type Erasure = typeof erasures.$inferSelect;

interface Wanted extends Person {
  alias: string;
  /** Which subscriber is the last that is meant; null: the newest that there is now. */
  lastSubscriber: number | null;
}

/** Deletes a part of what there is, in one transaction, and returns its row; undefined when there is nothing. */
export async function erasePart(
  ctx: Ctx,
  wanted: Wanted,
  entry?: ReturnType<typeof auditEntry>,
): Promise<Erasure | undefined> {
  const { appId, userId, alias, lastSubscriber } = wanted;
  // Parts after the first take devices alone: what has the user id by now is of somebody who came back.
  const isFirst = sql.raw(`${lastSubscriber === null}`);
  const uuid = crypto.randomUUID();
  const now = ctx.now();
  const [[erasure]] = await ctx.db.batch([
    insertFrom(
      ctx.db,
      erasures,
      {
        uuid,
        appId,
        userId,
        alias,
        ...partOf(wanted),
        lastSubscriber: sql`coalesce(${lastSubscriber}, (SELECT max(id) FROM ${subscribers}), 0)`,
        stage: "documents",
        dueAt: now,
        createdAt: now,
      },
      sql`WHERE ${isKnown(wanted)}`,
    ).returning(),
    // A statement that does nothing, where there is no entry.
    entry ?? ctx.db.delete(erasures).where(sql`false`),
    // A channel subscription ends with its last device (migrations/0001).
    ctx.db
      .delete(channelDevices)
      .where(sql`${channelDevices.subscriptionId} IN ${listed(uuid, "subscriptions")}`),
    ctx.db.delete(channelCodes).where(
      sql`${isFirst} AND ${channelCodes.iuid} = ${userId} AND ${channelCodes.channelId} IN (
        SELECT channel.id FROM ${channels} AS channel WHERE channel.app_id = ${appId})`,
    ),
    ctx.db.delete(subscribers).where(sql`${subscribers.id} IN ${listed(uuid, "devices")}`),
    // Of one that has a device of somebody else, the claim goes alone.
    ctx.db
      .delete(installations)
      .where(
        sql`${isFirst} AND ${claims(appId, userId)} AND ${installations.subscriberId} IS NULL`,
      ),
    ctx.db.update(installations).set({ extId: null })
      .where(sql`${isFirst} AND ${claims(appId, userId)}
      AND EXISTS (SELECT 1 FROM ${subscribers} AS device
        WHERE device.id = ${installations.subscriberId} AND device.user_id IS NOT NULL)`),
  ]);
  if (!erasure) return undefined;
  const ended = erasure.subscriptions.map(([id]) => id);
  if (ended.length > 0) enqueueLater(ctx, await deliveriesOfEnds(ctx, ended));
  return erasure;
}

/** Deletes further parts of the devices behind `part`, which is a full one where there are any: at most `most`. */
export async function eraseFurther(ctx: Ctx, part: Erasure, most: number): Promise<Erasure[]> {
  const further: Erasure[] = [];
  let last: Erasure | undefined = part;
  while (last?.devices.length === PART && further.length < most) {
    last = await erasePart(ctx, part);
    if (last) further.push(last);
  }
  return further;
}

/** The devices of the part, and the channel subscriptions that end with it. */
function partOf(wanted: Wanted): { devices: SQL; subscriptions: SQL } {
  const { lastSubscriber } = wanted;
  const isMeant = lastSubscriber === null ? sql`true` : sql`device.id <= ${lastSubscriber}`;
  const named = lastSubscriber === null ? sql`${subscriptionsNamed(wanted)} UNION` : sql``;
  const part = sql`(SELECT id FROM (${devicesOf(wanted, PART, isMeant)}) LIMIT ${PART})`;
  return {
    devices: sql`(SELECT json_group_array(json_array(mine.id, mine.uuid))
      FROM ${subscribers} AS mine WHERE mine.id IN ${part})`,
    subscriptions: sql`(SELECT json_group_array(json_array(ending.id, ending.channel_id, ending.iuid))
      FROM ${channelSubscriptions} AS ending WHERE ending.id IN (${named}
        SELECT bound.subscription_id FROM ${channelDevices} AS bound
          WHERE bound.subscriber_id IN ${part} AND NOT EXISTS (SELECT 1 FROM ${channelDevices} AS other
            WHERE other.subscription_id = bound.subscription_id AND other.subscriber_id NOT IN ${part})))`,
  };
}

/** The ids in a list of the erasure. */
function listed(uuid: string, list: "devices" | "subscriptions"): SQL {
  return sql`(SELECT each.value ->> 0 FROM ${erasures} AS erasure
    JOIN json_each(erasure.${sql.identifier(list)}) AS each WHERE erasure.uuid = ${uuid})`;
}

const claims = (appId: number, userId: string) =>
  sql`${installations.appId} = ${appId} AND ${installations.extId} = ${userId}`;
