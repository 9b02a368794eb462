// Deletes what is stored about notifications' recipients: results and engagements. In bounded statements, since a
// notification can have millions; may be repeated after an interruption.
import { sql } from "drizzle-orm";
import { deleteInParts, UNTIL_NOTHING_IS_LEFT } from "../../db/delete-in-parts.ts";
import { batchResults, engagements } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { RESULTS_A_NOTIFICATION } from "./results.ts";

/** Rows deleted by one statement: keeps each short. */
const ROWS_AT_ONCE = 5000;

/** Runs at most `mostStatements` for each of the two tables; the next call deletes the rest. */
export async function deleteResults(
  ctx: Ctx,
  notificationIds: readonly number[],
  mostStatements = UNTIL_NOTHING_IS_LEFT,
): Promise<void> {
  const given = sql`json_each(${JSON.stringify(notificationIds)}) AS given`;
  const bounds = { rows: ROWS_AT_ONCE, statements: mostStatements };
  const results = {
    key: batchResults.id,
    from: sql`${given} JOIN ${batchResults}
      ON ${batchResults.id} >= given.value * ${RESULTS_A_NOTIFICATION}
        AND ${batchResults.id} < (given.value + 1) * ${RESULTS_A_NOTIFICATION}`,
  };
  const engaged = {
    key: sql`${engagements}.rowid`,
    where: sql`${engagements.notificationId} IN (SELECT value FROM ${given})`,
  };
  await deleteInParts(ctx.db, batchResults, results, bounds);
  await deleteInParts(ctx.db, engagements, engaged, bounds);
}
