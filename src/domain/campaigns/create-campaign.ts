// Makes a one-time sending for later. Until a push is bound to it, it campaigns nothing.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { campaigns } from "../../db/schema/index.ts";
import { label } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
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

/** Longest name, characters. */
const MAX_NAME = 255;
export const CampaignName = label(MAX_NAME);

/** The filters stand beside the rest, or in an object of their own as they do when sent instantly. */
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
  });

/** Documentation of what a sending is given. */
export const CampaignFields = {
  name: CampaignName,
  ...MomentFields,
  filters: z.strictObject(FilterFields).nullish(),
  ...FilterFields,
};

/** Refuses `invalid`, `not_found` for apps the key can't see. */
export async function createCampaign(ctx: AccountCtx, input: unknown): Promise<{ id: number }> {
  const given = parse(GivenCampaign, input);
  const filters: Filters = given.filters ?? chosen(given);
  const moment = momentOf(ctx.now(), given);
  reachedApps(filters, await namedApps(ctx, sql`${JSON.stringify(filters)}`));
  const [made] = await ctx.db
    .insert(campaigns)
    .values({
      accountId: ctx.principal.accountId,
      name: given.name,
      ...moment,
      filters: { ...keptFilters(ctx.principal, filters) },
      templateIds: [],
      revision: crypto.randomUUID(),
      instant: false,
      createdAt: ctx.now(),
    })
    .returning({ id: campaigns.id });
  if (!made) throw new Error("an inserted sending answered no row");
  return made;
}
