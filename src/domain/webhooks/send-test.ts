// Sends a test event to a webhook, as an ordinary delivery.
import { webhookDeliveries } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { AccountCtx } from "../context.ts";
import { enqueueDeliveries, MAX_DELIVERIES } from "./emit.ts";
import { eventBody, TEST_EVENT } from "./events.ts";
import { findWebhook } from "./find-webhook.ts";
import { isSlow } from "./lane.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";

/** Makes the delivery and returns it. Refuses `not_found`, `forbidden`, and `invalid` for a webhook that is disabled or full. */
export async function sendTest(
  ctx: AccountCtx,
  appUuid: string,
  uuid: string,
): Promise<WebhookDelivery> {
  const webhook = await findWebhook(ctx, appUuid, uuid);
  if (!webhook.enabled) refuse(invalidField(["enabled"], "must be true for a test"));
  const now = ctx.now();
  const data = { webhook_id: webhook.uuid };
  const [delivery] = await ctx.db
    .insert(webhookDeliveries)
    .values({
      uuid: crypto.randomUUID(),
      webhookId: webhook.id,
      event: TEST_EVENT,
      body: JSON.stringify({ ...eventBody(TEST_EVENT, data, now), app_id: appUuid }),
      status: "pending",
      attempts: 0,
      nextAttemptAt: now,
      createdAt: now,
      lane: isSlow(ctx, webhook) ? webhook.accountId : null,
    })
    .returning();
  if (!delivery) {
    return refuse(
      invalidField(["deliveries"], `must not be more than ${MAX_DELIVERIES} that wait`),
    );
  }
  await enqueueDeliveries(ctx, [delivery]);
  return delivery;
}
