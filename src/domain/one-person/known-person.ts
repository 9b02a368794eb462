// Which rows of an app are about a person, whom the owner's own user id names: devices that have it, by the owner's word or
// a user token; installations that claim it, as long as nobody says otherwise; and channel subscriptions that are called so.
import { sql, type SQL } from "drizzle-orm";
import {
  channelCodes,
  channelDevices,
  channels,
  channelSubscriptions,
  installations,
  subscribers,
} from "../../db/schema/index.ts";

/** A person of an app. */
export interface Person {
  appId: number;
  userId: string;
}

/** Devices whose channel subscriptions are looked for: more than a person has. */
const MOST_DEVICES = 1000;

/** The query for the person's devices that `and` holds for, a condition on `device`; the newest `most` of each kind. */
export function devicesOf({ appId, userId }: Person, most: number, and: SQL = sql`true`): SQL {
  return sql`SELECT * FROM (SELECT device.id FROM ${subscribers} AS device
      WHERE device.app_id = ${appId} AND device.user_id = ${userId} AND ${and} ORDER BY device.id DESC LIMIT ${most})
    UNION ALL SELECT * FROM (SELECT device.id FROM ${installations} AS claim JOIN ${subscribers} AS device ON device.id = claim.subscriber_id
      WHERE claim.app_id = ${appId} AND claim.ext_id = ${userId} AND device.user_id IS NULL AND ${and} LIMIT ${most})`;
}

/** The query for the channel subscriptions of the person's user id. */
export function subscriptionsNamed({ appId, userId }: Person): SQL {
  return sql`SELECT named.id FROM ${channels} AS channel JOIN ${channelSubscriptions} AS named
    ON named.channel_id = channel.id AND named.iuid = ${userId} WHERE channel.app_id = ${appId}`;
}

/** The query for those, and for all that a device of the person is bound to. */
export function subscriptionsOf(person: Person): SQL {
  return sql`${subscriptionsNamed(person)} UNION SELECT bound.subscription_id FROM ${channelDevices} AS bound
    WHERE bound.subscriber_id IN (${devicesOf(person, MOST_DEVICES)})`;
}

/** The condition that anything is about the person; of what owners wrote, such as audiences, nothing is looked at. */
export function isKnown(person: Person): SQL {
  const { appId, userId } = person;
  return sql`(EXISTS (${devicesOf(person, 1)}) OR EXISTS (${subscriptionsNamed(person)})
    OR EXISTS (SELECT 1 FROM ${installations} AS claim WHERE claim.app_id = ${appId} AND claim.ext_id = ${userId})
    OR EXISTS (SELECT 1 FROM ${channels} AS channel JOIN ${channelCodes} AS code
      ON code.channel_id = channel.id AND code.iuid = ${userId} WHERE channel.app_id = ${appId}))`;
}
