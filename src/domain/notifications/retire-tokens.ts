// Makes subscribers inactive whose tokens a provider reported as dead, for the consumer of batches.
import { and, eq, lte, sql } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/**
 * Makes the active subscribers among `ids` inactive, unless they got another token after `since`, ms. `as` says how
 * certain it is that their token is dead.
 */
export async function retireTokens(
  ctx: Ctx,
  ids: readonly number[],
  as: "gone" | "doubted",
  since: number,
): Promise<void> {
  const now = ctx.now();
  await ctx.db
    .update(subscribers)
    .set({ status: "inactive", retiredAs: as, retiredAt: now, updatedAt: now })
    .where(
      and(
        sql`${subscribers.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        eq(subscribers.status, "active"),
        lte(subscribers.tokenSince, since),
      ),
    );
}
