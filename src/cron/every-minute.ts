// The jobs that run each minute. Each is bounded and may run twice at once.
import { expireIdempotencyKeys } from "../domain/accounts/idempotency.ts";
import { grantRenewals } from "../domain/accounts/grant-renewals.ts";
import { expireCodes } from "../domain/channels/codes.ts";
import { expireChannelMessages } from "../domain/channels/channel-messages.ts";
import { recoverBuilds } from "../domain/builds/recover-builds.ts";
import { followUpDirect } from "../domain/notifications/direct/follow-up.ts";
import { recoverRuns, sendDue } from "../domain/notifications/start-runs.ts";
import { expireNotifications } from "../domain/notifications/expire-notifications.ts";
import { expireCampaigns } from "../domain/campaigns/expire-campaigns.ts";
import { expireImports, recoverImports } from "../domain/imports/expire-imports.ts";
import { recoverErasures } from "../domain/one-person/go-on-erasing.ts";
import { recoverDeletions } from "../domain/deletion/delete-owned.ts";
import { stopSuspended } from "../domain/operators/suspend-account.ts";
import { recoverRevivals } from "../domain/subscribers/revive-doubted.ts";
import { recoverDeliveries } from "../domain/webhooks/recover-deliveries.ts";
import { EACH_MINUTE } from "../domain/health/cron-runs.ts";
import { foldMeters } from "../domain/health/meters.ts";
import { sampleQueues } from "../domain/health/samples.ts";
import type { Ctx } from "../domain/context.ts";
import { runParts } from "./parts.ts";

/** Runs the jobs of each minute. A failing job is logged. */
export async function everyMinute(ctx: Ctx): Promise<void> {
  const inTurn = {
    // First of these, so that it says what waited before they did their work.
    sampleQueues,
    foldMeters,
    grantRenewals,
    recoverBuilds,
    expireIdempotencyKeys,
    recoverDeliveries,
    expireCodes,
    expireChannelMessages,
    expireNotifications,
    expireCampaigns,
    recoverRevivals,
    recoverDeletions,
    recoverErasures,
    recoverImports,
    expireImports,
    // Before those that would go on with it.
    stopSuspended,
    sendDue,
    recoverRuns,
  };
  // By its time alone is decided how soon a message that was cut off comes, so that it waits for no other.
  await runParts(ctx, EACH_MINUTE, inTurn, { followUpDirect });
}
