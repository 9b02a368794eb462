// Deletes channels with their codes, their subscriptions and their messages, in bounded statements: a single DELETE
// would cascade to every message of the channel. May be repeated after an interruption.
import { and, eq, exists, inArray, not, sql, type SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { deletePart, inParts, UNTIL_NOTHING_IS_LEFT } from "../../db/delete-in-parts.ts";
import {
  channelCodes,
  channelMessages,
  channels,
  channelSubscriptions,
  webhooks,
} from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Rows deleted by one statement: keeps each short. */
const ROWS_AT_ONCE = 2000;

/** Deletes the channels of an app, so that the app's own row can be deleted. */
export async function deleteChannels(ctx: Ctx, appId: number): Promise<void> {
  await deleteChannelsWhere(ctx, eq(channels.appId, appId));
}

/**
 * Deletes the channels for which `which`, a condition on `channels`, holds; returns how many there were. Their
 * callbacks are not notified of it. `noted`: statements that follow the one that deletes channels, in each of its batches.
 */
export async function deleteChannelsWhere(
  ctx: Ctx,
  which: SQL | undefined,
  noted: readonly BatchItem<"sqlite">[] = [],
): Promise<number> {
  let deleted = 0;
  await inParts(UNTIL_NOTHING_IS_LEFT, async () => {
    const [there, , , , gone] = await ctx.db.batch([...part(ctx, which), ...noted]);
    deleted += gone.length;
    return gone.length < there.length;
  });
  return deleted;
}

/**
 * The statements that delete a part of each table, referring rows first: a row is deleted when no other refers to it.
 */
function part(ctx: Ctx, which: SQL | undefined) {
  const { db } = ctx;
  const ids = db.select({ id: channels.id }).from(channels).where(which);
  const subscriptions = db
    .select({ id: channelSubscriptions.id })
    .from(channelSubscriptions)
    .where(inArray(channelSubscriptions.channelId, ids));
  const withMessages = db
    .select({ id: channelMessages.id })
    .from(channelMessages)
    .where(eq(channelMessages.subscriptionId, channelSubscriptions.id));
  const received = {
    key: sql`rowid`,
    where: inArray(channelMessages.subscriptionId, subscriptions),
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
    deletePart(db, channelMessages, received, ROWS_AT_ONCE),
    deletePart(db, channelSubscriptions, bare, ROWS_AT_ONCE),
    deletePart(db, channelCodes, codes, ROWS_AT_ONCE),
    // The channel is deleted by cascade with the row of its callback.
    db.delete(webhooks).where(inArray(webhooks.id, empty)).returning({ id: webhooks.id }),
  ] as const;
}
