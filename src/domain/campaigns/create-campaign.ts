// Creates a campaign that is due later. It sends nothing unless templates are attached to it. The input's fields have
// the names of the instant-send contract, since its answers to invalid input name them.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { insertFrom } from "../../db/insert-from.ts";
import { campaigns } from "../../db/schema/index.ts";
import { label } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { auditEntry, INSERTED_ID } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import {
  chosen,
  FilterFields,
  GivenFilters,
  refuseContradictions,
  type Filters,
} from "./filters.ts";
import { MomentFields, momentOf } from "./moment.ts";
import { keptFilters, namedApps, reachedApps } from "./reach.ts";
import { hasRoom, makeRoomForCampaign, tooManyCampaigns } from "./room.ts";

/** Longest name, characters. */
const MAX_NAME = 255;
export const CampaignName = label(MAX_NAME).meta({
  description: "What the sending is called, in your own words.",
  example: "Release",
});

/**
 * The filters may stand beside the other fields or, as in an instant send, in an object of their own. One of both is
 * required, as there: who forgets them must not reach everybody.
 */
const GivenCampaign = z
  .strictObject({
    name: CampaignName,
    ...MomentFields,
    filters: GivenFilters.nullish(),
    ...FilterFields,
  })
  .superRefine(refuseContradictions)
  .superRefine((given, issues) => {
    const beside = Object.keys(FilterFields).find((field) => field in given);
    if (given.filters && beside !== undefined) {
      issues.addIssue({ code: "custom", path: [beside], message: "must be among the filters" });
    }
    if (!given.filters && !Object.keys(FilterFields).some((field) => isGiven(given, field))) {
      const message = "is required, or filters beside the other fields; {} reaches everybody";
      issues.addIssue({ code: "custom", path: ["filters"], message });
    }
  });

/** Whether a field says something: null is as if it were left out. */
function isGiven(given: Record<string, unknown>, field: string): boolean {
  return given[field] !== undefined && given[field] !== null;
}

/** The fields of a new campaign, as the API documents them. */
export const CampaignFields = {
  name: CampaignName,
  ...MomentFields,
  filters: z.strictObject(FilterFields).nullish(),
  ...FilterFields,
};

/**
 * Creates a campaign of `input`, without templates, and returns its id. Refuses `invalid`, and `not_found` for apps that
 * the API key has no access to.
 */
export async function createCampaign(ctx: AccountCtx, input: unknown): Promise<{ id: number }> {
  const given = parse(GivenCampaign, input);
  const filters: Filters = given.filters ?? chosen(given);
  const moment = momentOf(ctx.now(), given);
  reachedApps(filters, await namedApps(ctx, sql`${JSON.stringify(filters)}`));
  const row = {
    accountId: ctx.principal.accountId,
    name: given.name,
    ...moment,
    filters: { ...keptFilters(ctx.principal, filters) },
    templateIds: [],
    revision: crypto.randomUUID(),
    instant: false,
    createdAt: ctx.now(),
  };
  const [, [made]] = await ctx.db.batch([
    makeRoomForCampaign(ctx),
    insertFrom(ctx.db, campaigns, row, sql`WHERE ${hasRoom(ctx, { campaign: true })}`).returning({
      id: campaigns.id,
    }),
    auditEntry(ctx, { did: "campaign.create", id: INSERTED_ID, name: given.name }),
  ]);
  return made ?? refuse(tooManyCampaigns());
}
