// Changes the given fields of a webhook and leaves the others.
import { and, eq } from "drizzle-orm";
import { webhooks } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx } from "../context.ts";
import { findWebhook, type Webhook } from "./find-webhook.ts";
import { sealSecret } from "./secrets.ts";
import { requireTarget, UpdateWebhook } from "./webhook-input.ts";

/**
 * Changes the webhook and returns it. Enabling it resets its count of failures and makes its held deliveries due.
 * Refuses `not_found`, `forbidden`, `invalid`.
 */
export async function updateWebhook(
  ctx: AccountCtx,
  appUuid: string,
  uuid: string,
  input: unknown,
): Promise<Webhook> {
  const webhook = await findWebhook(ctx, appUuid, uuid);
  const wanted = parse(UpdateWebhook, input);
  const changes: Partial<typeof webhooks.$inferInsert> = { updatedAt: ctx.now() };
  if (wanted.url !== undefined) {
    await requireTarget(ctx, wanted.url);
    changes.url = wanted.url;
    // What was found out about the receiver's host does not hold for another.
    if (wanted.url !== webhook.url) changes.slowUntil = null;
  }
  if (wanted.secret !== undefined) {
    changes.secretSealed = await sealSecret(ctx, webhook.uuid, wanted.secret);
  }
  if (wanted.events !== undefined) changes.events = wanted.events;
  if (wanted.enabled !== undefined) changes.enabled = wanted.enabled;
  if (wanted.enabled === true) changes.failuresInARow = 0;
  const [updated] = await ctx.db
    .update(webhooks)
    .set(changes)
    .where(and(eq(webhooks.id, webhook.id), eq(webhooks.accountId, webhook.accountId)))
    .returning();
  return updated ?? refuse({ code: "not_found", what: "webhook" });
}
