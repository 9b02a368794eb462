// Ends a campaign: cancels all that is still due of it. What has gone out stays. One transaction marks the campaign and
// cancels its notifications, however many apps there are, so that it is done or not done. What makes notifications of a campaign
// looks for the mark in the transaction in which it makes them (attach-templates.ts), so nothing more is made afterwards.
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { campaignNotifications, campaigns, notifications } from "../../db/schema/index.ts";
import { auditEntry } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { SCHEDULED, stopRuns } from "../notifications/start-runs.ts";
import { findCampaign } from "./follow-campaign.ts";

export interface Ended {
  /** How many notifications are cancelled now, of these how many while they were being sent. */
  cancelled: number;
  stopped: number;
  /** How many had gone out, or had failed. */
  out: number;
}

/**
 * Cancels what is still due of the campaign: notifications that wait, drafts of its own, and what is being sent, which goes to
 * nobody further. May be repeated: it cancels what is due by then, and is noted once. One that is over is left as it is.
 * Refuses `not_found`, also to a key that does not have access to all apps that the campaign can reach.
 */
export async function endCampaign(ctx: AccountCtx, campaignId: number): Promise<Ended> {
  const { accountId } = ctx.principal;
  const isIt = and(eq(campaigns.id, campaignId), eq(campaigns.accountId, accountId));
  const campaign = await findCampaign(ctx, campaignId);
  const now = ctx.now();
  const links = sql`(SELECT link.notification_id FROM ${campaignNotifications} AS link
    WHERE link.campaign_id = ${campaignId})`;
  const ofCampaign = and(
    sql`${notifications.id} IN ${links}`,
    eq(notifications.accountId, accountId),
  );
  const isStillDue = and(
    ofCampaign,
    inArray(notifications.status, ["draft", "scheduled", "sending"]),
  );
  const [begun, , , cancelled, totals] = await ctx.db.batch([
    ctx.db
      .select(SCHEDULED)
      .from(notifications)
      .where(and(ofCampaign, eq(notifications.status, "sending"))),
    ctx.db
      .update(campaigns)
      .set({ endedAt: now })
      .where(
        and(
          isIt,
          isNull(campaigns.endedAt),
          sql`(${campaigns.dueAt} > ${now} OR EXISTS (SELECT 1 FROM ${notifications} WHERE ${isStillDue}))`,
        ),
      )
      .returning({ id: campaigns.id }),
    auditEntry(ctx, { did: "campaign.end", id: campaignId, name: campaign.name }),
    ctx.db
      .update(notifications)
      .set({ status: "cancelled", updatedAt: now })
      .where(isStillDue)
      .returning({ id: notifications.id }),
    ctx.db
      .select({ out: sql<number>`count(*)` })
      .from(notifications)
      .where(and(ofCampaign, inArray(notifications.status, ["finalizing", "sent", "failed"]))),
  ]);
  await stopRuns(ctx, begun);
  return { cancelled: cancelled.length, stopped: begun.length, out: totals[0]?.out ?? 0 };
}
