// Sends at once, which means in two minutes: creates a campaign, a template and the notifications, all in one
// transaction.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { templates, campaigns } from "../../db/schema/index.ts";
import { insertFrom } from "../../db/insert-from.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import { auditEntry, INSERTED_ID } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { makeRoom, orNoRoom } from "../notifications/room.ts";
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
import {
  hasRoom,
  makeRoomForCampaign,
  makeRoomForTemplate,
  tooManyCampaigns,
  tooManyTemplates,
} from "./room.ts";
import { insertTemplate, insertTranslations, type NamedTranslation } from "./store-template.ts";

/** How long after the request an instant send is due, ms (docs/contracts.md, Instant-send 2). */
const DUE_AFTER_MS = 2 * MINUTE_MS;

const GivenInstant = z.strictObject({
  name: CampaignName,
  filters: GivenFilters,
  push: GivenTemplate,
});

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
  const audience = audienceOf(filters);
  requireBounded(apps, [content], audience, ["push"]);
  const now = ctx.now();
  const dueAt = now + DUE_AFTER_MS;
  const rows = planned(apps);
  const [revision, templateUuid] = [crypto.randomUUID(), crypto.randomUUID()];
  const shared = { revision, content, audience, dueAt, dueLocal: null };
  const campaignRow = {
    accountId: ctx.principal.accountId,
    name,
    dueAt,
    dueLocal: null,
    filters: { ...keptFilters(ctx.principal, filters) },
    templateIds: sql`json_array(${templates.id})`,
    revision,
    instant: true,
    createdAt: now,
  };
  const appIds = rows.map((row) => row.app_id);
  const writing = ctx.db.batch([
    makeRoomForCampaign(ctx),
    makeRoomForTemplate(ctx),
    makeRoom(ctx, appIds),
    insertTemplate(ctx, templateUuid, push, hasRoom(ctx, { campaign: true, template: true })),
    insertTranslations(ctx, templateUuid, push),
    // Without the template, nothing of all this is made.
    insertFrom(
      ctx.db,
      campaigns,
      campaignRow,
      sql`FROM ${templates} WHERE ${templates.uuid} = ${templateUuid}`,
    ).returning({ id: campaigns.id }),
    auditEntry(ctx, { did: "campaign.create", id: INSERTED_ID, name, facts: { instant: true } }),
    insertNotifications(ctx, shared, rows),
    linkNotifications(ctx, revision, rows),
    ctx.db.select({ hasRoom: hasRoom(ctx, { campaign: true }) }).from(sql`(SELECT 1)`),
  ]);
  const [, , , [template], translations, [campaign], , made, , [after]] = await orNoRoom(
    ctx,
    appIds,
    writing,
  );
  if (!template || !campaign) {
    return refuse(after?.hasRoom ? tooManyTemplates() : tooManyCampaigns());
  }
  await scheduleRuns(ctx, made);
  return { campaignId: campaign.id, templateId: template.id, translations };
}
