// What a batch's findings about providers mean for its run. Pure.
import type { Findings } from "../../domain/ports/notifications.ts";
import type { RunState } from "./state.ts";

/**
 * A suspicion stops the run only when this many recipients were refused: a few may be devices that anybody
 * registered.
 */
const MIN_REFUSED = 10;

/**
 * Returns the state with `findings` merged into it (the same object when they are not new), and the reason to stop
 * the run, null when there is none. Anybody can subscribe, with tokens and endpoints that return whatever they like.
 * So a provider that had no credential when the run began stops nothing, and neither does a suspicion once the
 * provider has taken a message.
 */
export function judge(
  state: RunState,
  { faults, reached }: Findings,
): { state: RunState; stopping: string | null } {
  const known = [...new Set([...state.reached, ...reached])];
  let { suspicion } = state;
  let stopping: string | null = null;
  for (const { provider, reason, refused } of faults) {
    const complaint = `${provider}: ${reason}`;
    if (!state.providers.includes(provider)) continue;
    if (refused === null) stopping ??= complaint;
    else if (!known.includes(provider)) {
      suspicion ??= complaint;
      if (refused >= MIN_REFUSED) stopping ??= complaint;
    }
  }
  const isNew = known.length > state.reached.length || suspicion !== state.suspicion;
  return { state: isNew ? { ...state, reached: known, suspicion } : state, stopping };
}
