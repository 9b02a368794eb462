// Lets a batch's time run out without waiting for it.
import { vi } from "vitest";
import { BUDGETS, Turns } from "../../../src/delivery/turns.ts";
import type { World } from "./sending.ts";

/** How often is looked what became of them, ms. */
const LOOK_MS = 5;

/**
 * Ends the time of batches of the ordinary lane once `asked` addresses were asked and the answers of `noted` of them were noted, and
 * has no send be ended by its own time before. Returns what ends this.
 */
export function endBatchesOnce(
  world: World,
  { asked, noted }: { asked: number; noted: number },
): () => void {
  const ownTimeout = vi
    .spyOn(AbortSignal, "timeout")
    .mockImplementation(() => new AbortController().signal);
  const notes = vi.spyOn(Turns.prototype, "end");
  const later = setTimeout;
  const timers = vi.spyOn(globalThis, "setTimeout").mockImplementation(((
    run: () => void,
    ms: number,
  ) => {
    if (ms !== BUDGETS.ordinary.end) return later(run, ms);
    const whenAsked = (): unknown =>
      later(() => {
        if (world.asked.size < asked || notes.mock.calls.length < noted) return whenAsked();
        world.pass(ms);
        return run();
      }, LOOK_MS);
    return whenAsked();
  }) as typeof setTimeout);
  return () => {
    timers.mockRestore();
    ownTimeout.mockRestore();
    notes.mockRestore();
  };
}
