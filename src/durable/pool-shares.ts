// How accounts share the builders: which account's builds are with which builder, and from that which waiting build is
// next. Whose builds are being made least comes first, then whoever was not served lately, then the oldest build. One
// account's builds take half of all slots at most, or all but one while there is no other account's lately, so that
// another account's finds one free.
import type { BuildFormat, Capabilities, AppPlatform } from "../protocol/builder.ts";
import { HEARD_MS } from "../domain/ports/builds.ts";
import { MINUTE_MS } from "../kit/time.ts";

/** An account that was served this lately comes after those that were not, ms: longer than builds in a row take. */
const SERVED_LATELY_MS = MINUTE_MS;

export type QueueRow = {
  position: number;
  build_id: number;
  account_id: number;
  app_id: number;
  platform: AppPlatform;
  format: BuildFormat;
};

export class PoolShares {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Makes the tables. */
  prepare(): void {
    this.#sql.exec(
      "CREATE TABLE held (build_id INTEGER PRIMARY KEY, account_id INTEGER, builder_id INTEGER)",
    );
    this.#sql.exec("CREATE TABLE served (account_id INTEGER PRIMARY KEY, at INTEGER)");
  }

  /** Returns the waiting build that a builder with these capabilities is to make next. */
  next({ platforms, formats }: Capabilities): QueueRow | undefined {
    const now = Date.now();
    // Where a builder does not say how many slots it has, nobody knows what half of them are. Those of one that drains are
    // nobody's any more.
    const [row] = this.#sql
      .exec<QueueRow>(
        `WITH
           live AS (SELECT id, slots FROM builders WHERE last_seen_at > ?1 AND NOT draining),
           working AS (
             SELECT account_id, count(*) AS builds FROM held
             WHERE builder_id IN (SELECT id FROM live) GROUP BY account_id),
           lately AS (
             SELECT account_id FROM queue UNION SELECT account_id FROM working
             UNION SELECT account_id FROM served WHERE at > ?2),
           share AS (
             SELECT max(1, iif((SELECT count(*) FROM lately) > 1,
               (sum(slots) + 1) / 2, sum(slots) - 1)) AS most
             FROM live HAVING count(slots) = count(*))
         SELECT queue.* FROM queue
           LEFT JOIN share
           LEFT JOIN working USING (account_id)
           LEFT JOIN served ON served.account_id = queue.account_id AND served.at > ?2
         WHERE platform IN (SELECT value FROM json_each(?3))
           AND format IN (SELECT value FROM json_each(?4))
           AND (share.most IS NULL OR coalesce(working.builds, 0) < share.most)
         ORDER BY coalesce(working.builds, 0), coalesce(served.at, 0), position LIMIT 1`,
        now - HEARD_MS,
        now - SERVED_LATELY_MS,
        JSON.stringify(platforms),
        JSON.stringify(formats),
      )
      .toArray();
    return row;
  }

  /** Counts a build as its account's among those that are being made, from its offer on. */
  hold({ build_id: buildId, account_id: accountId }: QueueRow, builderId: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO held VALUES (?, ?, ?)", buildId, accountId, builderId);
    this.#noteServed(buildId);
  }

  /**
   * Counts a build no more that this builder has let go of, unless another builder has it by now. Its account was
   * served until now.
   */
  end(buildId: number, builderId: number): void {
    const [held] = this.#sql
      .exec("SELECT 1 FROM held WHERE build_id = ? AND builder_id = ?", buildId, builderId)
      .toArray();
    if (!held) return;
    this.#noteServed(buildId);
    this.#sql.exec("DELETE FROM held WHERE build_id = ?", buildId);
  }

  /** Counts a build no more that waits again. Its account was not served: the build keeps its turn. */
  takeBack(buildId: number, accountId: number): void {
    this.#sql.exec("DELETE FROM held WHERE build_id = ?", buildId);
    this.#sql.exec("DELETE FROM served WHERE account_id = ?", accountId);
  }

  /** Ends what a builder does not name among its jobs: it was cancelled, or the builder has started again. */
  endOthers(builderId: number, currentJobs: readonly number[]): void {
    const others = this.#sql
      .exec<{ build_id: number }>(
        `SELECT build_id FROM held WHERE builder_id = ?1
           AND build_id NOT IN (SELECT value FROM json_each(?2))`,
        builderId,
        JSON.stringify(currentJobs),
      )
      .toArray();
    for (const { build_id: buildId } of others) this.end(buildId, builderId);
  }

  #noteServed(buildId: number): void {
    const now = Date.now();
    this.#sql.exec(
      "INSERT OR REPLACE INTO served SELECT account_id, ? FROM held WHERE build_id = ?",
      now,
      buildId,
    );
    this.#sql.exec("DELETE FROM served WHERE at <= ?", now - SERVED_LATELY_MS);
  }
}
