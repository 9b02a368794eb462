// Deletes campaigns and templates two years after they were created: a campaign is due within a year, and is kept for
// another. The notifications that they made are kept, since each has a copy of the content.
import { and, asc, inArray, lt } from "drizzle-orm";
import { templates, campaigns } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** How long both are kept, ms. */
const KEPT_MS = 2 * 365 * DAY_MS;
/**
 * Most rows of each table that one call deletes; the cron calls each minute, so 144,000 a day. Bounded because each
 * row's links or translations are deleted with it.
 */
const ROWS_AT_ONCE = 100;

/** Deletes the oldest of the campaigns and templates that are over two years old. */
export async function expireCampaigns(ctx: Ctx): Promise<void> {
  const before = ctx.now() - KEPT_MS;
  // Ids rise with time, so the oldest rows are found without an index.
  const oldestCampaigns = ctx.db
    .select({ id: campaigns.id })
    .from(campaigns)
    .orderBy(asc(campaigns.id))
    .limit(ROWS_AT_ONCE);
  const oldestTemplates = ctx.db
    .select({ id: templates.id })
    .from(templates)
    .orderBy(asc(templates.id))
    .limit(ROWS_AT_ONCE);
  await ctx.db.batch([
    ctx.db
      .delete(campaigns)
      .where(and(inArray(campaigns.id, oldestCampaigns), lt(campaigns.createdAt, before))),
    ctx.db
      .delete(templates)
      .where(and(inArray(templates.id, oldestTemplates), lt(templates.createdAt, before))),
  ]);
}
