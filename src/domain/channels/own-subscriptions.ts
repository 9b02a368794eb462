// The channel subscriptions that a device is bound to, as it is shown them itself: by the name that people know a channel by.
import { asc, eq, getTableColumns, sql } from "drizzle-orm";
import { channelDevices, channels, channelSubscriptions } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import type { Subscriber } from "../subscribers/find-subscriber.ts";
import type { ChannelSubscription } from "./subscriptions.ts";

/** Most people as whom one device is bound, over all channels: a shared one in a household or a shop. */
export const MAX_OF_DEVICE = 100;

/** A subscription with the name of its channel. */
export interface OwnSubscription extends ChannelSubscription {
  name: string;
}

/**
 * The columns of one, for a SELECT from `channel_subscriptions` or what a statement on it returns. Column names are written in
 * full, since drizzle leaves out the tables' names there.
 */
export const OWN_SUBSCRIPTION = {
  ...getTableColumns(channelSubscriptions),
  name: sql<string>`(SELECT channel.name FROM ${channels} AS channel
    WHERE channel.id = channel_subscriptions.channel_id)`.as("name"),
};

/**
 * Returns what the device is bound to, oldest first: at most MAX_OF_DEVICE, so there are no pages. A device that unsubscribed
 * is still bound, and can leave.
 */
export async function listOwnSubscriptions(
  ctx: Ctx,
  { id }: Subscriber,
): Promise<OwnSubscription[]> {
  return ctx.db
    .select(OWN_SUBSCRIPTION)
    .from(channelDevices)
    .innerJoin(channelSubscriptions, eq(channelSubscriptions.id, channelDevices.subscriptionId))
    .where(eq(channelDevices.subscriberId, id))
    .orderBy(asc(channelSubscriptions.id))
    .limit(MAX_OF_DEVICE);
}
