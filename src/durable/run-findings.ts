// What a batch's findings about the providers mean for its run.
import type { Findings } from "../domain/ports/notifications.ts";
import type { RunStore } from "./run-state.ts";

/** Recipients at least that must all have been refused for a conclusion to stop the run: anybody can be one. */
const MIN_REFUSED = 10;

/**
 * Notes `findings`; answers why the run is to stop, null when it is to go on. Anybody can subscribe, with
 * tokens and endpoints that answer as they please: a provider that was not set up when the run began stops
 * nothing, and neither does what is only concluded once a message was taken.
 */
export function judge(store: RunStore, { faults, reached }: Findings): string | null {
  const { present } = store;
  const known = [...new Set([...present.reached, ...reached])];
  let { suspicion } = present;
  let stopping: string | null = null;
  for (const { provider, reason, refused } of faults) {
    const told = `${provider}: ${reason}`;
    if (!present.providers.includes(provider)) continue;
    if (refused === null) stopping ??= told;
    else if (!known.includes(provider)) {
      suspicion ??= told;
      if (refused >= MIN_REFUSED) stopping ??= told;
    }
  }
  if (known.length > present.reached.length || suspicion !== present.suspicion) {
    store.save({ ...present, reached: known, suspicion });
  }
  return stopping;
}
