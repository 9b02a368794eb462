// An app's subscribers a page at a time, as people look through them, and how many match: no further than MAX_COUNTED.
import { and, asc, desc, eq, sql, type SQL } from "drizzle-orm";
import { appCounts, subscribers } from "../../db/schema/index.ts";
import { exactly, MAX_COUNTED, type Total } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { STATUSES, subscribersCounted } from "./counts.ts";
import { firstTags } from "./tag-blocks.ts";
import {
  among,
  hasTag,
  LOOKED_AT,
  placeText,
  PlaceText,
  SubscriberFilters,
  walked,
  type Place,
} from "./walk.ts";

/** Rows of a page. */
export const SUBSCRIBERS_A_PAGE = 50;
/** Most tags that are offered to choose from. */
const MAX_OFFERED = 100;

const PageQuery = SubscriberFilters.extend({ after: PlaceText.optional() });

/** What a list says of a subscriber; never its address or keys. */
export const LISTED = {
  id: subscribers.id,
  uuid: subscribers.uuid,
  userId: subscribers.userId,
  platform: subscribers.platform,
  provider: subscribers.provider,
  tags: subscribers.tags,
  language: subscribers.language,
  country: subscribers.country,
  timezone: subscribers.timezone,
  status: subscribers.status,
  lastActiveAt: subscribers.lastActiveAt,
  createdAt: subscribers.createdAt,
  unsubscribedAt: subscribers.unsubscribedAt,
};
export type ListedSubscriber = Pick<typeof subscribers.$inferSelect, keyof typeof LISTED>;

/** A page of a walk; `next` is where the following one begins, null on the last. It may be short, or empty, before the last. */
export interface Walked {
  rows: ListedSubscriber[];
  next: Place | null;
}

/** What people see: `next` as text for the next request; `isShort`: nobody more was found among LOOKED_AT. */
export interface SubscribersPage {
  rows: ListedSubscriber[];
  next: string | null;
  isShort: boolean;
  total: Total;
}

/** Returns a page of the app's subscribers. Refuses `invalid`. */
export async function pageSubscribers(
  ctx: AccountCtx,
  app: App,
  query: unknown,
): Promise<SubscribersPage> {
  const { after = null, ...filters } = parse(PageQuery, query);
  const [{ rows, next }, total, [itself]] = await Promise.all([
    walkSubscribers(ctx, app.id, filters, after, SUBSCRIBERS_A_PAGE),
    totalOf(ctx, app.id, filters),
    after === null ? bySubscriberId(ctx, app.id, filters) : [],
  ]);
  const isShort = next !== null && rows.length < SUBSCRIBERS_A_PAGE;
  const page = { rows, next: next && placeText(next, filters), isShort, total };
  if (!itself || rows.some(({ id }) => id === itself.id)) return page;
  return { ...page, rows: [itself, ...rows], total: { ...total, count: total.count + 1 } };
}

/** Returns the next `count` of the app's subscribers that match, as far as they are among the next LOOKED_AT. */
export async function walkSubscribers(
  ctx: AccountCtx,
  appId: number,
  filters: SubscriberFilters,
  after: Place | null,
  count: number,
): Promise<Walked> {
  const condition = among(filters);
  const walk = walked(appId, filters, after, condition ? LOOKED_AT : count + 1);
  // CROSS keeps the order of the join: the walk ends once enough are found.
  const ids = condition
    ? sql`SELECT ${subscribers.id} FROM (${walk}) AS walked CROSS JOIN ${subscribers} ON ${subscribers.id} = walked.id
        WHERE ${condition} LIMIT ${count + 1}`
    : sql`SELECT id FROM (${walk})`;
  const byUser = [asc(subscribers.userId), asc(subscribers.id)];
  const found = await ctx.db
    .select(LISTED)
    .from(subscribers)
    .where(sql`${subscribers.id} IN (${ids})`)
    .orderBy(...(filters.find === undefined ? [desc(subscribers.id)] : byUser));
  if (found.length > count) return { rows: found.slice(0, count), next: found[count - 1] ?? null };
  if (!condition) return { rows: found, next: null };
  const last = sql`SELECT id FROM (${walk}) LIMIT 1 OFFSET ${LOOKED_AT - 1}`;
  const [next] = await ctx.db
    .select({ id: subscribers.id, userId: subscribers.userId })
    .from(subscribers)
    .where(sql`${subscribers.id} = (${last})`);
  return { rows: found, next: next ?? null };
}

/** How many match: of more than MAX_COUNTED, those among the first as many. */
async function totalOf(ctx: AccountCtx, appId: number, filters: SubscriberFilters): Promise<Total> {
  const { find, tag, platform, status } = filters;
  if (find === undefined && tag === undefined) {
    const counted = subscribersCounted(status ? [status] : STATUSES, platform && [platform]);
    const [row] = await ctx.db
      .select({ counted })
      .from(appCounts)
      .where(eq(appCounts.appId, appId));
    return exactly(row?.counted ?? 0);
  }
  const walk = walked(appId, filters, null, MAX_COUNTED + 1);
  const condition = among(filters);
  const query: SQL = condition
    ? sql`SELECT count(*) AS looked, count(${subscribers.id}) AS found FROM (${walk}) AS walked
        LEFT JOIN ${subscribers} ON ${subscribers.id} = walked.id AND ${condition}`
    : sql`SELECT count(*) AS looked, count(*) AS found FROM (${walk})`;
  const [row] = await ctx.db.all<{ looked: number; found: number }>(query);
  const { looked = 0, found = 0 } = row ?? {};
  return { count: Math.min(found, MAX_COUNTED), isMinimum: looked > MAX_COUNTED };
}

/** The form of a subscriber's id. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Who has the id that is looked for: people who take part in a report of errors know no other. */
async function bySubscriberId(
  ctx: AccountCtx,
  appId: number,
  { find = "", tag, platform, status }: SubscriberFilters,
): Promise<ListedSubscriber[]> {
  if (!UUID.test(find)) return [];
  return ctx.db
    .select(LISTED)
    .from(subscribers)
    .where(
      and(
        eq(subscribers.uuid, find.toLowerCase()),
        eq(subscribers.appId, appId),
        tag === undefined ? undefined : hasTag(tag),
        platform && eq(subscribers.platform, platform),
        status && eq(subscribers.status, status),
      ),
    );
}

/** Returns tags that the app's subscribers have, to choose from: of more than MAX_OFFERED, the first by their letters. */
export async function offeredTags(ctx: AccountCtx, app: App): Promise<string[]> {
  const rows = await ctx.db.all<{ tag: string }>(firstTags(app.id, MAX_OFFERED));
  return rows.map(({ tag }) => tag);
}
