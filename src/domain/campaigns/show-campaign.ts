// A campaign as its page shows it: what it says, whom it reaches in words that people know, and a page of what it made.
import { and, asc, desc, eq, inArray, sql } from "drizzle-orm";
import {
  apps,
  campaignNotifications,
  notifications,
  templates,
  templateTranslations,
  type campaigns,
} from "../../db/schema/index.ts";
import { PageQuery, slice, type Page } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { AccountCtx } from "../context.ts";
import type { Filters } from "./filters.ts";
import { findCampaign, IS_MADE, madeBy, SHOWN, totalsOf } from "./follow-campaign.ts";
import type { MadeNotification } from "./follow-campaign.ts";
import { progressOf, type Progress } from "./progress.ts";

/** Most translations of each template that are read with their texts; of the others the languages are told. */
const MAX_TEXTS = 8;
/** Most apps of a filter that are read with their names. */
const MAX_NAMED = 20;

type Translation = Pick<
  typeof templateTranslations.$inferSelect,
  "language" | "title" | "body" | "image" | "icon" | "url"
>;

export interface ShownTemplate {
  id: number;
  /** null of one that was deleted since. */
  defaultLanguage: string | null;
  /** The one in the default language first. */
  translations: Translation[];
  /** The languages of those that are not among `translations`. */
  others: string[];
}

export interface ShownCampaign {
  campaign: Omit<typeof campaigns.$inferSelect, "filters">;
  filters: Filters;
  /** The names of the apps that the filters name, by id, MAX_NAMED at most; those that were deleted have none. */
  appNames: ReadonlyMap<number, string>;
  templates: ShownTemplate[];
  made: Page<MadeNotification & { appName: string }>;
  progress: Progress;
}

/** Returns a campaign with a page of what it made, newest first. Refuses `not_found`, and `invalid` for the query. */
export async function showCampaign(
  ctx: AccountCtx,
  id: number,
  query: unknown,
): Promise<ShownCampaign> {
  const { filters: stored, ...campaign } = await findCampaign(ctx, id);
  const filters = stored as unknown as Filters;
  const page = parse(PageQuery, query);
  const { limit, offset } = slice(page);
  const [texts, languages, names, totals, rows] = await ctx.db.batch([
    textsOf(ctx, campaign.templateIds),
    languagesOf(ctx, campaign.templateIds),
    namesOf(ctx, filters),
    totalsOf(ctx, id),
    ctx.db
      .select({ ...SHOWN, appName: apps.name })
      .from(campaignNotifications)
      .innerJoin(notifications, IS_MADE)
      .innerJoin(apps, eq(apps.id, notifications.appId))
      .where(madeBy(ctx, id))
      .orderBy(desc(campaignNotifications.notificationId))
      .limit(limit)
      .offset(offset),
  ]);
  const progress = progressOf(campaign, totals, ctx.now());
  return {
    campaign,
    filters,
    appNames: new Map(names.map((app) => [app.id, app.name])),
    templates: campaign.templateIds.map((templateId) => {
      const mine = texts.filter((each) => each.templateId === templateId);
      const shown = new Set(mine.map(({ language }) => language));
      const own = languages.filter((each) => each.templateId === templateId);
      return {
        id: templateId,
        defaultLanguage: own[0]?.defaultLanguage ?? null,
        translations: mine,
        others: own.map(({ language }) => language).filter((each) => !shown.has(each)),
      };
    }),
    made: { rows, page: page.page, total: progress.notifications },
    progress,
  };
}

/** How far a campaign is. Refuses `not_found`. */
export async function campaignProgress(ctx: AccountCtx, id: number): Promise<Progress> {
  const campaign = await findCampaign(ctx, id);
  return progressOf(campaign, await totalsOf(ctx, id), ctx.now());
}

/** The condition for translations of these templates of the account, joined to `templates`. */
function ofTemplates({ principal }: AccountCtx, ids: readonly number[]) {
  return and(
    eq(templates.accountId, principal.accountId),
    sql`${templates.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
  );
}

/** The query for the first translations of each template, the one in its default language before the others. */
function textsOf(ctx: AccountCtx, ids: readonly number[]) {
  const { id, templateId, language, title, body, image, icon, url } = templateTranslations;
  const isDefault = sql`${language} = ${templates.defaultLanguage}`;
  const ranked = ctx.db
    .select({
      id,
      place:
        sql<number>`row_number() OVER (PARTITION BY ${templateId} ORDER BY ${isDefault} DESC, ${id})`.as(
          "place",
        ),
    })
    .from(templates)
    .innerJoin(templateTranslations, eq(templateId, templates.id))
    .where(ofTemplates(ctx, ids))
    .as("ranked");
  return ctx.db
    .select({ templateId, language, title, body, image, icon, url })
    .from(ranked)
    .innerJoin(templateTranslations, eq(id, ranked.id))
    .where(sql`ranked.place <= ${MAX_TEXTS}`)
    .orderBy(asc(templateId), asc(ranked.place));
}

function languagesOf(ctx: AccountCtx, ids: readonly number[]) {
  const { id, templateId, language } = templateTranslations;
  return ctx.db
    .select({ templateId, language, defaultLanguage: templates.defaultLanguage })
    .from(templates)
    .innerJoin(templateTranslations, eq(templateId, templates.id))
    .where(ofTemplates(ctx, ids))
    .orderBy(asc(id));
}

function namesOf(ctx: AccountCtx, { apps: chosen }: Filters) {
  const named = [...(chosen.include ?? []), ...chosen.exclude].slice(0, MAX_NAMED);
  return ctx.db
    .select({ id: apps.id, name: apps.name })
    .from(apps)
    .where(and(eq(apps.accountId, ctx.principal.accountId), inArray(apps.id, named)));
}
