// What it means for a webhook to be enabled or disabled, in its columns.
import { FREE_TURN } from "./turn.ts";

/** Why a webhook was disabled: its receiver answered 410, or failed for three days; null: its owner did it. */
export type DisabledReason = "gone" | "failing" | null;

/** The columns of a webhook with which nothing has failed. Whoever sets them releases what is held (hold.ts). */
export const WELL = { failuresInARow: 0, failingSince: null, pauseEndsAt: null, ...FREE_TURN };

/** The columns of a webhook that is enabled, whatever failed before. */
export const ENABLED = { ...WELL, enabled: true, disabledAt: null, disabledReason: null };

/** The columns of a webhook that is disabled at `now`, ms. */
export function disabled(now: number, disabledReason: DisabledReason) {
  return { enabled: false, disabledAt: now, disabledReason };
}
