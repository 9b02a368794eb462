// Forgets channels with their codes, their subscriptions and what those received, in bounded statements: a single
// DELETE would drag along every message there ever was. May be repeated after an interruption.
import { and, eq, exists, inArray, not, type SQL } from "drizzle-orm";
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
export async function eraseChannels(ctx: Ctx, appId: number): Promise<void> {
  await eraseThose(ctx, eq(channels.appId, appId));
}

/**
 * Forgets the channels that `which`, a condition on `channels`, holds for; answers how many there were. Nothing more
 * is told to their callbacks.
 */
export async function eraseThose(ctx: Ctx, which: SQL | undefined): Promise<number> {
  let erased = 0;
  for (;;) {
    const [there, , , , gone] = await ctx.db.batch(round(ctx, which));
    erased += gone.length;
    if (gone.length === there.length) return erased;
  }
}

/** A part of each table, from what hangs on others to what they hang on: a row goes when nothing is left on it. */
function round(ctx: Ctx, which: SQL | undefined) {
  const { db } = ctx;
  const ids = db.select({ id: channels.id }).from(channels).where(which);
  const subscriptions = db
    .select({ id: channelSubscriptions.id })
    .from(channelSubscriptions)
    .where(inArray(channelSubscriptions.channelId, ids));
  const received = db
    .select({ id: channelNotifications.id })
    .from(channelNotifications)
    .where(inArray(channelNotifications.subscriptionId, subscriptions))
    .limit(ROWS_AT_ONCE);
  const withMessages = db
    .select({ id: channelNotifications.id })
    .from(channelNotifications)
    .where(eq(channelNotifications.subscriptionId, channelSubscriptions.id));
  const bare = db
    .select({ id: channelSubscriptions.id })
    .from(channelSubscriptions)
    .where(and(inArray(channelSubscriptions.channelId, ids), not(exists(withMessages))))
    .limit(ROWS_AT_ONCE);
  const codes = db
    .select({ hash: channelCodes.codeHash })
    .from(channelCodes)
    .where(inArray(channelCodes.channelId, ids))
    .limit(ROWS_AT_ONCE);
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
    db.delete(channelNotifications).where(inArray(channelNotifications.id, received)),
    db.delete(channelSubscriptions).where(inArray(channelSubscriptions.id, bare)),
    db.delete(channelCodes).where(inArray(channelCodes.codeHash, codes)),
    // the channel hangs on its callback's row
    db.delete(webhooks).where(inArray(webhooks.id, empty)).returning({ id: webhooks.id }),
  ] as const;
}
