// What a NotificationRun keeps: where its audience's paging stands, which batches are out, done or to be
// tried again. Everything is in SQLite; what is in memory besides is rebuilt from it.
import type { PackedBatch, Provider, RecipientStatus } from "../domain/ports/notifications.ts";
import {
  packResults,
  statusLetter,
  unpackResults,
  type RecipientResult,
} from "../domain/notifications/results.ts";

/**
 * scheduled: waits for its time. starting: the audience is being looked at. dispatching: batches are being
 * cut. draining: no more are cut, some are not done. Over is no phase: the storage is empty then.
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
  /** The step being cut; all are cut when there is none of that number. */
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
  /** What the app could send by when sending began: nobody else's word stops the run. */
  providers: Provider[];
  /** Providers that took a message of this run. */
  reached: Provider[];
  /** What may be wrong with a provider that has taken no message yet. */
  suspicion: string | null;
  /** Nobody new is sent to: the owner cancelled, or a credential does not work. */
  stopped: { status: "cancelled" | "failed"; reason: string } | null;
}

/** One page of batches, as it was cut. */
export interface CutPage {
  firstBatch: number;
  /** When the message is worth nothing any more, ms. */
  expiresAt: number;
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
  /** The next attempt. */
  attempt: number;
  /** When it goes to those who are pending and due by then, ms. */
  dueAt: number;
  results: RecipientResult[];
}

export interface Counters {
  completed: number;
  sent: number;
  failed: number;
}

/** What is known by batch without reading rows again. */
interface Known {
  done: Set<number>;
  /** When each batch that is tried again is due, ms. */
  retries: Map<number, number>;
  sent: number;
  failed: number;
}

export function newRun(notificationId: number, phase: "scheduled" | "starting"): RunState {
  return {
    notificationId,
    phase,
    steps: [],
    step: 0,
    after: 0,
    upTo: 0,
    batches: 0,
    recipients: 0,
    expected: 0,
    providers: [],
    reached: [],
    suspicion: null,
    stopped: null,
  };
}

export class RunStore {
  readonly #storage: DurableObjectStorage;
  #known: Known | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Begins a run; the other methods but `state` and `erase` are for begun runs. */
  begin(state: RunState): void {
    this.#storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS pages (
         first_batch INTEGER PRIMARY KEY, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL,
         expires_at INTEGER NOT NULL, batches TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS done (
         batch INTEGER PRIMARY KEY, sent INTEGER NOT NULL, failed INTEGER NOT NULL, packed TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS retries (
         batch INTEGER PRIMARY KEY, attempt INTEGER NOT NULL, due_at INTEGER NOT NULL, results TEXT NOT NULL);`,
    );
    this.save(state);
  }

  /** null: there is no run, not yet or not any more. */
  get state(): RunState | null {
    return this.#storage.kv.get<RunState>("run") ?? null;
  }

  /** The state of a run that must be on. Throws when it was erased meanwhile. */
  get present(): RunState {
    const { state } = this;
    if (!state) throw new Error("the run is over");
    return state;
  }

  save(state: RunState): void {
    this.#storage.kv.put("run", state);
  }

  /** Notes a page and where the paging stands after it, in one write. */
  cut(page: CutPage, state: RunState): void {
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec(
        "INSERT INTO pages VALUES (?, ?, ?, ?, ?)",
        page.firstBatch,
        page.batches[0]?.[0] ?? 0,
        page.batches.at(-1)?.at(-1) ?? 0,
        page.expiresAt,
        JSON.stringify(page.batches),
      );
      this.save(state);
    });
  }

  /** The batches from `from` on that are not done, with their recipients; one page is in memory at a time. */
  *open(from = 0): Generator<{ batch: number; ids: number[] }> {
    let batch = from;
    for (let page = this.#page(batch); page; page = this.#page(batch)) {
      for (const ids of page.batches.slice(batch - page.firstBatch)) {
        if (!this.isDone(batch)) yield { batch, ids };
        batch += 1;
      }
    }
  }

  /** The recipients of a batch as it was cut. */
  recipients(batch: number): number[] {
    const page = this.#page(batch);
    return page?.batches[batch - page.firstBatch] ?? [];
  }

  /** When a batch's message is worth nothing any more, ms. */
  expiresAt(batch: number): number {
    const [row] = this.#storage.sql
      .exec<{ at: number }>(
        `SELECT expires_at AS at FROM pages WHERE first_batch <= ?
          ORDER BY first_batch DESC LIMIT 1`,
        batch,
      )
      .toArray();
    return row?.at ?? 0;
  }

  /** The recipients between two ids that are in a batch already, and some others who are. */
  taken(firstId: number, lastId: number): Set<number> {
    const pages = this.#storage.sql.exec<{ batches: string }>(
      "SELECT batches FROM pages WHERE last_id >= ? AND first_id <= ?",
      firstId,
      lastId,
    );
    const ids = new Set<number>();
    for (const { batches } of pages) {
      for (const id of (JSON.parse(batches) as number[][]).flat()) ids.add(id);
    }
    return ids;
  }

  /**
   * Packed results of batches from `from` on as they stand, by batch: at most `limit`, and only those with a
   * recipient of `status` (null: any).
   */
  listed(from: number, status: RecipientStatus | null, limit: number): PackedBatch[] {
    const reported = this.#storage.sql
      .exec<{ batch: number; outcomes: string }>(
        `SELECT batch, outcomes FROM (
           SELECT batch, packed AS outcomes FROM done UNION ALL SELECT batch, results FROM retries)
         WHERE batch >= ? AND (? = '' OR instr(outcomes ->> '$.s', ?) > 0)
         ORDER BY batch LIMIT ?`,
        from,
        status ?? "",
        status ? statusLetter(status) : "",
        limit,
      )
      .toArray();
    return [...reported, ...this.#unreported(from, status, limit)]
      .toSorted((a, b) => a.batch - b.batch)
      .slice(0, limit);
  }

  /** Batches that nobody has reported on: all of their recipients are pending. */
  #unreported(from: number, status: RecipientStatus | null, limit: number): PackedBatch[] {
    const found: PackedBatch[] = [];
    if (status !== null && status !== "pending") return found;
    for (const { batch, ids } of this.open(from)) {
      if (found.length === limit) break;
      if (this.#load().retries.has(batch)) continue;
      found.push({ batch, outcomes: packResults(ids.map(fresh)) });
    }
    return found;
  }

  /** Batches that are not done. */
  get out(): number {
    return this.present.batches - this.#load().done.size;
  }

  /** When each batch that is tried again is due, ms. */
  get retriesDue(): ReadonlyMap<number, number> {
    return this.#load().retries;
  }

  isDone(batch: number): boolean {
    return this.#load().done.has(batch);
  }

  finish({ batch, sent, failed, packed }: DoneBatch): void {
    const known = this.#load();
    if (known.done.has(batch)) return;
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec("INSERT INTO done VALUES (?, ?, ?, ?)", batch, sent, failed, packed);
      if (known.retries.has(batch)) {
        this.#storage.sql.exec("DELETE FROM retries WHERE batch = ?", batch);
      }
    });
    known.retries.delete(batch);
    known.done.add(batch);
    known.sent += sent;
    known.failed += failed;
  }

  get counters(): Counters {
    const { done, sent, failed } = this.#load();
    return { completed: done.size, sent, failed };
  }

  doneBatches(): Iterable<number> {
    return this.#load().done;
  }

  /** Packed results of the named batches. */
  packed(batches: readonly number[]): PackedBatch[] {
    return this.#storage.sql
      .exec<{ batch: number; outcomes: string }>(
        "SELECT batch, packed AS outcomes FROM done WHERE batch IN (SELECT value FROM json_each(?))",
        JSON.stringify(batches),
      )
      .toArray();
  }

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
      "INSERT OR REPLACE INTO retries VALUES (?, ?, ?, ?)",
      batch,
      attempt,
      dueAt,
      packResults(results),
    );
    this.#load().retries.set(batch, dueAt);
  }

  /** Forgets everything: what comes late finds no run. */
  async erase(): Promise<void> {
    this.#known = undefined;
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
  }

  /** The page with this batch; null: it was not cut. */
  #page(batch: number): Pick<CutPage, "firstBatch" | "batches"> | null {
    const [row] = this.#storage.sql
      .exec<{ first: number; batches: string }>(
        `SELECT first_batch AS first, batches FROM pages WHERE first_batch <= ?
          ORDER BY first_batch DESC LIMIT 1`,
        batch,
      )
      .toArray();
    if (!row) return null;
    const batches = JSON.parse(row.batches) as number[][];
    return batch < row.first + batches.length ? { firstBatch: row.first, batches } : null;
  }

  #load(): Known {
    if (this.#known) return this.#known;
    const known: Known = { done: new Set(), retries: new Map(), sent: 0, failed: 0 };
    const { sql } = this.#storage;
    const done = sql.exec<{ batch: number; sent: number; failed: number }>(
      "SELECT batch, sent, failed FROM done",
    );
    for (const { batch, sent, failed } of done) {
      known.done.add(batch);
      known.sent += sent;
      known.failed += failed;
    }
    const retries = sql.exec<{ batch: number; due_at: number }>(
      "SELECT batch, due_at FROM retries",
    );
    for (const { batch, due_at: dueAt } of retries) known.retries.set(batch, dueAt);
    this.#known = known;
    return known;
  }
}

/** A recipient nobody has been asked about. */
export function fresh(id: number): RecipientResult {
  return { id, status: "pending", attempts: 0, error: null, dueAt: 0 };
}
