// Which done batches' results the database lacks. In memory only: after the object has lost it, the database is asked.
import type { Ctx } from "../../domain/context.ts";
import { saveResults, savedBatches } from "../../domain/notifications/run/save-results.ts";
import type { CallBudget } from "./call-budget.ts";
import { chunks } from "../../kit/chunks.ts";
import type { RunStore } from "./store.ts";

/** Result rows written in one statement: about 100 KB. */
const RESULTS_AT_ONCE = 100;

export class UnsavedResults {
  readonly #store: RunStore;
  /** null: not known. */
  #batches: Set<number> | null = null;

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** A run begins or is over: nothing of another one counts. */
  clear(): void {
    this.#batches = null;
  }

  /** Notes that a batch was just done. */
  add(batch: number): void {
    this.#batches?.add(batch);
  }

  /** Whether the database is known to have all results. */
  get isEmpty(): boolean {
    return this.#batches?.size === 0;
  }

  /** Writes what the database lacks, as much as `calls` allow. */
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
    const saved = await savedBatches(ctx, notificationId);
    return new Set([...this.#store.results.doneBatches()].filter((batch) => !saved.has(batch)));
  }
}
