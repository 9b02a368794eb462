// What runs each minute. Each part is bounded and may run twice at once.
import { sweepIdempotencyKeys } from "../domain/accounts/idempotency.ts";
import { grantRenewals } from "../domain/accounts/grant-renewals.ts";
import { sweepCodes } from "../domain/channels/codes.ts";
import { sweepReceived } from "../domain/channels/received.ts";
import { sweepBuilds } from "../domain/builds/sweep-builds.ts";
import { restartStalled, sendDue } from "../domain/notifications/send-notification.ts";
import { sweepDirect } from "../domain/notifications/sweep-direct.ts";
import { sweepSends } from "../domain/sends/sweep-sends.ts";
import { sweepWebhooks } from "../domain/webhooks/sweep-webhooks.ts";
import type { Ctx } from "../domain/context.ts";
import { runParts } from "./parts.ts";

export async function everyMinute(ctx: Ctx): Promise<void> {
  await runParts(ctx, {
    grantRenewals,
    sweepBuilds,
    sweepIdempotencyKeys,
    sweepWebhooks,
    sweepCodes,
    sweepReceived,
    sweepDirect,
    sweepSends,
    sendDue,
    restartStalled,
  });
}
