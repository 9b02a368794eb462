// What became of a campaign: its templates, and the notifications that it made, with their counters.
import { and, asc, eq, sql } from "drizzle-orm";
import {
  campaignNotifications,
  campaigns,
  notifications,
  templates,
  templateTranslations,
} from "../../db/schema/index.ts";
import { exactly, OffsetQuery, type Listed } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx } from "../context.ts";
import type { Filters } from "./filters.ts";
import { mayReach } from "./reach.ts";
import type { NamedTranslation } from "./store-template.ts";

type Campaign = typeof campaigns.$inferSelect;

/** The columns that are shown of a notification: not the content, which can be long. */
export const SHOWN = {
  id: notifications.id,
  uuid: notifications.uuid,
  appId: notifications.appId,
  status: notifications.status,
  scheduledAt: notifications.scheduledAt,
  scheduledLocal: notifications.scheduledLocal,
  sentAt: notifications.sentAt,
  failureReason: notifications.failureReason,
  totalCount: notifications.totalCount,
  sentCount: notifications.sentCount,
  failedCount: notifications.failedCount,
  deliveredCount: notifications.deliveredCount,
  clickedCount: notifications.clickedCount,
};

/** The columns of sums over notifications. */
export const SUMS = {
  notifications: sql<number>`count(*)`,
  totalCount: sql<number>`sum(${notifications.totalCount})`,
  sentCount: sql<number>`sum(${notifications.sentCount})`,
  failedCount: sql<number>`sum(${notifications.failedCount})`,
  deliveredCount: sql<number>`sum(${notifications.deliveredCount})`,
  clickedCount: sql<number>`sum(${notifications.clickedCount})`,
};

/** A notification that a campaign made. */
export type MadeNotification = Pick<typeof notifications.$inferSelect, keyof typeof SHOWN>;

/** The sums over the notifications of one status. */
export interface StatusTotals extends Pick<
  MadeNotification,
  "status" | "totalCount" | "sentCount" | "failedCount" | "deliveredCount" | "clickedCount"
> {
  notifications: number;
}

export interface FollowedCampaign {
  campaign: Campaign;
  /** The attached templates, in order; one that was deleted since has no translations. */
  templates: { id: number; translations: NamedTranslation[] }[];
  /** A page of the notifications, in the order in which they were made. */
  made: Listed<MadeNotification>;
  /** The sums over all notifications, whatever the page. */
  totals: StatusTotals[];
}

/**
 * Returns a campaign with a page of its notifications. Refuses `not_found` also to a key that does not have access to all
 * apps that the campaign can reach, and `invalid` for the query.
 */
export async function followCampaign(
  ctx: AccountCtx,
  campaignId: number,
  query: unknown,
): Promise<FollowedCampaign> {
  const campaign = await findCampaign(ctx, campaignId);
  const { limit, offset } = parse(OffsetQuery, query);
  const [translations, totals, rows] = await ctx.db.batch([
    translationsOf(ctx, campaign.templateIds),
    totalsOf(ctx, campaignId),
    ctx.db
      .select(SHOWN)
      .from(campaignNotifications)
      .innerJoin(notifications, IS_MADE)
      .where(madeBy(ctx, campaignId))
      .orderBy(asc(campaignNotifications.notificationId))
      .limit(limit)
      .offset(offset),
  ]);
  // A campaign makes few: one for each template in each app (MAX_TEMPLATES, MAX_APPS).
  const total = totals.reduce((sum, each) => sum + each.notifications, 0);
  return {
    campaign,
    templates: campaign.templateIds.map((id) => ({
      id,
      translations: translations
        .filter(({ templateId }) => templateId === id)
        .map(({ id: named, language }) => ({ id: named, language })),
    })),
    made: { rows, total: exactly(total) },
    totals,
  };
}

/**
 * Returns a campaign. Refuses `not_found`, also to a key that does not have access to all apps that the campaign can
 * reach.
 */
export async function findCampaign(ctx: AccountCtx, id: number): Promise<Campaign> {
  const isIt = and(eq(campaigns.id, id), eq(campaigns.accountId, ctx.principal.accountId));
  const [campaign] = await ctx.db.select().from(campaigns).where(isIt);
  if (!campaign || !mayReach(ctx.principal, campaign.filters as unknown as Filters)) {
    return refuse({ code: "not_found", what: "campaign" });
  }
  return campaign;
}

/** Joins a campaign's links to the notifications that it made. */
export const IS_MADE = eq(notifications.id, campaignNotifications.notificationId);

/** The condition for the notifications of a campaign, joined by IS_MADE. */
export function madeBy({ principal }: AccountCtx, campaignId: number) {
  return and(
    eq(campaignNotifications.campaignId, campaignId),
    eq(notifications.accountId, principal.accountId),
  );
}

/** The query for the sums over all notifications of a campaign, by status. */
export function totalsOf(ctx: AccountCtx, campaignId: number) {
  return ctx.db
    .select({ status: notifications.status, ...SUMS })
    .from(campaignNotifications)
    .innerJoin(notifications, IS_MADE)
    .where(madeBy(ctx, campaignId))
    .groupBy(notifications.status);
}

function translationsOf(ctx: AccountCtx, ids: readonly number[]) {
  return ctx.db
    .select({
      id: templateTranslations.id,
      templateId: templateTranslations.templateId,
      language: templateTranslations.language,
    })
    .from(templates)
    .innerJoin(templateTranslations, eq(templateTranslations.templateId, templates.id))
    .where(
      and(
        eq(templates.accountId, ctx.principal.accountId),
        sql`${templates.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
      ),
    )
    .orderBy(asc(templateTranslations.id));
}
