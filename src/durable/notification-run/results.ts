// The tables `done` and `retries`: the progress of each batch that was reported on. Reads and writes, no decisions.
// What is read often is kept in memory too, and read again after the object has lost its memory.
import {
  BATCHES_A_ROW,
  firstInRow,
  packResults,
  statusLetter,
  unpackResults,
  type RecipientResult,
} from "../../domain/notifications/results.ts";
import { addTotals, type ResultTotals } from "../../domain/notifications/result-totals.ts";
import type { RecipientStatus } from "../../domain/ports/notifications.ts";

/** A batch whose recipients all have a final result. */
export interface DoneBatch {
  batch: number;
  sent: number;
  failed: number;
  totals: ResultTotals;
  packed: string;
}

/** A batch some of whose recipients are tried again. */
export interface RetryBatch {
  batch: number;
  /** The number of the next attempt. */
  attempt: number;
  /** When the next attempt is made, for those who are pending and due by then, ms. */
  dueAt: number;
  /** Until when the next attempt may wait in the slow lane, ms; 0: it is for the ordinary lane. */
  slowUntil: number;
  results: RecipientResult[];
}

/** A batch whose next attempt is for the slow lane. */
export interface SlowBatch {
  /** Until when it may wait, ms. */
  until: number;
  /** When it was put into the slow queue, ms; 0: it waits for its turn. */
  outAt: number;
}

/** The number of done batches, and of the recipients in them by result; `totals` are the same by provider and reason. */
export interface DoneCounts {
  completed: number;
  sent: number;
  failed: number;
  totals: ResultTotals;
}

/** The batches that were reported on, with their packed results. */
const REPORTED =
  "SELECT batch, packed AS results FROM done UNION ALL SELECT batch, results FROM retries";

interface Memory {
  done: Set<number>;
  /** When each batch that is tried again is due, ms. */
  retries: Map<number, number>;
  /** Those of them that are for the slow lane. */
  slow: Map<number, SlowBatch>;
  sent: number;
  failed: number;
  totals: ResultTotals;
}

export class ResultTables {
  readonly #storage: DurableObjectStorage;
  #memory: Memory | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  create(): void {
    this.#storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS done (
         batch INTEGER PRIMARY KEY, sent INTEGER NOT NULL, failed INTEGER NOT NULL, totals TEXT NOT NULL,
         packed TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS retries (
         batch INTEGER PRIMARY KEY, attempt INTEGER NOT NULL, due_at INTEGER NOT NULL, slow_until INTEGER NOT NULL,
         out_at INTEGER NOT NULL DEFAULT 0, results TEXT NOT NULL);`,
    );
  }

  isDone(batch: number): boolean {
    return this.#load().done.has(batch);
  }

  /** Number of done batches. */
  get completed(): number {
    return this.#load().done.size;
  }

  get counts(): DoneCounts {
    const { done, sent, failed, totals } = this.#load();
    // A copy, since who remembers it compares it with later ones.
    return { completed: done.size, sent, failed, totals: structuredClone(totals) };
  }

  doneBatches(): Iterable<number> {
    return this.#load().done;
  }

  /** When each batch that is tried again is due, ms. */
  get retriesDue(): ReadonlyMap<number, number> {
    return this.#load().retries;
  }

  /** The batches whose next attempt is for the slow lane. */
  get slowBatches(): ReadonlyMap<number, SlowBatch> {
    return this.#load().slow;
  }

  /** Notes that a batch of the slow lane was put into its queue at `at`, ms; 0: that it is not there. */
  saveOut(batch: number, at: number): void {
    const slow = this.#load().slow.get(batch);
    if (!slow) return;
    this.#storage.sql.exec("UPDATE retries SET out_at = ? WHERE batch = ?", at, batch);
    slow.outAt = at;
  }

  /** Returns null when the batch is not tried again. */
  retry(batch: number): RetryBatch | null {
    if (!this.#load().retries.has(batch)) return null;
    const row = this.#storage.sql
      .exec<{ attempt: number; due_at: number; slow_until: number; results: string }>(
        "SELECT attempt, due_at, slow_until, results FROM retries WHERE batch = ?",
        batch,
      )
      .one();
    const results = unpackResults(row.results);
    const { attempt, due_at: dueAt, slow_until: slowUntil } = row;
    return { batch, attempt, dueAt, slowUntil, results };
  }

  saveRetry({ batch, attempt, dueAt, slowUntil, results }: RetryBatch): void {
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO retries (batch, attempt, due_at, slow_until, results) VALUES (?, ?, ?, ?, ?)",
      batch,
      attempt,
      dueAt,
      slowUntil,
      packResults(results),
    );
    const { retries, slow } = this.#load();
    retries.set(batch, dueAt);
    if (slowUntil > 0) slow.set(batch, { until: slowUntil, outAt: 0 });
    else slow.delete(batch);
  }

  /** Stores that a batch is done. Does nothing when it was done before. */
  saveDone({ batch, sent, failed, totals, packed }: DoneBatch): void {
    const memory = this.#load();
    if (memory.done.has(batch)) return;
    this.#storage.transactionSync(() => {
      const insert =
        "INSERT INTO done (batch, sent, failed, totals, packed) VALUES (?, ?, ?, ?, ?)";
      this.#storage.sql.exec(insert, batch, sent, failed, JSON.stringify(totals), packed);
      if (memory.retries.has(batch)) {
        this.#storage.sql.exec("DELETE FROM retries WHERE batch = ?", batch);
      }
    });
    memory.retries.delete(batch);
    memory.slow.delete(batch);
    memory.done.add(batch);
    memory.sent += sent;
    memory.failed += failed;
    addTotals(memory.totals, totals);
  }

  /** Returns packed results of those batches from number `from` on, below `end`, that were reported on, by batch. */
  reported(from: number, end: number): Map<number, string> {
    const found = this.#storage.sql.exec<{ batch: number; results: string }>(
      `SELECT batch, results FROM (${REPORTED}) WHERE batch >= ? AND batch < ?`,
      from,
      end,
    );
    return new Map(found.toArray().map(({ batch, results }) => [batch, results]));
  }

  /**
   * Returns which rows, by their first batch, have a batch that was reported on and has a recipient of `status` (null for
   * any): the first `limit` from batch number `from` on, and perhaps some more.
   */
  rowsWith(from: number, status: RecipientStatus | null, limit: number): Set<number> {
    const letter = status === null ? "" : statusLetter(status);
    const found = this.#storage.sql.exec<{ batch: number }>(
      `SELECT batch FROM (${REPORTED}) WHERE batch >= ? AND (? = '' OR instr(results ->> '$.s', ?) > 0)
        ORDER BY batch LIMIT ?`,
      from,
      letter,
      letter,
      limit * BATCHES_A_ROW,
    );
    return new Set(found.toArray().map(({ batch }) => firstInRow(batch)));
  }

  /** Called when the run's storage is being cleared, since memory holds its content. */
  clearMemory(): void {
    this.#memory = undefined;
  }

  #load(): Memory {
    if (this.#memory) return this.#memory;
    const memory: Memory = {
      done: new Set(),
      retries: new Map(),
      slow: new Map(),
      sent: 0,
      failed: 0,
      totals: {},
    };
    const { sql } = this.#storage;
    const done = sql.exec<{ batch: number; sent: number; failed: number; totals: string }>(
      "SELECT batch, sent, failed, totals FROM done",
    );
    for (const { batch, sent, failed, totals } of done) {
      memory.done.add(batch);
      memory.sent += sent;
      memory.failed += failed;
      addTotals(memory.totals, JSON.parse(totals) as ResultTotals);
    }
    const retries = sql.exec<{
      batch: number;
      due_at: number;
      slow_until: number;
      out_at: number;
    }>("SELECT batch, due_at, slow_until, out_at FROM retries");
    for (const { batch, due_at: dueAt, slow_until: until, out_at: outAt } of retries) {
      memory.retries.set(batch, dueAt);
      if (until > 0) memory.slow.set(batch, { until, outAt });
    }
    this.#memory = memory;
    return memory;
  }
}
