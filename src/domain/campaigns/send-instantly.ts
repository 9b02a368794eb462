// Sends at once, which means in two minutes: creates a campaign, a template and the notifications, all in one
// transaction.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { templates, campaigns } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { AccountCtx } from "../context.ts";
import { CampaignName } from "./create-campaign.ts";
import { audienceOf, FilterFields, GivenFilters } from "./filters.ts";
import {
  insertNotifications,
  linkNotifications,
  planned,
  requireBounded,
  requireSendable,
} from "./make-notifications.ts";
import { scheduleRuns } from "../notifications/start-runs.ts";
import { contentOf, GivenTemplate } from "./template-input.ts";
import { keptFilters, namedApps, reachedApps } from "./reach.ts";
import { insertTemplate, insertTranslations, type NamedTranslation } from "./store-template.ts";

/** How long after the request an instant send is due, ms (docs/contracts.md, Instant-send 2). */
const DUE_AFTER_MS = 2 * MINUTE_MS;

const GivenInstant = z.object({ name: CampaignName, filters: GivenFilters, push: GivenTemplate });

/** The fields of an instant send, as the API documents them. */
export const InstantFields = {
  name: CampaignName,
  filters: z.strictObject(FilterFields),
  push: GivenTemplate,
};

export interface SentInstantly {
  campaignId: number;
  templateId: number;
  translations: NamedTranslation[];
}

/**
 * Sends what `input` says, and returns the ids of the campaign, the template and its translations. Refuses `invalid`, and
 * `not_found` for apps that the API key has no access to.
 */
export async function sendInstantly(ctx: AccountCtx, input: unknown): Promise<SentInstantly> {
  const { name, filters, push } = parse(GivenInstant, input);
  const apps = reachedApps(filters, await namedApps(ctx, sql`${JSON.stringify(filters)}`));
  const content = contentOf(push, { instant: true });
  requireSendable(ctx, apps, content, ["push"]);
  requireBounded(apps, [content], ["push"]);
  const now = ctx.now();
  const dueAt = now + DUE_AFTER_MS;
  const rows = planned(apps);
  const [revision, templateUuid] = [crypto.randomUUID(), crypto.randomUUID()];
  const shared = { revision, content, audience: audienceOf(filters), dueAt, dueLocal: null };
  const [[template], translations, [campaign], made] = await ctx.db.batch([
    insertTemplate(ctx, templateUuid, push),
    insertTranslations(ctx, templateUuid, push),
    ctx.db
      .insert(campaigns)
      .values({
        accountId: ctx.principal.accountId,
        name,
        dueAt,
        dueLocal: null,
        filters: { ...keptFilters(ctx.principal, filters) },
        templateIds: sql`(SELECT json_array(id) FROM ${templates} WHERE uuid = ${templateUuid})`,
        revision,
        instant: true,
        createdAt: now,
      })
      .returning({ id: campaigns.id }),
    insertNotifications(ctx, shared, rows),
    linkNotifications(ctx, revision, rows),
  ]);
  if (!template || !campaign) throw new Error("inserting a campaign returned no row");
  await scheduleRuns(ctx, made);
  return { campaignId: campaign.id, templateId: template.id, translations };
}
