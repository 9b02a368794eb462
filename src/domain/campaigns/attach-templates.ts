// Attaches templates to a campaign, in place of those it had. Notifications that the campaign has made and nobody
// has begun to send are deleted, and new ones are made of these templates. The input's fields have the names of the
// instant-send contract, since its answers to invalid input name them.
import { and, asc, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import {
  notifications,
  campaignNotifications,
  templates,
  campaigns,
  templateTranslations,
} from "../../db/schema/index.ts";
import { makeRoom, orNoRoom } from "../notifications/room.ts";
import { parseAhead } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { auditEntry } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { audienceOf, type Filters } from "./filters.ts";
import {
  dueInUtc,
  insertNotifications,
  linkNotifications,
  planned,
  requireBounded,
  requireSendable,
  setLocalDue,
  zonesOf,
} from "./make-notifications.ts";
import { scheduleRuns } from "../notifications/start-runs.ts";
import { visibleTemplates } from "./store-template.ts";
import { contentOf, type GivenTemplate } from "./template-input.ts";
import { ableApps, mayReach, namedApps } from "./reach.ts";

/** Most templates of one campaign, each of which makes a notification in every app. */
const MAX_TEMPLATES = 10;
/** Why an instant send keeps its templates: this API can't cancel one (docs/contracts.md, Instant-send 2). */
const STAYS_ATTACHED = "must not be empty: what was sent instantly can't be cancelled here";

export const AttachTemplates = z.strictObject({
  push_ids: z
    .array(
      z.int({ error: "must be an integer" }).positive().meta({ maximum: Number.MAX_SAFE_INTEGER }),
    )
    .max(MAX_TEMPLATES)
    .transform((ids) => [...new Set(ids)])
    .meta({
      description: "The ids of the pushes, in place of those that were bound; none unbinds all.",
      example: [21],
    }),
});

type Campaign = typeof campaigns.$inferSelect;

/**
 * Attaches the templates that `input` names to a campaign, and returns their ids; an empty list leaves it with none.
 * No notification is made in an app where somebody cancelled one of this campaign's, or turned it into a draft.
 * Refuses `not_found` if the campaign or a template does not exist or is not the key's to use, and `invalid` for invalid input, if the campaign is
 * already due, and if an instant send would be left without templates.
 */
export async function attachTemplates(
  ctx: AccountCtx,
  campaignId: number,
  input: unknown,
): Promise<number[]> {
  // The templates are read in the same round trip as the campaign, so before the input is validated: a missing
  // campaign is reported rather than invalid input.
  const wanted = parseAhead(AttachTemplates, input);
  const named = wanted.value?.push_ids ?? [];
  const filtersOf = sql`(SELECT ${campaigns.filters} FROM ${campaigns} WHERE ${campaigns.id} = ${campaignId})`;
  const [[campaign], translations, found, zones] = await ctx.db.batch([
    ctx.db.select().from(campaigns).where(ofAccount(ctx, campaignId)),
    templatesByIds(ctx, named),
    namedApps(ctx, filtersOf),
    zonesOf(ctx, campaignId),
  ]);
  const filters = campaign?.filters as Filters | undefined;
  if (!campaign || !filters || !mayReach(ctx.principal, filters)) {
    return refuse({ code: "not_found", what: "campaign" });
  }
  const { push_ids: templateIds } = wanted.orRefuse();
  const attached = templateIds.map((id) => templateFrom(id, translations));
  if (campaign.endedAt !== null) refuse(endedAlready());
  if (campaign.dueAt <= ctx.now()) refuse(dueAlready());
  if (campaign.instant && attached.length === 0) {
    refuse(invalidField(["push_ids"], STAYS_ATTACHED));
  }
  const apps = attached.length === 0 ? [] : ableApps(filters, found);
  const contents = attached.map((template) => contentOf(template, campaign));
  contents.forEach((content, at) => requireSendable(ctx, apps, content, ["push_ids", at]));
  requireBounded(apps, contents, audienceOf(filters), ["push_ids"]);
  const { dueLocal } = campaign;
  const dueAt = dueLocal === null ? campaign.dueAt : dueInUtc(ctx, dueLocal);
  const shared = { revision: crypto.randomUUID(), audience: audienceOf(filters), dueAt, dueLocal };
  const appIds = apps.map(({ id }) => id);
  const writing = ctx.db.batch([
    saveRevision(ctx, campaign, templateIds, shared.revision),
    auditEntry(ctx, {
      did: "campaign.update",
      id: campaignId,
      name: campaign.name,
      facts: { fields: ["push_ids"], push_ids: templateIds },
    }),
    deleteUnsent(ctx, shared.revision),
    ...contents.flatMap((content) => {
      const rows = planned(apps);
      return [
        makeRoom(ctx, appIds),
        insertNotifications(ctx, { ...shared, content }, rows),
        linkNotifications(ctx, shared.revision, rows),
      ];
    }),
    ...(dueLocal === null
      ? []
      : [
          setLocalDue(
            ctx,
            shared,
            dueLocal,
            zones.map(({ zone }) => zone),
          ),
        ]),
  ]);
  const [saved, , ...made] = await orNoRoom(ctx, appIds, writing);
  if (saved.length === 0) refuse(dueAlready());
  // A run whose notification is gone ends by itself when it next looks.
  await scheduleRuns(ctx, made.filter(Array.isArray).flat());
  return templateIds;
}

/** The condition on `campaigns` that holds for the account's campaign with this id. */
function ofAccount(ctx: AccountCtx, id: number) {
  return and(eq(campaigns.id, id), eq(campaigns.accountId, ctx.principal.accountId));
}

/** The query for the templates with these ids that may be attached: one row for each translation, in the order of creation. */
function templatesByIds(ctx: AccountCtx, ids: readonly number[]) {
  return ctx.db
    .select({ defaultLanguage: templates.defaultLanguage, translation: templateTranslations })
    .from(templates)
    .innerJoin(templateTranslations, eq(templateTranslations.templateId, templates.id))
    .where(
      and(
        visibleTemplates(ctx.principal),
        sql`${templates.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
      ),
    )
    .orderBy(asc(templateTranslations.id));
}

/** The template with this id, in the form in which it was created. Refuses `not_found` if `rows` have none. */
function templateFrom(id: number, rows: Awaited<ReturnType<typeof templatesByIds>>): GivenTemplate {
  const matching = rows.filter(({ translation }) => translation.templateId === id);
  const [first] = matching;
  if (!first) return refuse({ code: "not_found", what: "template" });
  return {
    default_lang: first.defaultLanguage,
    translations: matching.map(({ translation: { language, title, body, image, icon, url } }) => {
      return { language, title, text: body, image, icon, link: url };
    }),
  };
}

/**
 * The statement that attaches the templates under a new revision. It changes and returns no row if the campaign is due, was
 * ended, or one of its notifications is being sent or was sent.
 */
function saveRevision(ctx: AccountCtx, { id }: Campaign, templateIds: number[], revision: string) {
  const now = ctx.now();
  return ctx.db
    .update(campaigns)
    .set({ templateIds, revision })
    .where(
      and(
        ofAccount(ctx, id),
        gt(campaigns.dueAt, now),
        isNull(campaigns.endedAt),
        sql`NOT EXISTS (SELECT 1 FROM ${campaignNotifications} AS link
          JOIN ${notifications} AS made ON made.id = link.notification_id
          WHERE link.campaign_id = ${id} AND (made.status NOT IN ('scheduled', 'cancelled', 'draft')
            OR (made.status = 'scheduled' AND made.scheduled_at <= ${now})))`,
      ),
    )
    .returning({ id: campaigns.id });
}

/** The statement that deletes what earlier revisions made and nobody has begun to send. */
function deleteUnsent(ctx: AccountCtx, revision: string) {
  return ctx.db.delete(notifications).where(
    and(
      eq(notifications.status, "scheduled"),
      sql`${notifications.id} IN (SELECT link.notification_id FROM ${campaignNotifications} AS link
          JOIN ${campaigns} AS campaign ON campaign.id = link.campaign_id WHERE campaign.revision = ${revision})`,
    ),
  );
}

function endedAlready() {
  return invalidField(["sched_id"], "was ended: its pushes can't be changed any more");
}

function dueAlready() {
  return invalidField(["sched_id"], "is due already: its pushes can't be changed any more");
}
