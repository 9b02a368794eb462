// A webhook that fails is tried with one delivery at a time, so that a receiver that is away is not asked by thousands, nor
// their attempts used up. The one whose turn it is keeps it over its retries, but no longer than an hour: then the cron
// gives it to the one that has been held the longest (hold.ts).
import { and, eq, isNull, lte, or, sql } from "drizzle-orm";
import { webhooks } from "../../db/schema/index.ts";
import { HOUR_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";

/** Longest that the others wait for the one that is tried, ms: a receiver that is back is noticed within it. */
export const TURN_MS = HOUR_MS;

/** The columns of a webhook at which any delivery may take the turn. */
export const FREE_TURN = { turnOf: null, turnUntil: null };

/** Takes the turn for an attempt that ends within `forMs`. Returns false when it is another delivery's. */
export async function takeTurn(
  ctx: Ctx,
  webhook: Webhook,
  delivery: WebhookDelivery,
  forMs: number,
): Promise<boolean> {
  const now = ctx.now();
  const [taken] = await ctx.db
    .update(webhooks)
    .set({ turnOf: delivery.id, turnUntil: now + forMs })
    .where(
      and(
        eq(webhooks.id, webhook.id),
        or(
          isNull(webhooks.turnUntil),
          lte(webhooks.turnUntil, now),
          eq(webhooks.turnOf, delivery.id),
        ),
      ),
    )
    .returning({ id: webhooks.id });
  return taken !== undefined;
}

/**
 * The columns by which a delivery that has failed keeps the turn, if it is its own, until after its next attempt at `next`,
 * ms; null: there is none.
 */
export function keptTurn(ctx: Ctx, { id }: WebhookDelivery, next: number | null, forMs: number) {
  const now = ctx.now();
  const until = next === null ? now : Math.min(next + forMs, now + TURN_MS);
  return {
    turnUntil: sql`CASE WHEN ${webhooks.turnOf} = ${id} THEN ${until} ELSE ${webhooks.turnUntil} END`,
  };
}
