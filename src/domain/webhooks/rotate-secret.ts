// Gives a webhook a new secret. For a day its deliveries are signed by the old one too, so that receivers can change over.
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { webhooks } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { DAY_MS } from "../../kit/time.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { namedInLog, type Webhook } from "./find-webhook.ts";
import { newSecret, sealSecret, Secret } from "./secrets.ts";

/** How long the secret before the rotation signs beside the new one, ms. */
export const GRACE_MS = DAY_MS;

export const RotateSecret = z.strictObject({
  /** Where this is omitted or null, a secret is made. */
  secret: Secret.nullish(),
});

/**
 * Rotates the webhook's secret, and returns the webhook with the new one in the clear, this once. Of several rotations
 * within GRACE_MS only the last old secret goes on signing. Refuses `invalid`, `not_found`.
 */
export async function rotateSecret(
  ctx: AccountCtx,
  webhook: Webhook,
  input: unknown,
): Promise<{ webhook: Webhook; secret: string }> {
  const secret = parse(RotateSecret, input).secret ?? newSecret();
  const now = ctx.now();
  const rotation = ctx.db
    .update(webhooks)
    .set({
      secretSealed: await sealSecret(ctx, webhook.uuid, secret),
      previousSecretSealed: sql`${webhooks.secretSealed}`,
      previousSecretEndsAt: now + GRACE_MS,
      updatedAt: now,
    })
    .where(and(eq(webhooks.id, webhook.id), eq(webhooks.accountId, webhook.accountId)))
    .returning();
  const [rotated] = await audited(ctx, rotation, {
    did: "webhook.rotate",
    ...namedInLog(webhook),
  });
  if (!rotated) return refuse({ code: "not_found", what: "webhook" });
  return { webhook: rotated, secret };
}
