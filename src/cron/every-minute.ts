// The jobs that run each minute. Each is bounded and may run twice at once.
import { expireIdempotencyKeys } from "../domain/accounts/idempotency.ts";
import { grantRenewals } from "../domain/accounts/grant-renewals.ts";
import { expireCodes } from "../domain/channels/codes.ts";
import { expireChannelMessages } from "../domain/channels/channel-messages.ts";
import { recoverBuilds } from "../domain/builds/recover-builds.ts";
import { recoverRuns, sendDue } from "../domain/notifications/start-runs.ts";
import { expireNotifications } from "../domain/notifications/expire-notifications.ts";
import { expireCampaigns } from "../domain/campaigns/expire-campaigns.ts";
import { expireImports, recoverImports } from "../domain/imports/expire-imports.ts";
import { recoverDeletions } from "../domain/deletion/delete-owned.ts";
import { recoverRevivals } from "../domain/subscribers/revive-doubted.ts";
import { recoverDeliveries } from "../domain/webhooks/recover-deliveries.ts";
import type { Ctx } from "../domain/context.ts";
import { runParts } from "./parts.ts";

/** Runs the jobs of each minute. A failing job is logged. */
export async function everyMinute(ctx: Ctx): Promise<void> {
  await runParts(ctx, {
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
    recoverImports,
    expireImports,
    sendDue,
    recoverRuns,
  });
}
