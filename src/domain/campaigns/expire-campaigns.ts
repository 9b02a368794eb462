// Forgets sendings and pushes two years after they were made: a sending is due within a year, and stays for another.
// The notifications that came of them stay, with words of their own.
import { and, asc, inArray, lt } from "drizzle-orm";
import { templates, campaigns } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** ms. */
const KEPT_MS = 2 * 365 * DAY_MS;
/** Oldest rows looked at in one sweep, or 144,000 a day: each takes its links or its translations along. */
const SWEEP_ROWS = 100;

export async function expireCampaigns(ctx: Ctx): Promise<void> {
  const before = ctx.now() - KEPT_MS;
  // ids rise with time: no index is needed
  const oldestSends = ctx.db
    .select({ id: campaigns.id })
    .from(campaigns)
    .orderBy(asc(campaigns.id))
    .limit(SWEEP_ROWS);
  const oldestPushes = ctx.db
    .select({ id: templates.id })
    .from(templates)
    .orderBy(asc(templates.id))
    .limit(SWEEP_ROWS);
  await ctx.db.batch([
    ctx.db
      .delete(campaigns)
      .where(and(inArray(campaigns.id, oldestSends), lt(campaigns.createdAt, before))),
    ctx.db
      .delete(templates)
      .where(and(inArray(templates.id, oldestPushes), lt(templates.createdAt, before))),
  ]);
}
