// The storage of a run, in the object's SQLite: its state, the pages it cut, and the progress of each batch. Reads
// and writes, no decisions.
import type { Resolved } from "../../domain/audiences/targeting.ts";
import { packResults } from "../../domain/notifications/results.ts";
import { PageTable, type CutBatch, type CutPage } from "./pages.ts";
import { freshResult, ResultTables } from "./results.ts";
import type { RunView } from "./pace.ts";
import type { RunState } from "./state.ts";
import type { PackedBatch, RecipientStatus } from "../../domain/ports/notifications.ts";

/** The entry of the key-value store that holds the RunState. */
const STATE_KEY = "run";
/** The entry that holds the audience of a run whose notification names segments. */
const AUDIENCE_KEY = "audience";

/** Everything but `begin`, `state` and `clear` is for a run that has begun and not ended. */
export class RunStore {
  readonly #storage: DurableObjectStorage;
  readonly pages: PageTable;
  readonly results: ResultTables;

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

  /** null when there is no run, because it has not begun or has ended. */
  get state(): RunState | null {
    return this.#storage.kv.get<RunState>(STATE_KEY) ?? null;
  }

  /** The state of a run that must be on. Throws when it was cleared meanwhile. */
  get present(): RunState {
    const { state } = this;
    if (!state) throw new Error("the run is over");
    return state;
  }

  save(state: RunState): void {
    this.#storage.kv.put(STATE_KEY, state);
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
    this.#storage.transactionSync(() => {
      this.pages.insert(page);
      this.save(state);
    });
  }

  /** What the run's pace depends on. */
  get view(): RunView {
    const { present, openCount, results } = this;
    return { state: present, open: openCount, retriesDue: results.retriesDue };
  }

  /** Number of batches that are not done. */
  get openCount(): number {
    return this.present.batches - this.results.counts.completed;
  }

  /** Yields the batches from number `from` on that are not done. One page of them is in memory at a time. */
  *open(from = 0): Generator<CutBatch> {
    for (const cut of this.pages.from(from)) {
      if (!this.results.isDone(cut.batch)) yield cut;
    }
  }

  /**
   * Returns the present packed results of batches from number `from` on, in order: at most `limit`, and only those
   * with a recipient of `status` (null for any).
   */
  listed(from: number, status: RecipientStatus | null, limit: number): PackedBatch[] {
    const reported = this.results.reported(from, status, limit);
    return [...reported, ...this.#unreported(from, status, limit)]
      .toSorted((a, b) => a.batch - b.batch)
      .slice(0, limit);
  }

  /** Returns those of batches that were not reported on: all of their recipients are pending. */
  #unreported(from: number, status: RecipientStatus | null, limit: number): PackedBatch[] {
    const found: PackedBatch[] = [];
    if (status !== null && status !== "pending") return found;
    for (const { batch, ids } of this.open(from)) {
      if (found.length === limit) break;
      if (this.results.retriesDue.has(batch)) continue;
      found.push({ batch, results: packResults(ids.map(freshResult)) });
    }
    return found;
  }

  /** Deletes everything, and the alarm. Calls that come later find no run. */
  async clear(): Promise<void> {
    this.results.clearMemory();
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
  }
}
