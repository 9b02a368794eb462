// Deletes what is kept of notifications' recipients: results and engagements. In bounded statements, since a
// notification can have millions; may be repeated after an interruption.
import { sql } from "drizzle-orm";
import { batchResults, engagements } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { RESULTS_A_NOTIFICATION } from "./results.ts";

/** Rows deleted in one statement: keeps each short. */
const ROWS_AT_ONCE = 5000;

/** At most `mostStatements` for each of the two; what is left is for the next call. */
export async function eraseResults(
  ctx: Ctx,
  notificationIds: readonly number[],
  mostStatements = Infinity,
): Promise<void> {
  const given = sql`json_each(${JSON.stringify(notificationIds)}) AS given`;
  const results = sql`SELECT ${batchResults.id} FROM ${given} JOIN ${batchResults}
    ON ${batchResults.id} >= given.value * ${RESULTS_A_NOTIFICATION}
      AND ${batchResults.id} < (given.value + 1) * ${RESULTS_A_NOTIFICATION} LIMIT ${ROWS_AT_ONCE}`;
  const engaged = sql`SELECT ${engagements}.rowid FROM ${engagements}
    WHERE ${engagements.notificationId} IN (SELECT value FROM ${given}) LIMIT ${ROWS_AT_ONCE}`;
  const steps = [
    () => ctx.db.delete(batchResults).where(sql`${batchResults.id} IN (${results})`),
    () => ctx.db.delete(engagements).where(sql`${engagements}.rowid IN (${engaged})`),
  ];
  for (const step of steps) {
    for (let count = 0; count < mostStatements; count += 1) {
      const { meta } = await step().run();
      if (meta.changes < ROWS_AT_ONCE) break;
    }
  }
}
