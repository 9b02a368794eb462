// Counts a run's results among those of the installation (domain/health), in the batch of statements that writes them into
// the notification's row: `metered` there tells what was counted before, so that no recipient counts twice. What is only in the
// run's memory, repeated attempts and how long providers took, comes with it; of these, what is lost with the memory is not
// counted.
import { sql, type SQL } from "drizzle-orm";
import { notifications } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";
import { observed, SEND_BOUNDS } from "../../health/histogram.ts";
import { addCounts, pairsOf, SLOW_PREFIX, type Counts } from "../../health/meters.ts";
import type { Notification } from "../find-notification.ts";
import type { ResultTotals } from "../result-totals.ts";

/** What a run adds to the meters. */
export interface RunMeter {
  results: ResultTotals;
  /** Of the meter `sends`. */
  attempts: Counts;
}

/** What `metered` says of a cancelled send whose end was counted: its status is that of before. */
const END = { end: { cancelled: 1 } };

/**
 * The statement that counts what is new in `results` and `attempts`, to stand before those that write `meteredNow` into
 * `metered`, which must do so if the row has one of these `statuses`. `end`: counts the end of the send too.
 */
export function meterSend(
  ctx: Ctx,
  id: number,
  statuses: readonly Notification["status"][],
  run: RunMeter,
  end?: { status: string },
) {
  const isIt = sql`${notifications} AS n WHERE n.id = ${id} AND n.status IN ${statuses}`;
  const before = sql`coalesce((n.metered -> provider.key) ->> result.key, 0)`;
  const results = sql`SELECT provider.key || ':' || result.key AS key, result.value - ${before} AS value
    FROM json_each(${JSON.stringify(run.results)}) AS provider, json_each(provider.value) AS result,
      (SELECT n.metered FROM ${isIt}) AS n`;
  const attempts = sql`SELECT key, value FROM (${pairsOf(run.attempts)})
    WHERE key NOT LIKE ${`${SLOW_PREFIX}%`} AND EXISTS (SELECT 1 FROM ${isIt})`;
  const all = [
    sql`SELECT * FROM (${results}) WHERE value > 0`,
    attempts,
    ...endPairs(ctx, id, end),
  ];
  return addCounts(ctx, "sends", sql.join(all, sql` UNION ALL `));
}

/**
 * The expression for `metered` once `results` are counted: the most of each that ever were, so that a run which began again
 * after it was lost counts nobody whom it counted before. `isCancelled`: with the end, of a send that was cancelled.
 */
export function meteredNow(results: ResultTotals, isCancelled = false): SQL<string> {
  const now = JSON.stringify(isCancelled ? { ...results, ...END } : results);
  const both = sql`SELECT key, value FROM json_each(coalesce(${notifications.metered}, '{}'))
    UNION ALL SELECT key, value FROM json_each(${now})`;
  const most = sql`SELECT provider.key AS provider, result.key AS result, max(result.value) AS value
    FROM (${both}) AS provider, json_each(provider.value) AS result GROUP BY provider.key, result.key`;
  return sql`(SELECT coalesce(json_group_object(provider, json(counts)), '{}') FROM (
    SELECT provider, json_group_object(result, value) AS counts FROM (${most}) GROUP BY provider))`;
}

/** An end counts when it changes the status the first time, and that of a cancelled send when its run is over. */
function endPairs(ctx: Ctx, id: number, end: { status: string } | undefined): SQL[] {
  if (!end) return [];
  const from = sql`FROM ${notifications} AS n WHERE n.id = ${id}
    AND (n.status = 'sending' OR (n.status = 'cancelled' AND n.metered ->> '$.end.cancelled' IS NULL))`;
  const took = sql`(${ctx.now()} - coalesce(n.started_at, n.created_at))`;
  return [
    sql`SELECT iif(n.status = 'cancelled', 'end:cancelled', ${`end:${end.status}`}) AS key, 1 AS value ${from}`,
    observed("end:", SEND_BOUNDS, took, from),
  ];
}

/** Counts which hosts kept batches waiting. Most runs meet none, and write nothing. */
export async function noteSlowHosts(ctx: Ctx, attempts: Counts): Promise<void> {
  const hosts = Object.entries(attempts).flatMap(([key, count]) =>
    key.startsWith(SLOW_PREFIX) ? [[key.slice(SLOW_PREFIX.length), count] as const] : [],
  );
  if (hosts.length > 0) {
    await addCounts(ctx, "slow_hosts", pairsOf(Object.fromEntries(hosts)));
  }
}
