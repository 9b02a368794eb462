// Binds devices to a person (iuid) in a channel: by a channel code that the device redeems, or by the owner's
// request. There is one subscription for each person in a channel, however many devices are bound to it.
import { and, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { insertFrom } from "../../db/insert-from.ts";
import {
  channelCodes,
  channelDevices,
  channels,
  channelSubscriptions,
  subscribers,
} from "../../db/schema/index.ts";
import { newHexId } from "../../kit/hex-id.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse, type Refusal } from "../../kit/refusal.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import type { Subscriber } from "../subscribers/find-subscriber.ts";
import { enqueueLater, emitSubscribing } from "./callbacks.ts";
import { Iuid } from "./channel-input.ts";
import { isPending } from "./codes.ts";
import { findChannel } from "./find-channel.ts";
import { MAX_OF_DEVICE, OWN_SUBSCRIPTION, type OwnSubscription } from "./own-subscriptions.ts";

/** Most devices that are bound as one person of a channel, each of which gets every message. */
export const MAX_OF_PERSON = 100;

export const BindSubscriber = z.strictObject({
  iuid: Iuid.meta({
    description: "Your own id of the person, without control characters.",
    example: "user-42",
  }),
  /** The device, by its id in the push API. */
  subscriber_id: z
    .uuid()
    .transform((uuid) => uuid.toLowerCase())
    .meta({
      description: "The device, by its id in the push API.",
      example: "0f8fad5b-d9cb-469f-a165-70867728950e",
    }),
});

/** Binds the device that redeems `code`, and deletes the code. Returns the subscription. Refuses `not_found`, `invalid`. */
export async function redeemCode(
  ctx: Ctx,
  subscriber: Subscriber,
  code: string,
): Promise<OwnSubscription> {
  const pending = await isPending(ctx, code);
  // A code is valid only in the app of its channel; for devices of other apps there is no such code.
  const bound = sql`SELECT ${channelCodes.channelId} AS channel_id, ${channelCodes.iuid} AS iuid,
      ${subscribers.id} AS subscriber_id, ${subscribers.uuid} AS uuid
    FROM ${channelCodes}
    JOIN ${channels} ON ${channels.id} = ${channelCodes.channelId}
    JOIN ${subscribers} ON ${subscribers.appId} = ${channels.appId}
    WHERE ${pending} AND ${subscribers.id} = ${subscriber.id}`;
  const within = withinBounds(bound);
  const [deliveries, , , , [subscription], [full]] = await ctx.db.batch([
    ...binding(ctx, within),
    ctx.db.select({ uuid: sql`uuid` }).from(sql`(${bound})`),
    ctx.db
      .delete(channelCodes)
      .where(and(pending, sql`(channel_id, iuid) IN (SELECT channel_id, iuid FROM (${within}))`)),
  ]);
  if (!subscription) return refuse(full ? tooManyBound() : { code: "not_found", what: "code" });
  enqueueLater(ctx, deliveries);
  return subscription;
}

/** Binds a device to a channel of the account, and returns the subscription. Refuses `not_found`, `invalid`. */
export async function bindSubscriber(
  ctx: AccountCtx,
  channelId: string,
  input: unknown,
): Promise<OwnSubscription> {
  const { channel } = await findChannel(ctx, channelId);
  const { iuid, subscriber_id: uuid } = parse(BindSubscriber, input);
  const bound = sql`SELECT ${channels.id} AS channel_id, ${iuid} AS iuid,
      ${subscribers.id} AS subscriber_id, ${subscribers.uuid} AS uuid
    FROM ${channels} JOIN ${subscribers} ON ${subscribers.appId} = ${channels.appId}
    WHERE ${channels.id} = ${channel.id} AND ${subscribers.uuid} = ${uuid}`;
  const [deliveries, , , , [subscription], [full]] = await ctx.db.batch([
    ...binding(ctx, withinBounds(bound)),
    ctx.db.select({ uuid: sql`uuid` }).from(sql`(${bound})`),
  ]);
  if (!subscription) {
    const message = "must be a subscriber of the channel's app";
    return refuse(full ? tooManyBound() : invalidField(["subscriber_id"], message));
  }
  enqueueLater(ctx, deliveries);
  return subscription;
}

/** Selects what `bound` does, unless the device or the person would be bound more often than it may. */
function withinBounds(bound: SQL): SQL {
  const ofPerson = sql`SELECT device.subscriber_id FROM ${channelDevices} AS device
    JOIN ${channelSubscriptions} AS kept ON kept.id = device.subscription_id
    WHERE kept.channel_id = wanted.channel_id AND kept.iuid = wanted.iuid`;
  return sql`SELECT wanted.* FROM (${bound}) AS wanted
    WHERE wanted.subscriber_id IN (${ofPerson})
      OR ((SELECT count(*) FROM ${channelDevices} AS device
          WHERE device.subscriber_id = wanted.subscriber_id) < ${MAX_OF_DEVICE}
        AND (SELECT count(*) FROM (${ofPerson})) < ${MAX_OF_PERSON})`;
}

function tooManyBound(): Refusal {
  return invalidField(
    ["subscriptions"],
    `must not be more than ${MAX_OF_DEVICE} a device, nor have more than ${MAX_OF_PERSON} devices`,
  );
}

/**
 * The statements that bind what `bound` selects: one row of channel_id, iuid, subscriber_id and uuid, or no row when
 * nothing may be bound. Their results are the callback deliveries that were made, those of three writes, and the
 * subscription.
 */
function binding(ctx: Ctx, bound: SQL) {
  const now = ctx.now();
  const ofBound = sql`${channelSubscriptions.channelId} = bound.channel_id
    AND ${channelSubscriptions.iuid} = bound.iuid`;
  return [
    // Emitted only while there is no subscription, since only the first device begins one.
    emitSubscribing(
      ctx,
      sql`SELECT bound.channel_id, bound.iuid FROM (${bound}) AS bound
        WHERE NOT EXISTS (SELECT 1 FROM ${channelSubscriptions} WHERE ${ofBound})`,
    ),
    insertFrom(
      ctx.db,
      channelSubscriptions,
      {
        id: newHexId(now),
        channelId: sql`bound.channel_id`,
        iuid: sql`bound.iuid`,
        subscriber: sql`substr(replace(bound.uuid, '-', ''), 1, 24)`,
        mute: false,
        createdAt: now,
        updatedAt: now,
      },
      sql`FROM (${bound}) AS bound WHERE true`,
    ).onConflictDoNothing(),
    insertFrom(
      ctx.db,
      channelDevices,
      {
        subscriptionId: sql`${channelSubscriptions.id}`,
        subscriberId: sql`bound.subscriber_id`,
        createdAt: now,
      },
      sql`FROM (${bound}) AS bound JOIN ${channelSubscriptions} ON ${ofBound} WHERE true`,
    ).onConflictDoNothing(),
    // From now on it gets what is meant for a person.
    ctx.db.update(subscribers).set({ vouched: true })
      .where(sql`${subscribers.id} IN (SELECT bound.subscriber_id FROM (${bound}) AS bound)
        AND ${subscribers.vouched} = 0`),
    ctx.db
      .select(OWN_SUBSCRIPTION)
      .from(channelSubscriptions)
      .where(sql`EXISTS (SELECT 1 FROM (${bound}) AS bound WHERE ${ofBound})`),
  ] as const;
}
