// Makes subscribers inactive whose tokens a provider reported as dead, for the consumer of batches.
import { and, eq, lte, sql } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Makes the active subscribers among `ids` inactive, unless they registered a token after `since`, ms. */
export async function retireTokens(ctx: Ctx, ids: readonly number[], since: number): Promise<void> {
  await ctx.db
    .update(subscribers)
    .set({ status: "inactive", updatedAt: ctx.now() })
    .where(
      and(
        sql`${subscribers.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        eq(subscribers.status, "active"),
        lte(subscribers.tokenSince, since),
      ),
    );
}
