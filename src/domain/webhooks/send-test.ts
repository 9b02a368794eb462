// Sends a test event to a webhook, as an ordinary delivery.
import { and, eq } from "drizzle-orm";
import { apps, webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { requireActiveNow } from "../accounts/suspension.ts";
import type { Ctx } from "../context.ts";
import { enqueueDeliveries, MAX_DELIVERIES } from "./emit.ts";
import { eventBody, TEST_EVENT } from "./events.ts";
import type { Webhook } from "./find-webhook.ts";
import { isSlow } from "./lane.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";
import { FREE_TURN } from "./turn.ts";

/**
 * Makes the delivery and returns it. Refuses `invalid` for a webhook that is disabled or full, and `account_suspended` where
 * that happened meanwhile.
 */
export async function sendTest(ctx: Ctx, webhook: Webhook): Promise<WebhookDelivery> {
  if (!webhook.enabled) refuse(invalidField(["enabled"], "must be true for a test"));
  const now = ctx.now();
  const { accountId } = webhook;
  const data = { webhook_id: webhook.uuid };
  const [app] = await ctx.db
    .select({ uuid: apps.uuid })
    .from(apps)
    .where(and(eq(apps.id, webhook.appId ?? 0), eq(apps.accountId, accountId)));
  const [[delivery]] = await ctx.db.batch([
    ctx.db
      .insert(webhookDeliveries)
      .values({
        uuid: crypto.randomUUID(),
        webhookId: webhook.id,
        event: TEST_EVENT,
        body: JSON.stringify({ ...eventBody(TEST_EVENT, data, now), app_id: app?.uuid ?? null }),
        status: "pending",
        attempts: 0,
        nextAttemptAt: now,
        createdAt: now,
        lane: isSlow(ctx, webhook) ? accountId : null,
      })
      .returning(),
    // Its owner wants it to be tried, though another may have the turn.
    ctx.db
      .update(webhooks)
      .set(FREE_TURN)
      .where(and(eq(webhooks.id, webhook.id), eq(webhooks.accountId, accountId))),
  ]);
  if (!delivery) {
    await requireActiveNow(ctx, accountId);
    return refuse(
      invalidField(["deliveries"], `must not be more than ${MAX_DELIVERIES} that wait`),
    );
  }
  await enqueueDeliveries(ctx, [delivery]);
  return delivery;
}
