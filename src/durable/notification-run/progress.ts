// The progress of a run: its counters, and when they are written to the database. In memory only, but for what they are
// counted from: after the object has lost its memory they are written again.
import type { Ctx } from "../../domain/context.ts";
import type { Counts } from "../../domain/health/meters.ts";
import { saveProgress, type RunCounters } from "../../domain/notifications/run/save-progress.ts";
import { AttemptMeter } from "./attempt-meter.ts";
import { countersOf } from "./counters.ts";
import { progressDueAt, type SavedProgress } from "./pace.ts";
import type { RunStore } from "./store.ts";

export class Progress {
  readonly #store: RunStore;
  readonly #meter = new AttemptMeter();
  /** null when it is not known what the database has. */
  #saved: SavedProgress | null = null;

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** Called when a run begins or has ended. */
  clear(): void {
    this.#saved = null;
  }

  /** What the database has; null when it is not known. */
  get saved(): SavedProgress | null {
    return this.#saved;
  }

  get counters(): RunCounters {
    return countersOf(this.#store.present, this.#store.results.counts);
  }

  /** Adds what an attempt took, once. */
  noteAttempts(attempts: Counts): void {
    this.#meter.note(attempts);
  }

  /** Hands over what attempts took and was not counted yet. */
  takeAttempts(): Counts {
    return this.#meter.take();
  }

  /** Writes the counters when they are due. Returns false when the notification turns out to be cancelled or over. */
  async save(ctx: Ctx): Promise<boolean> {
    const { counters } = this;
    const at = ctx.now();
    if (at < progressDueAt(counters, this.#saved)) return true;
    const { notificationId } = this.#store.present;
    const isOn = await saveProgress(ctx, notificationId, counters, this.#meter.takeDue(at));
    this.#saved = { counters, at };
    return isOn;
  }
}
