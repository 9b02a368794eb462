// The tables `done` and `retries`: the progress of each batch that was reported on. Reads and writes, no decisions.
// What is read often is kept in memory too, and read again after the object has lost its memory.
import {
  packResults,
  statusLetter,
  unpackResults,
  type RecipientResult,
} from "../../domain/notifications/results.ts";
import type { PackedBatch, RecipientStatus } from "../../domain/ports/notifications.ts";

/** A batch whose recipients all have a final result. */
export interface DoneBatch {
  batch: number;
  sent: number;
  failed: number;
  packed: string;
}

/** A batch some of whose recipients are tried again. */
export interface RetryBatch {
  batch: number;
  /** The number of the next attempt. */
  attempt: number;
  /** When the next attempt is made, for those who are pending and due by then, ms. */
  dueAt: number;
  results: RecipientResult[];
}

/** The number of done batches, and of the recipients in them by result. */
export interface DoneCounts {
  completed: number;
  sent: number;
  failed: number;
}

interface Memory {
  done: Set<number>;
  /** When each batch that is tried again is due, ms. */
  retries: Map<number, number>;
  sent: number;
  failed: number;
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
         batch INTEGER PRIMARY KEY, sent INTEGER NOT NULL, failed INTEGER NOT NULL, packed TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS retries (
         batch INTEGER PRIMARY KEY, attempt INTEGER NOT NULL, due_at INTEGER NOT NULL, results TEXT NOT NULL);`,
    );
  }

  isDone(batch: number): boolean {
    return this.#load().done.has(batch);
  }

  get counts(): DoneCounts {
    const { done, sent, failed } = this.#load();
    return { completed: done.size, sent, failed };
  }

  doneBatches(): Iterable<number> {
    return this.#load().done;
  }

  /** When each batch that is tried again is due, ms. */
  get retriesDue(): ReadonlyMap<number, number> {
    return this.#load().retries;
  }

  /** Returns null when the batch is not tried again. */
  retry(batch: number): RetryBatch | null {
    if (!this.#load().retries.has(batch)) return null;
    const row = this.#storage.sql
      .exec<{ attempt: number; due_at: number; results: string }>(
        "SELECT attempt, due_at, results FROM retries WHERE batch = ?",
        batch,
      )
      .one();
    const results = unpackResults(row.results);
    return { batch, attempt: row.attempt, dueAt: row.due_at, results };
  }

  saveRetry({ batch, attempt, dueAt, results }: RetryBatch): void {
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO retries (batch, attempt, due_at, results) VALUES (?, ?, ?, ?)",
      batch,
      attempt,
      dueAt,
      packResults(results),
    );
    this.#load().retries.set(batch, dueAt);
  }

  /** Stores that a batch is done. Does nothing when it was done before. */
  saveDone({ batch, sent, failed, packed }: DoneBatch): void {
    const memory = this.#load();
    if (memory.done.has(batch)) return;
    this.#storage.transactionSync(() => {
      const insert = "INSERT INTO done (batch, sent, failed, packed) VALUES (?, ?, ?, ?)";
      this.#storage.sql.exec(insert, batch, sent, failed, packed);
      if (memory.retries.has(batch)) {
        this.#storage.sql.exec("DELETE FROM retries WHERE batch = ?", batch);
      }
    });
    memory.retries.delete(batch);
    memory.done.add(batch);
    memory.sent += sent;
    memory.failed += failed;
  }

  /** Returns packed results of those of the given batches that are done. */
  packed(batches: readonly number[]): PackedBatch[] {
    return this.#storage.sql
      .exec<{ batch: number; results: string }>(
        "SELECT batch, packed AS results FROM done WHERE batch IN (SELECT value FROM json_each(?))",
        JSON.stringify(batches),
      )
      .toArray();
  }

  /**
   * Returns packed results of batches that were reported on, from number `from` on and in order: at most `limit`, and
   * only those with a recipient of `status` (null for any).
   */
  reported(from: number, status: RecipientStatus | null, limit: number): PackedBatch[] {
    return this.#storage.sql
      .exec<{ batch: number; results: string }>(
        `SELECT batch, results FROM (
           SELECT batch, packed AS results FROM done UNION ALL SELECT batch, results FROM retries)
         WHERE batch >= ? AND (? = '' OR instr(results ->> '$.s', ?) > 0)
         ORDER BY batch LIMIT ?`,
        from,
        status ?? "",
        status ? statusLetter(status) : "",
        limit,
      )
      .toArray();
  }

  /** Called when the run's storage is being cleared, since memory holds its content. */
  clearMemory(): void {
    this.#memory = undefined;
  }

  #load(): Memory {
    if (this.#memory) return this.#memory;
    const memory: Memory = { done: new Set(), retries: new Map(), sent: 0, failed: 0 };
    const { sql } = this.#storage;
    const done = sql.exec<{ batch: number; sent: number; failed: number }>(
      "SELECT batch, sent, failed FROM done",
    );
    for (const { batch, sent, failed } of done) {
      memory.done.add(batch);
      memory.sent += sent;
      memory.failed += failed;
    }
    const retries = sql.exec<{ batch: number; due_at: number }>(
      "SELECT batch, due_at FROM retries",
    );
    for (const { batch, due_at: dueAt } of retries) memory.retries.set(batch, dueAt);
    this.#memory = memory;
    return memory;
  }
}

/** Makes the result of a recipient that no message was sent to yet. */
export function freshResult(id: number): RecipientResult {
  return { id, status: "pending", attempts: 0, error: null, dueAt: 0, begunAt: 0 };
}
