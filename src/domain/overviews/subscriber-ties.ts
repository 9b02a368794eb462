// What a subscriber is tied to: other devices of the same user, the channels that it is bound to, and its inbox.
import { and, desc, eq, ne, sql } from "drizzle-orm";
import { channelDevices, channels, channelSubscriptions, inboxes } from "../../db/schema/index.ts";
import { subscribers } from "../../db/schema/index.ts";
import { visibleChannels } from "../channels/find-channel.ts";
import type { AccountCtx } from "../context.ts";
import type { Subscriber } from "../subscribers/find-subscriber.ts";
import { LISTED, type ListedSubscriber } from "../subscribers/page-subscribers.ts";

/** Most other devices of a user that are shown; a user has a few. */
export const MAX_DEVICES = 20;
/** Most channels that are shown; a device is bound to a few. */
export const MAX_CHANNELS = 20;

export interface SubscriberTies {
  /** Other devices of the same user, newest first; none for who has no user id. */
  devices: ListedSubscriber[];
  /** The channels, newest binding first; `iuid` is the owner's id of the person there. */
  channels: { id: string; name: string; iuid: string; mute: boolean }[];
  /** How many notifications wait in its inbox; null for a subscriber with an address. */
  inInbox: number | null;
}

/** Returns what the subscriber is tied to. One round trip. */
export async function subscriberTies(
  ctx: AccountCtx,
  { id, appId, userId, provider }: Subscriber,
): Promise<SubscriberTies> {
  const [devices, bound, [inbox]] = await ctx.db.batch([
    ctx.db
      .select(LISTED)
      .from(subscribers)
      .where(
        and(
          eq(subscribers.appId, appId),
          userId === null ? sql`0` : eq(subscribers.userId, userId),
          ne(subscribers.id, id),
        ),
      )
      .orderBy(desc(subscribers.id))
      .limit(MAX_DEVICES),
    ctx.db
      .select({
        id: channels.id,
        name: channels.name,
        iuid: channelSubscriptions.iuid,
        mute: channelSubscriptions.mute,
      })
      .from(channelDevices)
      .innerJoin(channelSubscriptions, eq(channelSubscriptions.id, channelDevices.subscriptionId))
      .innerJoin(channels, eq(channels.id, channelSubscriptions.channelId))
      .where(and(eq(channelDevices.subscriberId, id), visibleChannels(ctx.principal)))
      .orderBy(desc(channelDevices.createdAt))
      .limit(MAX_CHANNELS),
    ctx.db
      .select({ count: sql<number>`json_array_length(${inboxes.entries})` })
      .from(inboxes)
      .where(eq(inboxes.subscriberId, id)),
  ]);
  return {
    devices,
    channels: bound,
    inInbox: provider === "inbox" ? (inbox?.count ?? 0) : null,
  };
}
