// Writes rows of a run's results, and reads which were written. May be repeated.
import { and, gte, lt, sql } from "drizzle-orm";
import { insertFrom } from "../../../db/insert-from.ts";
import { batchResults, notifications } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";
import { resultKey } from "../results.ts";
import type { PackedRow } from "../../ports/notifications.ts";

/**
 * Writes rows of results in one statement, in place of earlier ones that begin with the same batches. Writes nothing for a
 * notification that was deleted with its app.
 */
export async function saveResults(ctx: Ctx, id: number, rows: readonly PackedRow[]): Promise<void> {
  const packed = JSON.stringify(rows.map(({ batch, results }) => [resultKey(id, batch), results]));
  await insertFrom(
    ctx.db,
    batchResults,
    { id: sql`value ->> 0`, results: sql`value ->> 1` },
    sql`FROM json_each(${packed})
        WHERE EXISTS (SELECT 1 FROM ${notifications} WHERE ${notifications.id} = ${id})`,
  ).onConflictDoUpdate({ target: batchResults.id, set: { results: sql`excluded.results` } });
}

/** Returns the first batch of each row that was written. */
export async function savedRows(ctx: Ctx, id: number): Promise<Set<number>> {
  const first = resultKey(id, 0);
  const rows = await ctx.db
    .select({ key: batchResults.id })
    .from(batchResults)
    .where(and(gte(batchResults.id, first), lt(batchResults.id, resultKey(id + 1, 0))));
  return new Set(rows.map(({ key }) => key - first));
}
