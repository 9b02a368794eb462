// What a person's own page shows: subscriptions, the devices that they are on, and a page of messages.
import { and, asc, desc, eq, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { countedUpToMost } from "../../db/count.ts";
import {
  accounts,
  apps,
  channelDevices,
  channelMessages,
  channels,
  channelSubscriptions,
  subscribers,
} from "../../db/schema/index.ts";
import { HEX_ID } from "../../kit/hex-id.ts";
import { upToMost, type Total } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { Ctx } from "../context.ts";
import type { ChannelMessage } from "./channel-messages.ts";
import { reachedBy, whyEnded, type PersonEnd } from "./person-links.ts";
import type { PersonToken } from "./person-token.ts";

/** Messages of a page. */
const MESSAGES = 20;
/** A text that sorts after all ids. */
const AFTER_ALL = "g";
/** Most devices that are listed. */
const MAX_DEVICES = 100;

const PageInput = z.strictObject({
  /** Only messages that are older than the one with this id, which is how one page follows another. */
  before: z.string().regex(HEX_ID).optional(),
});

export interface PersonSubscription {
  id: string;
  channel: string;
  iuid: string;
  mute: boolean;
  createdAt: number;
  devices: number;
}

export interface PersonDevice {
  /** The UUID by which the device is known. */
  id: string;
  platform: "web" | "ios" | "android";
  lastActiveAt: number;
  /** Whether it takes pushes now. */
  isActive: boolean;
}

export type PersonMessage = Pick<ChannelMessage, "id" | "content" | "readAt" | "createdAt"> & {
  channel: string;
};

export interface PersonPage {
  kind: "open";
  appName: string;
  accountName: string;
  subscriptions: PersonSubscription[];
  devices: PersonDevice[];
  messages: PersonMessage[];
  total: Total;
  unread: number;
  /** The `before` of the next page; null where there are no older ones. */
  next: string | null;
}

/** Returns the page of a token, or why it is none any more. Refuses `invalid` for the query. */
export async function personPage(
  ctx: Ctx,
  token: PersonToken,
  query: unknown,
): Promise<PersonPage | PersonEnd> {
  const { before = AFTER_ALL } = parse(PageInput, query);
  const reached = sql`(${reachedBy(ctx, token)})`;
  const [subscriptions, devices, counts, found] = await ctx.db.batch([
    subscriptionsIn(ctx, reached),
    devicesOf(ctx, reached),
    countsOf(ctx, reached),
    messagesOf(ctx, reached, before),
  ]);
  const [first] = subscriptions;
  if (!first) return whyEnded(ctx, token);
  const messages = found.slice(0, MESSAGES);
  return {
    kind: "open",
    appName: first.app,
    accountName: first.account,
    subscriptions: subscriptions.map(({ app: _app, account: _account, ...each }) => each),
    devices,
    messages,
    total: upToMost(counts[0]?.all ?? 0),
    unread: counts[0]?.unread ?? 0,
    next: found.length > MESSAGES ? (messages.at(-1)?.id ?? null) : null,
  };
}

function subscriptionsIn(ctx: Ctx, reached: SQL) {
  const { id, iuid, mute, createdAt } = channelSubscriptions;
  return ctx.db
    .select({
      id,
      iuid,
      mute,
      createdAt,
      // Named each, since a database batch tells columns apart by their names.
      channel: sql<string>`${channels.name}`.as("channel"),
      app: sql<string>`${apps.name}`.as("app"),
      account: sql<string>`${accounts.name}`.as("account"),
      devices: ctx.db.$count(channelDevices, eq(channelDevices.subscriptionId, id)),
    })
    .from(channelSubscriptions)
    .innerJoin(channels, eq(channels.id, channelSubscriptions.channelId))
    .innerJoin(apps, eq(apps.id, channels.appId))
    .innerJoin(accounts, eq(accounts.id, channels.accountId))
    .where(sql`${id} IN ${reached}`)
    .orderBy(asc(id));
}

function devicesOf(ctx: Ctx, reached: SQL) {
  return ctx.db
    .selectDistinct({
      id: subscribers.uuid,
      platform: subscribers.platform,
      lastActiveAt: subscribers.lastActiveAt,
      isActive: sql<boolean>`${subscribers.status} = 'active'`.mapWith(Boolean),
    })
    .from(channelDevices)
    .innerJoin(subscribers, eq(subscribers.id, channelDevices.subscriberId))
    .where(sql`${channelDevices.subscriptionId} IN ${reached}`)
    .orderBy(desc(subscribers.lastActiveAt))
    .limit(MAX_DEVICES);
}

function countsOf(ctx: Ctx, reached: SQL) {
  const received = sql`SELECT 1 FROM ${channelMessages} WHERE ${channelMessages.subscriptionId} IN ${reached}`;
  const unread = sql`${received} AND ${channelMessages.readAt} IS NULL`;
  return ctx.db
    .select({ all: countedUpToMost(received), unread: countedUpToMost(unread) })
    .from(sql`(SELECT 1)`);
}

/** The query for a page of messages, and one more where there are more. */
function messagesOf(ctx: Ctx, reached: SQL, before: string) {
  const { id, subscriptionId, content, readAt, createdAt } = channelMessages;
  // Of each subscription the newest are found by the index, whatever their number.
  const newest = sql`(SELECT mine.id FROM ${channelMessages} AS mine
    WHERE mine.subscription_id = ${channelSubscriptions.id} AND mine.id < ${before}
    ORDER BY mine.id DESC LIMIT ${MESSAGES + 1})`;
  return ctx.db
    .select({ id, content, readAt, createdAt, channel: channels.name })
    .from(channelSubscriptions)
    .innerJoin(channels, eq(channels.id, channelSubscriptions.channelId))
    .innerJoin(
      channelMessages,
      and(eq(subscriptionId, channelSubscriptions.id), sql`${id} IN ${newest}`),
    )
    .where(sql`${channelSubscriptions.id} IN ${reached}`)
    .orderBy(desc(id))
    .limit(MESSAGES + 1);
}
