// Which done batches' results are missing in the database. In memory only: after the object has lost it, the database
// is read.
import type { Ctx } from "../../domain/context.ts";
import { saveResults, savedBatches } from "../../domain/notifications/run/save-results.ts";
import type { CallBudget } from "./call-budget.ts";
import { chunks } from "../../kit/chunks.ts";
import type { RunStore } from "./store.ts";

/** Result rows written by one statement: about 100 KB. */
const RESULTS_AT_ONCE = 100;

export class UnsavedResults {
  readonly #store: RunStore;
  /** null when it is not known. */
  #batches: Set<number> | null = null;

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** Called when a run begins or has ended: forgets the batches of an earlier run. */
  clear(): void {
    this.#batches = null;
  }

  /** Adds a batch that was just done. */
  add(batch: number): void {
    this.#batches?.add(batch);
  }

  /** Whether the database is known to have all results. */
  get isEmpty(): boolean {
    return this.#batches?.size === 0;
  }

  /** Writes the missing results, as many as `calls` allow. */
  async save(ctx: Ctx, calls: CallBudget): Promise<void> {
    const { notificationId } = this.#store.present;
    this.#batches ??= await this.#lacking(ctx, notificationId);
    const unsaved = this.#batches;
    for (const batches of chunks([...unsaved], RESULTS_AT_ONCE)) {
      if (!calls.take(1)) return;
      await saveResults(ctx, notificationId, this.#store.results.packed(batches));
      for (const batch of batches) unsaved.delete(batch);
    }
  }

  async #lacking(ctx: Ctx, notificationId: number): Promise<Set<number>> {
    const done = [...this.#store.results.doneBatches()];
    if (done.length === 0) return new Set();
    const saved = await savedBatches(ctx, notificationId);
    return new Set(done.filter((batch) => !saved.has(batch)));
  }
}
