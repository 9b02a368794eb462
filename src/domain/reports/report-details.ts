// What a report shows beside the counters: a page of recipients, when clicks came, and who did what to the notification. Two
// round trips, of which none walks all recipients or receipts.
import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { auditEntries, engagements, subscribers } from "../../db/schema/index.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import type { AccountCtx } from "../context.ts";
import type { Deed } from "../audit/deeds.ts";
import type { Notification } from "../notifications/find-notification.ts";
import { recipientResults, type RecipientPage } from "../notifications/list-recipients.ts";
import type { RecipientResult } from "../notifications/results.ts";

/** Most clicks that are plotted: the first. Each is a row of an index. */
export const MAX_PLOTTED = 10_000;
/** Newest entries about notifications that are looked at: there is no index by thing, and an account can have 100,000. */
const MAX_LOOKED_AT = 2000;
/** Most entries of one notification that are shown. */
const MAX_ENTRIES = 20;

/** A recipient, and what is known of them; `subscriber` is null where they were deleted. */
export interface ReportedRecipient extends Pick<
  RecipientResult,
  "id" | "status" | "attempts" | "error" | "reason"
> {
  subscriber: { uuid: string; userId: string | null; platform: SubscriberPlatform } | null;
  deliveredAt: number | null;
  clickedAt: number | null;
}

/** How many clicks came in a minute, which began at `at`, ms. */
export interface ClickedMinute {
  at: number;
  clicks: number;
}

/** What somebody did to the notification; `name` is null for an API key, whose names are for owners. */
export interface NotedDeed {
  did: Deed;
  name: string | null;
  at: number;
}

export interface ReportDetails {
  recipients: RecipientPage<ReportedRecipient>;
  clicks: ClickedMinute[];
  deeds: NotedDeed[];
}

/** Returns a page of the recipients by `query`, clicks and deeds. Refuses `invalid`. */
export async function reportDetails(
  ctx: AccountCtx,
  notification: Notification,
  query: unknown,
): Promise<ReportDetails> {
  const { rows, ...page } = await recipientResults(ctx, notification, query);
  const [known, engaged, clicks, deeds] = await ctx.db.batch([
    ...aboutRecipients(ctx, notification, rows),
    clicksByMinute(ctx, notification),
    deedsOf(ctx, notification),
  ]);
  return {
    recipients: { rows: joined(rows, known, engaged), ...page },
    clicks,
    deeds: deeds.map(toDeed),
  };
}

/** Returns who did what to the notification, the newest first. */
export async function notedDeeds(
  ctx: AccountCtx,
  notification: Notification,
): Promise<NotedDeed[]> {
  return (await deedsOf(ctx, notification)).map(toDeed);
}

/** Returns what is known of these recipients, in their order. */
export async function withSubscribers(
  ctx: AccountCtx,
  notification: Notification,
  rows: readonly RecipientResult[],
): Promise<ReportedRecipient[]> {
  const [known, engaged] = await ctx.db.batch(aboutRecipients(ctx, notification, rows));
  return joined(rows, known, engaged);
}

function aboutRecipients(
  ctx: AccountCtx,
  { id, accountId }: Notification,
  rows: readonly RecipientResult[],
) {
  const ids = sql`(SELECT value FROM json_each(${JSON.stringify(rows.map((row) => row.id))}))`;
  const { uuid, userId, platform } = subscribers;
  return [
    ctx.db
      .select({ id: subscribers.id, uuid, userId, platform })
      .from(subscribers)
      .where(and(inArray(subscribers.id, ids), sql`+${subscribers.accountId} = ${accountId}`)),
    ctx.db
      .select({ id: engagements.subscriberId, kind: engagements.kind, at: engagements.at })
      .from(engagements)
      .where(and(eq(engagements.notificationId, id), inArray(engagements.subscriberId, ids))),
  ] as const;
}

function joined(
  rows: readonly RecipientResult[],
  known: readonly {
    id: number;
    uuid: string;
    userId: string | null;
    platform: SubscriberPlatform;
  }[],
  engaged: readonly { id: number; kind: "delivered" | "clicked"; at: number }[],
): ReportedRecipient[] {
  const byId = new Map(known.map(({ id, ...subscriber }) => [id, subscriber]));
  const times = new Map(engaged.map(({ id, kind, at }) => [`${id} ${kind}`, at]));
  return rows.map(({ id, status, attempts, error, reason }) => ({
    id,
    status,
    attempts,
    error,
    reason,
    subscriber: byId.get(id) ?? null,
    deliveredAt: times.get(`${id} delivered`) ?? null,
    clickedAt: times.get(`${id} clicked`) ?? null,
  }));
}

/** The statement for how many of the first clicks came in each minute. */
function clicksByMinute(ctx: AccountCtx, { id }: Notification) {
  const minute = sql.raw(String(MINUTE_MS));
  const first = ctx.db
    .select({ at: engagements.at })
    .from(engagements)
    // In the words of the index `engagements_clicks`.
    .where(and(eq(engagements.notificationId, id), sql`kind = 'clicked'`))
    .orderBy(engagements.at)
    .limit(MAX_PLOTTED)
    .as("first");
  const at = sql<number>`${first.at} / ${minute} * ${minute}`;
  return ctx.db
    .select({ at: at.as("minute"), clicks: sql<number>`count(*)` })
    .from(first)
    .groupBy(sql`minute`)
    .orderBy(sql`minute`);
}

/** The statement for what was done to the notification, as far as the newest entries about notifications go back. */
function deedsOf(ctx: AccountCtx, { id, accountId }: Notification) {
  const { did, thingId, who, whoName, createdAt } = auditEntries;
  const newest = ctx.db
    .select({ id: auditEntries.id, did, thingId, who, whoName, createdAt })
    .from(auditEntries)
    .where(and(eq(auditEntries.accountId, accountId), eq(auditEntries.kind, "notification")))
    .orderBy(desc(auditEntries.id))
    .limit(MAX_LOOKED_AT)
    .as("newest");
  return ctx.db
    .select({
      did: newest.did,
      who: newest.who,
      whoName: newest.whoName,
      createdAt: newest.createdAt,
    })
    .from(newest)
    .where(eq(newest.thingId, String(id)))
    .orderBy(desc(newest.id))
    .limit(MAX_ENTRIES);
}

function toDeed(row: { did: string; who: string; whoName: string; createdAt: number }): NotedDeed {
  const { did, who, whoName, createdAt } = row;
  return {
    did: did as Deed,
    name: who.startsWith("person:") ? whoName : null,
    at: createdAt,
  };
}
