// What a NotificationRun keeps: where its audience's paging stands, which batches are out, done or to be
// tried again. Everything is in SQLite; what is in memory besides is rebuilt from it.
import type { RecipientResult } from "../domain/notifications/results.ts";

/**
 * scheduled: waits for its time. starting: the audience is being looked at. dispatching: batches are being
 * cut. draining: all are cut, some are not done. Over is no phase: the storage is empty then.
 */
export type RunPhase = "scheduled" | "starting" | "dispatching" | "draining";

/** A part of the audience that is due at one time. */
export interface Step {
  /** ms. */
  at: number;
  /** The time zones that are due then; null: everybody. */
  zones: string[] | null;
}

export interface RunState {
  notificationId: number;
  phase: RunPhase;
  steps: Step[];
  /** The step being cut. */
  step: number;
  /** The last subscriber of this step that was put into a batch. */
  after: number;
  /** Subscribers that came later are not in the audience. */
  upTo: number;
  /** Batches and recipients cut so far. */
  batches: number;
  recipients: number;
  /** The audience as it was counted at the start. */
  expected: number;
  /** Nobody new is sent to: the owner cancelled, or a credential does not work. */
  stopped: { status: "cancelled" | "failed"; reason: string } | null;
}

/** One page of batches, as it was cut. */
export interface CutPage {
  firstBatch: number;
  /** Recipients of each batch. */
  batches: number[][];
}

export interface DoneBatch {
  batch: number;
  sent: number;
  failed: number;
  packed: string;
}

/** A batch some of whose recipients are tried again. */
export interface RetryBatch {
  batch: number;
  attempt: number;
  dueAt: number;
  results: RecipientResult[];
}

export class RunStore {
  readonly #storage: DurableObjectStorage;
  #done: Set<number> | undefined;
  #sent = 0;
  #failed = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Begins a run; the other methods but `state` and `erase` are for begun runs. */
  begin(state: RunState): void {
    this.#storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS pages (first_batch INTEGER PRIMARY KEY, batches TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS done (
         batch INTEGER PRIMARY KEY, sent INTEGER NOT NULL, failed INTEGER NOT NULL, packed TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS retries (
         batch INTEGER PRIMARY KEY, attempt INTEGER NOT NULL, due_at INTEGER NOT NULL, results TEXT NOT NULL);`,
    );
    this.save(state);
  }

  get state(): RunState | null {
    return this.#storage.kv.get<RunState>("run") ?? null;
  }

  save(state: RunState): void {
    this.#storage.kv.put("run", state);
  }

  /** Notes a page and where the paging stands after it, in one write. */
  cut(page: CutPage, state: RunState): void {
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec(
        "INSERT OR REPLACE INTO pages VALUES (?, ?)",
        page.firstBatch,
        JSON.stringify(page.batches),
      );
      this.save(state);
    });
  }

  /** The recipients of each batch that is not done, by batch. */
  open(): Map<number, number[]> {
    const open = new Map<number, number[]>();
    const rows = this.#storage.sql.exec<{ first_batch: number; batches: string }>(
      "SELECT first_batch, batches FROM pages ORDER BY first_batch",
    );
    for (const { first_batch: first, batches } of rows) {
      for (const [at, ids] of (JSON.parse(batches) as number[][]).entries()) {
        if (!this.isDone(first + at)) open.set(first + at, ids);
      }
    }
    return open;
  }

  isDone(batch: number): boolean {
    return this.#doneBatches().has(batch);
  }

  finish(done: DoneBatch): void {
    const known = this.#doneBatches();
    if (known.has(done.batch)) return;
    const { batch, sent, failed, packed } = done;
    this.#storage.sql.exec("INSERT INTO done VALUES (?, ?, ?, ?)", batch, sent, failed, packed);
    this.#storage.sql.exec("DELETE FROM retries WHERE batch = ?", batch);
    known.add(batch);
    this.#sent += sent;
    this.#failed += failed;
  }

  get counters(): { completed: number; sent: number; failed: number } {
    return { completed: this.#doneBatches().size, sent: this.#sent, failed: this.#failed };
  }

  /** Packed results of the named batches. */
  packed(batches: readonly number[]): { batch: number; outcomes: string }[] {
    return this.#storage.sql
      .exec<{ batch: number; outcomes: string }>(
        "SELECT batch, packed AS outcomes FROM done WHERE batch IN (SELECT value FROM json_each(?))",
        JSON.stringify(batches),
      )
      .toArray();
  }

  doneBatches(): number[] {
    return [...this.#doneBatches()];
  }

  retry(batch: number): RetryBatch | null {
    const [row] = this.#storage.sql
      .exec<{ attempt: number; due_at: number; results: string }>(
        "SELECT attempt, due_at, results FROM retries WHERE batch = ?",
        batch,
      )
      .toArray();
    if (!row) return null;
    const results = JSON.parse(row.results) as RecipientResult[];
    return { batch, attempt: row.attempt, dueAt: row.due_at, results };
  }

  saveRetry({ batch, attempt, dueAt, results }: RetryBatch): void {
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO retries VALUES (?, ?, ?, ?)",
      batch,
      attempt,
      dueAt,
      JSON.stringify(results),
    );
  }

  /** Forgets everything: what comes late finds no run. */
  async erase(): Promise<void> {
    this.#done = undefined;
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
  }

  #doneBatches(): Set<number> {
    if (this.#done) return this.#done;
    const done = new Set<number>();
    const rows = this.#storage.sql.exec<{ batch: number; sent: number; failed: number }>(
      "SELECT batch, sent, failed FROM done",
    );
    for (const { batch, sent, failed } of rows) {
      done.add(batch);
      this.#sent += sent;
      this.#failed += failed;
    }
    this.#done = done;
    return done;
  }
}
