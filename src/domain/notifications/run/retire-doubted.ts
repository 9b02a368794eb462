// Retires subscribers whose token was in doubt while a send was on, after their provider took messages with the same
// credential. They are found in the results that the run has written.
import { and, gte, lt } from "drizzle-orm";
import { batchResults } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";
import { BATCHES_A_ROW, resultKey, unpackResults } from "../results.ts";
import { retireDoubted, type Acceptance } from "../retire-tokens.ts";

/** Rows of results that are read at once: 5,000 recipients. */
const DOUBTED_ROWS = 20;
/** The batches of these rows: whole rows, so that each part reads as much as the others. */
export const DOUBTED_BATCHES = DOUBTED_ROWS * BATCHES_A_ROW;

/** A doubt that was resolved: `errors` are those of recipients whose token is dead. */
export type Resolved = Acceptance & { errors: readonly string[] };

/**
 * Retires those recipients of DOUBTED_BATCHES batches, from number `from` on, who failed for a resolved doubt, unless they
 * got another token after `since`, ms. May be repeated.
 */
export async function retireFailed(
  ctx: Ctx,
  notificationId: number,
  { from, doubts, since }: { from: number; doubts: readonly Resolved[]; since: number },
): Promise<void> {
  const first = resultKey(notificationId, from);
  const rows = await ctx.db
    .select({ results: batchResults.results })
    .from(batchResults)
    .where(and(gte(batchResults.id, first), lt(batchResults.id, first + DOUBTED_BATCHES)));
  const failed = rows
    .flatMap(({ results }) => unpackResults(results))
    .filter(({ status }) => status === "failed");
  for (const doubt of doubts) {
    const ids = failed
      .filter(({ error }) => error !== null && doubt.errors.includes(error))
      .map(({ id }) => id);
    if (ids.length > 0) await retireDoubted(ctx, ids, since, doubt);
  }
}
