// An app's subscribers a page at a time, as people look through them, and how many match: no further than MAX_COUNTED.
import { and, asc, desc, eq, sql } from "drizzle-orm";
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

/** Returns a page of the app's subscribers. Refuses `invalid`. One round trip, and one more for a page that is short. */
export async function pageSubscribers(
  ctx: AccountCtx,
  app: App,
  query: unknown,
): Promise<SubscribersPage> {
  const { after = null, ...filters } = parse(PageQuery, query);
  const [found, [counted], [itself]] = await ctx.db.batch([
    foundBy(ctx, app.id, filters, after, SUBSCRIBERS_A_PAGE),
    countOf(ctx, app.id, filters),
    bySubscriberId(ctx, app.id, filters),
  ]);
  const { rows, next } = await walkedOf(ctx, app.id, filters, after, SUBSCRIBERS_A_PAGE, found);
  const isShort = next !== null && rows.length < SUBSCRIBERS_A_PAGE;
  const total = totalOf(filters, counted);
  const page = { rows, next: next && placeText(next, filters), isShort, total };
  if (after !== null || !itself || rows.some(({ id }) => id === itself.id)) return page;
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
  const found = await foundBy(ctx, appId, filters, after, count);
  return walkedOf(ctx, appId, filters, after, count, found);
}

/** The statement for those, and one more if there is one. */
function foundBy(
  ctx: AccountCtx,
  appId: number,
  filters: SubscriberFilters,
  after: Place | null,
  count: number,
) {
  const condition = among(filters);
  const walk = walked(appId, filters, after, condition ? LOOKED_AT : count + 1);
  // CROSS keeps the order of the join: the walk ends once enough are found.
  const ids = condition
    ? sql`SELECT ${subscribers.id} FROM (${walk}) AS walked CROSS JOIN ${subscribers} ON ${subscribers.id} = walked.id
        WHERE ${condition} LIMIT ${count + 1}`
    : sql`SELECT id FROM (${walk})`;
  const byUser = [asc(subscribers.userId), asc(subscribers.id)];
  return ctx.db
    .select(LISTED)
    .from(subscribers)
    .where(sql`${subscribers.id} IN (${ids})`)
    .orderBy(...(filters.find === undefined ? [desc(subscribers.id)] : byUser));
}

/** Those of `found` that are shown, and where the next begin: of a page that is short, behind all that were looked at. */
async function walkedOf(
  ctx: AccountCtx,
  appId: number,
  filters: SubscriberFilters,
  after: Place | null,
  count: number,
  found: ListedSubscriber[],
): Promise<Walked> {
  if (found.length > count) return { rows: found.slice(0, count), next: found[count - 1] ?? null };
  if (!among(filters)) return { rows: found, next: null };
  const walk = walked(appId, filters, after, LOOKED_AT);
  const last = sql`SELECT id FROM (${walk}) LIMIT 1 OFFSET ${LOOKED_AT - 1}`;
  const [next] = await ctx.db
    .select({ id: subscribers.id, userId: subscribers.userId })
    .from(subscribers)
    .where(sql`${subscribers.id} = (${last})`);
  return { rows: found, next: next ?? null };
}

/** How many were counted, and of how many that were looked at. */
interface Counted {
  found: number;
  looked: number;
}

/** The statement that counts who matches: from the kept counts, or among the first MAX_COUNTED and one. */
function countOf(ctx: AccountCtx, appId: number, filters: SubscriberFilters) {
  const { platform, status } = filters;
  const counted = { found: sql<number>`found`, looked: sql<number>`looked` };
  if (isKept(filters)) {
    const kept = subscribersCounted(status ? [status] : STATUSES, platform && [platform]);
    return ctx.db
      .select(counted)
      .from(
        sql`(SELECT ${kept} AS found, 0 AS looked FROM ${appCounts} WHERE ${eq(appCounts.appId, appId)})`,
      );
  }
  const walk = walked(appId, filters, null, MAX_COUNTED + 1);
  const condition = among(filters);
  return ctx.db.select(counted).from(
    condition
      ? sql`(SELECT count(${subscribers.id}) AS found, count(*) AS looked FROM (${walk}) AS walked
          LEFT JOIN ${subscribers} ON ${subscribers.id} = walked.id AND ${condition})`
      : sql`(SELECT count(*) AS found, count(*) AS looked FROM (${walk}))`,
  );
}

/** Whether how many match is kept (counts.ts). */
const isKept = ({ find, tag }: SubscriberFilters) => find === undefined && tag === undefined;

/** How many match: of more than MAX_COUNTED, those among the first as many. */
function totalOf(filters: SubscriberFilters, counted: Counted | undefined): Total {
  const { found, looked } = counted ?? { found: 0, looked: 0 };
  if (isKept(filters)) return exactly(found);
  return { count: Math.min(found, MAX_COUNTED), isMinimum: looked > MAX_COUNTED };
}

/** The form of a subscriber's id. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The statement for who has the id that is looked for: logs of devices know no other. Nobody has an empty one. */
function bySubscriberId(
  ctx: AccountCtx,
  appId: number,
  { find = "", tag, platform, status }: SubscriberFilters,
) {
  return ctx.db
    .select(LISTED)
    .from(subscribers)
    .where(
      and(
        eq(subscribers.uuid, UUID.test(find) ? find.toLowerCase() : ""),
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
