// Lets a batch's time run out without waiting for it.
import { vi } from "vitest";
import { BUDGETS } from "../../../src/delivery/turns.ts";
import type { World } from "./sending.ts";

/** How long answers have to be noted that wait for nothing, ms. */
const NOTED_MS = 20;

/**
 * Ends the time of batches of the ordinary lane once `asked` addresses were asked, and has no send be ended by its own time
 * before. Returns what ends this.
 */
export function endBatchesOnce(world: World, asked: number): () => void {
  const ownTimeout = vi
    .spyOn(AbortSignal, "timeout")
    .mockImplementation(() => new AbortController().signal);
  const later = setTimeout;
  const timers = vi.spyOn(globalThis, "setTimeout").mockImplementation(((
    run: () => void,
    ms: number,
  ) => {
    if (ms !== BUDGETS.ordinary.end) return later(run, ms);
    const whenAsked = (): unknown =>
      later(() => {
        if (world.asked.size < asked) return whenAsked();
        world.pass(ms);
        return run();
      }, NOTED_MS);
    return whenAsked();
  }) as typeof setTimeout);
  return () => {
    timers.mockRestore();
    ownTimeout.mockRestore();
  };
}
