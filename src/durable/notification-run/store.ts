// The storage of a run, in the object's SQLite: its state, the pages it cut, and the progress of each batch. Reads
// and writes, no decisions. What each claim and report reads is kept in memory too, as it was last read or written.
import type { Resolved } from "../../domain/audiences/targeting.ts";
import {
  BATCHES_A_ROW,
  firstInRow,
  freshResult,
  packResults,
  unpackResults,
  type RecipientResult,
} from "../../domain/notifications/results.ts";
import { PageTable, type CutBatch, type CutPage } from "./pages.ts";
import { ResultTables } from "./results.ts";
import type { RunView } from "./pace.ts";
import { newRun, type RunState } from "./state.ts";
import type { PackedRow, RecipientStatus, TakenOver } from "../../domain/ports/notifications.ts";

/** The entry of the key-value store that holds the RunState. */
const STATE_KEY = "run";
/** The entry that holds the audience of a run whose notification names segments. */
const AUDIENCE_KEY = "audience";

/** Everything but `begin`, `beginTaking`, `state` and `clear` is for a run that has begun and not ended. */
export class RunStore {
  readonly #storage: DurableObjectStorage;
  readonly pages: PageTable;
  readonly results: ResultTables;
  /** undefined when it is to be read. */
  #state: Readonly<RunState> | null | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.pages = new PageTable(storage);
    this.results = new ResultTables(storage);
  }

  /** Begins a run, and makes the tables unless they exist. */
  begin(state: RunState): void {
    this.pages.create();
    this.results.create();
    this.save(state);
  }

  /** Begins a run that goes on with a send which began without it: the recipients are its batch 0. */
  beginTaking({ id: notificationId, expiresAt, recipients }: TakenOver): void {
    const { length } = recipients;
    const state = newRun(notificationId, "taking");
    this.begin(state);
    const page = {
      firstBatch: 0,
      expiresAt,
      batches: [recipients.map(({ id }) => id)],
      providers: [recipients.map(({ provider }) => provider)],
    };
    const cut = { batchSize: length, batches: 1, recipients: length, expected: length };
    this.saveCut(page, { ...state, ...cut });
  }

  /** null when there is no run, because it has not begun or has ended. */
  get state(): Readonly<RunState> | null {
    if (this.#state === undefined) this.#state = this.#storage.kv.get<RunState>(STATE_KEY) ?? null;
    return this.#state;
  }

  /** The state of a run that must be on. Throws when it was cleared meanwhile. */
  get present(): Readonly<RunState> {
    const { state } = this;
    if (!state) throw new Error("the run is over");
    return state;
  }

  save(state: RunState): void {
    this.#storage.kv.put(STATE_KEY, state);
    this.#state = state;
  }

  /** The audience that was kept; null where none was. */
  get audience(): Resolved | null {
    return this.#storage.kv.get<Resolved>(AUDIENCE_KEY) ?? null;
  }

  /** Keeps the audience of the run, which must be on. */
  keepAudience(audience: Resolved): void {
    if (this.present) this.#storage.kv.put(AUDIENCE_KEY, audience);
  }

  /** Stores a page and the state after it, in one transaction. */
  saveCut(page: CutPage, state: RunState): void {
    // Until both are stored, memory knows neither.
    this.#storage.transactionSync(() => {
      this.pages.insert(page);
      this.#storage.kv.put(STATE_KEY, state);
    });
    this.#state = state;
  }

  /** What the run's pace depends on. */
  get view(): RunView {
    const { present, openCount, results } = this;
    return { state: present, open: openCount, retriesDue: results.retriesDue };
  }

  /** Number of batches that are not done. */
  get openCount(): number {
    return this.present.batches - this.results.completed;
  }

  /** Yields the batches from number `from` on that are not done. Few pages are in memory at a time. */
  *open(from = 0): Generator<CutBatch> {
    for (const cut of this.pages.from(from)) {
      if (!this.results.isDone(cut.batch)) yield cut;
    }
  }

  /** Whether all batches of the row that begins with batch `first` are cut and done. */
  isRowDone(first: number): boolean {
    const { phase, batches } = this.present;
    const end = first + BATCHES_A_ROW;
    if (end > batches && phase !== "draining") return false;
    for (let batch = first; batch < Math.min(end, batches); batch += 1) {
      if (!this.results.isDone(batch)) return false;
    }
    return true;
  }

  /** Returns the present results of the row that begins with batch `first`. */
  row(first: number): PackedRow {
    const end = first + BATCHES_A_ROW;
    const reported = this.results.reported(first, end);
    const results: RecipientResult[] = [];
    for (const { batch, ids } of this.pages.from(first)) {
      if (batch >= end) break;
      const packed = reported.get(batch);
      results.push(...(packed === undefined ? ids.map(freshResult) : unpackResults(packed)));
    }
    return { batch: first, results: packResults(results) };
  }

  /** Returns the present results of those of these subscribers who are in a batch, packed. */
  resultsOf(subscriberIds: readonly number[]): string {
    const wanted = new Set(subscriberIds);
    const results = this.pages.withAny(wanted).flatMap(({ batch, ids }) => {
      const packed = this.results.reported(batch, batch + 1).get(batch);
      return packed === undefined ? ids.map(freshResult) : unpackResults(packed);
    });
    return packResults(results.filter(({ id }) => wanted.has(id)));
  }

  /**
   * Returns the present rows from batch number `from` on, in order: at most `limit`, and only those with a recipient of
   * `status` (null for any).
   */
  listed(from: number, status: RecipientStatus | null, limit: number): PackedRow[] {
    const first = firstInRow(from + BATCHES_A_ROW - 1);
    const rows = this.results.rowsWith(first, status, limit);
    if (status === null || status === "pending") {
      for (const row of this.#unreported(first, limit)) rows.add(row);
    }
    const inOrder = [...rows].toSorted((a, b) => a - b).slice(0, limit);
    return inOrder.map((row) => this.row(row));
  }

  /** Returns the first `limit` rows with a batch that was not reported on: all of its recipients are pending. */
  #unreported(from: number, limit: number): Set<number> {
    const rows = new Set<number>();
    for (const { batch } of this.open(from)) {
      if (!this.results.retriesDue.has(batch)) rows.add(firstInRow(batch));
      if (rows.size === limit) break;
    }
    return rows;
  }

  /** Deletes everything, and the alarm. Calls that come later find no run. */
  async clear(): Promise<void> {
    this.#clearMemory();
    await this.#storage.deleteAlarm();
    const deleted = this.#storage.deleteAll();
    // A call that came meanwhile has read again what is deleted now.
    this.#clearMemory();
    await deleted;
  }

  #clearMemory(): void {
    this.#state = undefined;
    this.pages.clearMemory();
    this.results.clearMemory();
  }
}
