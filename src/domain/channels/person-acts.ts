// What a person can do on their own page. Each statement changes what the link reaches and no more, so a link that has ended in
// the meantime changes nothing.
import { and, eq, isNull, sql } from "drizzle-orm";
import {
  channelDevices,
  channelMessages,
  channels,
  channelSubscriptions,
  subscribers,
} from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";
import { deliveriesOfEnds, enqueueLater } from "./callbacks.ts";
import { reachedBy } from "./person-links.ts";
import type { PersonToken } from "./person-token.ts";

/** Mutes a subscription for all its devices, or lets it be heard again. Returns the channel's name. Refuses `not_found`. */
export async function muteOwn(
  ctx: Ctx,
  token: PersonToken,
  id: string,
  mute: boolean,
): Promise<string> {
  const [changed] = await ctx.db
    .update(channelSubscriptions)
    .set({ mute, updatedAt: ctx.now() })
    .where(
      and(
        eq(channelSubscriptions.id, id),
        sql`${channelSubscriptions.id} IN (${reachedBy(ctx, token)})`,
      ),
    )
    .returning({
      name: sql<string>`(SELECT channel.name FROM ${channels} AS channel
        WHERE channel.id = channel_subscriptions.channel_id)`,
    });
  return changed?.name ?? nothing();
}

/** Leaves a channel on all devices: the subscription ends, with its messages. Returns the channel's name. Refuses `not_found`. */
export async function leaveOwn(ctx: Ctx, token: PersonToken, id: string): Promise<string> {
  const reached = sql`(${reachedBy(ctx, token)})`;
  const [names, gone, ended] = await ctx.db.batch([
    ctx.db
      .select({ name: channels.name })
      .from(channelSubscriptions)
      .innerJoin(channels, eq(channels.id, channelSubscriptions.channelId))
      .where(eq(channelSubscriptions.id, id)),
    // The subscription ends with its last device (migrations/0001).
    ctx.db
      .delete(channelDevices)
      .where(
        and(
          eq(channelDevices.subscriptionId, id),
          sql`${channelDevices.subscriptionId} IN ${reached}`,
        ),
      )
      .returning({ id: channelDevices.subscriptionId }),
    deliveriesOfEnds(ctx, [id]),
  ]);
  if (gone.length === 0) return nothing();
  enqueueLater(ctx, ended);
  return names[0]?.name ?? "";
}

/**
 * Unbinds a device from all that the link reaches. Subscriptions that it alone had end. Refuses `not_found`. The device stays
 * a subscriber of the app.
 */
export async function forgetDevice(ctx: Ctx, token: PersonToken, uuid: string): Promise<void> {
  const device = sql`(SELECT ${subscribers.id} FROM ${subscribers} WHERE ${subscribers.uuid} = ${uuid})`;
  await unbind(ctx, token, sql`${channelDevices.subscriberId} = ${device}`);
}

/** Ends all that the link reaches: every subscription, with its messages, on all devices. Refuses `not_found`. */
export async function deleteOwn(ctx: Ctx, token: PersonToken): Promise<void> {
  await unbind(ctx, token, sql`true`);
}

/** Marks all messages that the link reaches as read. */
export async function markAllRead(ctx: Ctx, token: PersonToken): Promise<void> {
  await ctx.db
    .update(channelMessages)
    .set({ readAt: ctx.now() })
    .where(
      and(
        sql`${channelMessages.subscriptionId} IN (${reachedBy(ctx, token)})`,
        isNull(channelMessages.readAt),
      ),
    );
}

async function unbind(ctx: Ctx, token: PersonToken, which: ReturnType<typeof sql>): Promise<void> {
  const gone = await ctx.db
    .delete(channelDevices)
    .where(and(sql`${channelDevices.subscriptionId} IN (${reachedBy(ctx, token)})`, which))
    .returning({ id: channelDevices.subscriptionId });
  if (gone.length === 0) nothing();
  const ids = [...new Set(gone.map(({ id }) => id))];
  enqueueLater(ctx, await deliveriesOfEnds(ctx, ids));
}

function nothing(): never {
  return refuse({ code: "not_found", what: "subscription" });
}
