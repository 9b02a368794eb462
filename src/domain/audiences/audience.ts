// The subscribers that a notification is sent to, counted or read in pages.
import { and, asc, count, desc, gt, lte, sql, type SQL } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { inAudience, inZones, zoneOf } from "./audience-sql.ts";
import type { Recipient } from "../ports/notifications.ts";
import { RECIPIENT, recipientOf } from "./recipients.ts";
import type { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { stretches, type Stretch, type StretchBounds } from "./tagged.ts";
import type { Resolved } from "./targeting.ts";

export interface AudienceSize {
  total: number;
  byPlatform: Record<SubscriberPlatform, number>;
}

/** What is read and listed at once of a whole audience: 2 MB of blocks, 25 ms of the database, and a list of 400 KB. */
const WHOLE: StretchBounds = { blocks: 20_000, ids: 50_000 };
/** Blocks of tags that are read for a page, together: 400 KB. With one tag, a page is full even where each has one recipient. */
const PAGE_BLOCKS = 4000;
/** For how many of the recipients of a page more are listed, since some of those are not active. */
const LISTED_A_RECIPIENT = 4;

/** Every id. */
const ALL_IDS = { after: 0, upTo: Number.MAX_SAFE_INTEGER };

/** Counts the active subscribers of the app that are in the audience. */
export async function countAudience(
  ctx: Ctx,
  appId: number,
  audience: Resolved,
): Promise<AudienceSize> {
  const byPlatform: Record<SubscriberPlatform, number> = { web: 0, ios: 0, android: 0 };
  for await (const stretch of stretches(ctx, appId, audience, ALL_IDS, WHOLE)) {
    const counts = await ctx.db
      .select({ platform: subscribers.platform, total: count() })
      .from(subscribers)
      .where(inStretch(appId, stretch))
      .groupBy(subscribers.platform);
    for (const { platform, total } of counts) byPlatform[platform] += total;
  }
  return { total: byPlatform.web + byPlatform.ios + byPlatform.android, byPlatform };
}

/** How many have something; null is for who has told none. */
export type Shares = Map<string | null, number>;

export interface MakeUp {
  total: number;
  zones: Shares;
  /** The most frequent ones: anybody can register in a language of their own making. */
  languages: Shares;
}

/** Most zones: more than there are, as names and as offsets of whole minutes. */
const MAX_ZONES = 3000;
const MAX_LANGUAGES = 1000;

/** Counts them in all, by time zone and by language. */
export async function countParts(ctx: Ctx, appId: number, audience: Resolved): Promise<MakeUp> {
  const parts: MakeUp = { total: 0, zones: new Map(), languages: new Map() };
  const { timezone, language } = subscribers;
  for await (const stretch of stretches(ctx, appId, audience, ALL_IDS, WHOLE)) {
    const by = (value: typeof timezone | typeof language, most: number) =>
      ctx.db
        .select({ value, people: count() })
        .from(subscribers)
        .where(inStretch(appId, stretch))
        .groupBy(value)
        .orderBy(desc(count()))
        .limit(most);
    const [[all], zones, languages] = await ctx.db.batch([
      ctx.db.select({ people: count() }).from(subscribers).where(inStretch(appId, stretch)),
      by(timezone, MAX_ZONES),
      by(language, MAX_LANGUAGES),
    ]);
    parts.total += all?.people ?? 0;
    add(parts.zones, zones);
    add(parts.languages, languages);
  }
  return parts;
}

function add(shares: Shares, rows: readonly { value: string | null; people: number }[]): void {
  for (const { value, people } of rows) shares.set(value, (shares.get(value) ?? 0) + people);
}

/** A page of recipients; `next` is the id after which the following page begins, null if this is the last one. */
export interface AudiencePage {
  recipients: Recipient[];
  next: number | null;
}

/**
 * Returns the next active subscribers in the audience, `limit` at most, in the order of their ids: those after `after`, up
 * to `upTo`, in `zones` (null for any zone). There may be fewer, or none, before the last page.
 */
export async function audiencePage(
  ctx: Ctx,
  appId: number,
  audience: Resolved,
  page: { after: number; upTo: number; zones: string[] | null; limit: number },
): Promise<AudiencePage> {
  const bounds = { blocks: PAGE_BLOCKS, ids: page.limit * LISTED_A_RECIPIENT };
  for await (const stretch of stretches(ctx, appId, audience, page, bounds)) {
    const rows = await ctx.db
      .select(RECIPIENT)
      .from(subscribers)
      .where(and(inStretch(appId, stretch), page.zones ? inZones(page.zones) : undefined))
      .orderBy(asc(subscribers.id))
      .limit(page.limit);
    const recipients = rows.map(recipientOf);
    const last = recipients.length < page.limit ? stretch.upTo : (recipients.at(-1)?.id ?? 0);
    return { recipients, next: last < page.upTo ? last : null };
  }
  return { recipients: [], next: null };
}

/** Returns the time zones of the audience. */
export async function audienceZones(
  ctx: Ctx,
  appId: number,
  audience: Resolved,
): Promise<string[]> {
  const found = new Set<string>();
  for await (const stretch of stretches(ctx, appId, audience, ALL_IDS, WHOLE)) {
    const zones = await ctx.db
      .selectDistinct({ zone: zoneOf })
      .from(subscribers)
      .where(inStretch(appId, stretch));
    for (const { zone } of zones) found.add(zone);
  }
  return [...found];
}

/** The condition on `subscribers` for the active ones of the app in a stretch. */
function inStretch(appId: number, { audience, after, upTo }: Stretch): SQL | undefined {
  return and(
    inAudience(sql`(${appId})`, audience),
    after > 0 ? gt(subscribers.id, after) : undefined,
    upTo < ALL_IDS.upTo ? lte(subscribers.id, upTo) : undefined,
  );
}
