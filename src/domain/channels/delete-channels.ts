// Forgets channels with their codes, their subscriptions and what those received, in bounded statements: a single
// DELETE would drag along every message there ever was. May be repeated after an interruption.
import { and, eq, exists, inArray, not, type SQL } from "drizzle-orm";
import { deletePart, inParts, UNTIL_NOTHING_IS_LEFT } from "../../db/delete-in-parts.ts";
import {
  channelCodes,
  channelNotifications,
  channels,
  channelSubscriptions,
  webhooks,
} from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Rows deleted in one statement: keeps each short. */
const ROWS_AT_ONCE = 2000;

/** Forgets the channels of an app, so that the app's own row can go. */
export async function deleteChannels(ctx: Ctx, appId: number): Promise<void> {
  await deleteChannelsWhere(ctx, eq(channels.appId, appId));
}

/**
 * Forgets the channels that `which`, a condition on `channels`, holds for; answers how many there were. Nothing more
 * is told to their callbacks.
 */
export async function deleteChannelsWhere(ctx: Ctx, which: SQL | undefined): Promise<number> {
  let erased = 0;
  await inParts(UNTIL_NOTHING_IS_LEFT, async () => {
    const [there, , , , gone] = await ctx.db.batch(part(ctx, which));
    erased += gone.length;
    return gone.length < there.length;
  });
  return erased;
}

/** A part of each table, from what hangs on others to what they hang on: a row goes when nothing is left on it. */
function part(ctx: Ctx, which: SQL | undefined) {
  const { db } = ctx;
  const ids = db.select({ id: channels.id }).from(channels).where(which);
  const subscriptions = db
    .select({ id: channelSubscriptions.id })
    .from(channelSubscriptions)
    .where(inArray(channelSubscriptions.channelId, ids));
  const withMessages = db
    .select({ id: channelNotifications.id })
    .from(channelNotifications)
    .where(eq(channelNotifications.subscriptionId, channelSubscriptions.id));
  const received = {
    key: channelNotifications.id,
    where: inArray(channelNotifications.subscriptionId, subscriptions),
  };
  const bare = {
    key: channelSubscriptions.id,
    where: and(inArray(channelSubscriptions.channelId, ids), not(exists(withMessages))),
  };
  const codes = { key: channelCodes.codeHash, where: inArray(channelCodes.channelId, ids) };
  const callbacks = db.select({ id: channels.callbackId }).from(channels).where(which);
  const anySubscription = db
    .select({ id: channelSubscriptions.id })
    .from(channelSubscriptions)
    .where(eq(channelSubscriptions.channelId, channels.id));
  const anyCode = db
    .select({ hash: channelCodes.codeHash })
    .from(channelCodes)
    .where(eq(channelCodes.channelId, channels.id));
  const empty = db
    .select({ id: channels.callbackId })
    .from(channels)
    .where(and(which, not(exists(anySubscription)), not(exists(anyCode))));
  return [
    db
      .update(webhooks)
      .set({ enabled: false })
      .where(inArray(webhooks.id, callbacks))
      .returning({ id: webhooks.id }),
    deletePart(db, channelNotifications, received, ROWS_AT_ONCE),
    deletePart(db, channelSubscriptions, bare, ROWS_AT_ONCE),
    deletePart(db, channelCodes, codes, ROWS_AT_ONCE),
    // the channel hangs on its callback's row
    db.delete(webhooks).where(inArray(webhooks.id, empty)).returning({ id: webhooks.id }),
  ] as const;
}
