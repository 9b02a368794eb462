// What the pool knows of each builder: when it was last heard of, what it can make and has, and whether it drains.
import type { Capabilities } from "../protocol/builder.ts";
import {
  HEARD_MS,
  type BuilderPoolPort,
  type BuilderState,
  type Drain,
} from "../domain/ports/builds.ts";

type LeaseRequest = Parameters<BuilderPoolPort["lease"]>[0];
type Row = {
  id: number;
  last_seen_at: number;
  current_jobs: string;
  slots: number | null;
  draining: number;
};

export class PoolBuilders {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Makes the table. */
  prepare(): void {
    this.#sql.exec(
      `CREATE TABLE builders (id INTEGER PRIMARY KEY, last_seen_at INTEGER, capabilities TEXT, current_jobs TEXT,
         slots INTEGER, draining INTEGER, drain_changes INTEGER)`,
    );
  }

  /** Records what a builder says of itself. */
  note(request: LeaseRequest): void {
    this.#sql.exec(
      `INSERT INTO builders VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET last_seen_at = excluded.last_seen_at, slots = excluded.slots,
         capabilities = excluded.capabilities, current_jobs = excluded.current_jobs,
         draining = iif(excluded.drain_changes < drain_changes, draining, excluded.draining),
         drain_changes = max(excluded.drain_changes, drain_changes)`,
      request.builderId,
      Date.now(),
      JSON.stringify(request.capabilities),
      JSON.stringify(request.currentJobs),
      request.slots,
      // The request may have been authenticated before the last change, of which the pool was told meanwhile.
      Number(request.drain.isDraining),
      request.drain.changes,
    );
  }

  /** Records that a builder is alive and works on a build. */
  seen(builderId: number, buildId: number): void {
    this.#sql.exec(
      `UPDATE builders SET last_seen_at = ?1, current_jobs = CASE
         WHEN EXISTS (SELECT 1 FROM json_each(current_jobs) WHERE value = ?2) THEN current_jobs
         ELSE json_insert(current_jobs, '$[#]', ?2) END
       WHERE id = ?3`,
      Date.now(),
      buildId,
      builderId,
    );
  }

  /** Records that a builder is alive and no longer works on a build. */
  done(builderId: number, buildId: number): void {
    this.#sql.exec(
      `UPDATE builders SET last_seen_at = ?1, current_jobs = (
         SELECT json_group_array(value) FROM json_each(current_jobs) WHERE value <> ?2)
       WHERE id = ?3`,
      Date.now(),
      buildId,
      builderId,
    );
  }

  /** Records whether a builder drains, unless something newer is known. Does nothing to one that never asked for work. */
  drain(builderId: number, { isDraining, changes }: Drain): void {
    this.#sql.exec(
      "UPDATE builders SET draining = ?1, drain_changes = ?2 WHERE id = ?3 AND drain_changes <= ?2",
      Number(isDraining),
      changes,
      builderId,
    );
  }

  isDraining(builderId: number): boolean {
    const found = this.#sql.exec("SELECT 1 FROM builders WHERE id = ? AND draining", builderId);
    return found.toArray().length > 0;
  }

  remove(builderId: number): void {
    this.#sql.exec("DELETE FROM builders WHERE id = ?", builderId);
  }

  /** What the builders can make that were seen lately and get new jobs. */
  capabilities(): Capabilities[] {
    return this.#sql
      .exec<{ capabilities: string }>(
        "SELECT capabilities FROM builders WHERE last_seen_at > ? AND NOT draining",
        Date.now() - HEARD_MS,
      )
      .toArray()
      .map((row) => JSON.parse(row.capabilities) as Capabilities);
  }

  /** The state of each, which has the builds that it was offered among its jobs. */
  states(): BuilderState[] {
    return this.#sql
      .exec<Row>(
        `SELECT id, last_seen_at, slots, draining, (
           SELECT json_group_array(build) FROM (
             SELECT value AS build FROM json_each(current_jobs)
             UNION SELECT build_id FROM held WHERE builder_id = builders.id)) AS current_jobs
         FROM builders`,
      )
      .toArray()
      .map((row) => ({
        builderId: row.id,
        lastSeenAt: row.last_seen_at,
        currentJobs: JSON.parse(row.current_jobs) as number[],
        slots: row.slots,
        isDraining: row.draining !== 0,
      }));
  }
}
