// Which rows of results are missing in the database: a row is written once, when all its batches are done. In memory only:
// after the object has lost it, the database is read.
import type { Ctx } from "../../domain/context.ts";
import { savedRows, saveResults } from "../../domain/notifications/run/save-results.ts";
import { firstInRow } from "../../domain/notifications/results.ts";
import { chunks } from "../../kit/chunks.ts";
import type { CallBudget } from "./call-budget.ts";
import type { RunStore } from "./store.ts";

/** Rows written by one statement: about 100 KB. */
const ROWS_AT_ONCE = 25;

export class UnsavedResults {
  readonly #store: RunStore;
  /** The rows, by their first batch, of which a batch is done and that are not written; null when that is not known. */
  #rows: Set<number> | null = null;

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** Called when a run begins or has ended: forgets the rows of an earlier run. */
  clear(): void {
    this.#rows = null;
  }

  /** Adds a batch that was just done. */
  add(batch: number): void {
    this.#rows?.add(firstInRow(batch));
  }

  /** Whether the database is known to have all rows that can be written. */
  get isEmpty(): boolean {
    return this.#rows !== null && this.#complete(this.#rows).length === 0;
  }

  /** Writes the missing rows, as many as `calls` allow. */
  async save(ctx: Ctx, calls: CallBudget): Promise<void> {
    const { notificationId } = this.#store.present;
    const unsaved = this.#rows ?? (await this.#lacking(ctx, notificationId));
    for (const rows of chunks(this.#complete(unsaved), ROWS_AT_ONCE)) {
      if (!calls.take(1)) return;
      const packed = rows.map((first) => this.#store.row(first));
      await saveResults(ctx, notificationId, packed);
      for (const first of rows) unsaved.delete(first);
    }
  }

  #complete(rows: ReadonlySet<number>): number[] {
    return [...rows].filter((first) => this.#store.isRowDone(first));
  }

  async #lacking(ctx: Ctx, notificationId: number): Promise<Set<number>> {
    const { results } = this.#store;
    const saved = results.completed > 0 ? await savedRows(ctx, notificationId) : new Set<number>();
    // Looked at after the wait, so that what was reported meanwhile is among them.
    const begun = new Set([...results.doneBatches()].map(firstInRow));
    this.#rows = begun.difference(saved);
    return this.#rows;
  }
}
