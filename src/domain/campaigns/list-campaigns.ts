// The campaigns of an account, newest first, and those that one page of them shows with what became of each.
import { and, desc, eq, inArray, isNotNull, isNull, lt, lte, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { campaignNotifications, campaigns, notifications } from "../../db/schema/index.ts";
import { wholeNumber } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { EARLIEST_ZONE_MS, LATEST_ZONE_MS } from "../../kit/zones.ts";
import type { AccountCtx } from "../context.ts";
import type { Filters } from "./filters.ts";
import { IS_MADE, SUMS, type StatusTotals } from "./follow-campaign.ts";
import { mayReach } from "./reach.ts";
import { progressOf, type Progress } from "./progress.ts";

/** Most campaigns of a page: each is read with the counters of all notifications that it made, 5,000 at most. */
const MAX_LISTED = 20;
/** From when on a campaign can be due by local time, before it is everywhere, ms. */
const AHEAD_MS = EARLIEST_ZONE_MS + LATEST_ZONE_MS;

/** What campaigns can be listed by: what their rows say by themselves. */
export const CAMPAIGN_STATES = ["waiting", "begun", "ended"] as const;

const ListQuery = z.strictObject({
  state: z.enum(CAMPAIGN_STATES).optional(),
  /** Only campaigns that are older than the one with this id, which is how one page follows another. */
  before: wholeNumber(1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
});

export type ListedCampaign = Pick<
  typeof campaigns.$inferSelect,
  "id" | "name" | "dueAt" | "dueLocal" | "endedAt" | "instant" | "createdAt"
> & {
  progress: Progress;
  /** How many apps it made notifications in. */
  apps: number;
};

/** Campaigns, and the `before` of the next page; null where there are no older ones. */
export interface CampaignPage {
  rows: ListedCampaign[];
  next: number | null;
}

/** Returns a page of the account's campaigns, newest first. Refuses `invalid`. A key sees those that reach its apps alone. */
export async function listCampaigns(ctx: AccountCtx, query: unknown): Promise<CampaignPage> {
  const { state, before } = parse(ListQuery, query);
  const { id, name, dueAt, dueLocal, endedAt, instant, createdAt, filters } = campaigns;
  const found = await ctx.db
    .select({ id, name, dueAt, dueLocal, endedAt, instant, createdAt, filters })
    .from(campaigns)
    .where(
      and(
        eq(campaigns.accountId, ctx.principal.accountId),
        lt(campaigns.id, before),
        state && isIn(state, ctx.now()),
      ),
    )
    .orderBy(desc(campaigns.id))
    .limit(MAX_LISTED + 1);
  const page = found.slice(0, MAX_LISTED);
  const shown = page.filter((each) => mayReach(ctx.principal, each.filters as unknown as Filters));
  const made = await madeByAll(
    ctx,
    shown.map((each) => each.id),
  );
  return {
    rows: shown.map(({ filters: _filters, ...row }) => {
      const totals = made.filter(({ campaignId }) => campaignId === row.id);
      const apps = Math.max(0, ...totals.map((each) => each.apps));
      return { ...row, apps, progress: progressOf(row, totals, ctx.now()) };
    }),
    next: found.length > MAX_LISTED ? (page.at(-1)?.id ?? null) : null,
  };
}

/** The condition for campaigns of a state. One that is due by local time has begun when that comes in the first zone. */
function isIn(state: (typeof CAMPAIGN_STATES)[number], now: number) {
  const { dueAt, dueLocal, endedAt } = campaigns;
  const firstDue = sql`${dueAt} - iif(${dueLocal} IS NULL, 0, ${AHEAD_MS})`;
  if (state === "ended") return isNotNull(endedAt);
  return and(isNull(endedAt), state === "waiting" ? gt(firstDue, now) : lte(firstDue, now));
}

/** The sums over the notifications of these campaigns, by campaign and status, and the number of apps of each campaign. */
async function madeByAll(
  ctx: AccountCtx,
  ids: readonly number[],
): Promise<(StatusTotals & { campaignId: number; apps: number })[]> {
  if (ids.length === 0) return [];
  const ofAccount = eq(notifications.accountId, ctx.principal.accountId);
  const named = inArray(campaignNotifications.campaignId, [...ids]);
  const [totals, apps] = await ctx.db.batch([
    ctx.db
      .select({
        campaignId: campaignNotifications.campaignId,
        status: notifications.status,
        ...SUMS,
      })
      .from(campaignNotifications)
      .innerJoin(notifications, IS_MADE)
      .where(and(named, ofAccount))
      .groupBy(campaignNotifications.campaignId, notifications.status),
    ctx.db
      .select({
        campaignId: campaignNotifications.campaignId,
        apps: sql<number>`count(DISTINCT ${notifications.appId})`,
      })
      .from(campaignNotifications)
      .innerJoin(notifications, IS_MADE)
      .where(and(named, ofAccount))
      .groupBy(campaignNotifications.campaignId),
  ]);
  const appsOf = new Map(apps.map((each) => [each.campaignId, each.apps]));
  return totals.map((each) => ({ ...each, apps: appsOf.get(each.campaignId) ?? 0 }));
}
