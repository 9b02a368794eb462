// Changes the given fields of a webhook and leaves the others.
import { and, eq } from "drizzle-orm";
import { webhooks } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { audited, fieldsOf } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { disabled, ENABLED, WELL } from "./enabling.ts";
import { namedInLog, type Webhook } from "./find-webhook.ts";
import { isFailing, isInPause, release } from "./hold.ts";
import { sealSecret } from "./secrets.ts";
import { ACCOUNT_INPUT, APP_INPUT, requireTarget } from "./webhook-input.ts";

/**
 * Changes the webhook and returns it. Enabling it, or another URL, ends what failed before and makes held deliveries due. A
 * given secret takes the old one's place at once. Refuses `not_found`, `invalid`.
 */
export async function updateWebhook(
  ctx: AccountCtx,
  webhook: Webhook,
  input: unknown,
): Promise<Webhook> {
  const wanted = parse((webhook.appId === null ? ACCOUNT_INPUT : APP_INPUT).Update, input);
  const now = ctx.now();
  const changes: Partial<typeof webhooks.$inferInsert> = { updatedAt: now };
  if (wanted.url !== undefined) {
    await requireTarget(ctx, wanted.url);
    changes.url = wanted.url;
    // What was found out about the receiver does not hold for another.
    if (wanted.url !== webhook.url) Object.assign(changes, WELL, { slowUntil: null });
  }
  if (wanted.secret !== undefined) {
    changes.secretSealed = await sealSecret(ctx, webhook.uuid, wanted.secret);
    Object.assign(changes, { previousSecretSealed: null, previousSecretEndsAt: null });
  }
  if (wanted.events !== undefined) changes.events = wanted.events;
  if (wanted.enabled === true) Object.assign(changes, ENABLED);
  if (wanted.enabled === false && webhook.enabled) Object.assign(changes, disabled(now, null));
  const update = ctx.db
    .update(webhooks)
    .set(changes)
    .where(and(eq(webhooks.id, webhook.id), eq(webhooks.accountId, webhook.accountId)))
    .returning();
  const named = namedInLog(webhook);
  const [updated] = await audited(ctx, update, {
    did: "webhook.update",
    ...named,
    facts: { ...named.facts, ...fieldsOf(wanted) },
  });
  if (!updated) return refuse({ code: "not_found", what: "webhook" });
  const isFreed = updated.enabled && !isFailing(updated) && !isInPause(ctx, updated);
  if (updated.holds && isFreed) await release(ctx, webhook);
  return updated;
}
