// How far a campaign is, from the sums over the notifications that it made.
import type { campaigns } from "../../db/schema/index.ts";
import type { StatusTotals } from "./follow-campaign.ts";

/**
 * waiting: nothing was sent so far. sending: something is being sent, or is still due. done: all went out or failed. ended:
 * somebody ended it. cancelled: each of its notifications was cancelled. idle: it is due, and there was nothing to be sent, or
 * nothing of it is kept.
 */
export type CampaignState = "waiting" | "sending" | "done" | "ended" | "cancelled" | "idle";

/** The state of a campaign, and the sums over all that it made. */
export interface Progress extends Omit<StatusTotals, "status"> {
  state: CampaignState;
  /** How many notifications have something to come: they wait, are drafts, or are being sent. */
  due: number;
  /** How many notifications were sent or failed. */
  out: number;
  cancelled: number;
}

const DUE: ReadonlySet<string> = new Set(["draft", "scheduled", "sending"]);
const BEING_SENT: ReadonlySet<string> = new Set(["sending", "finalizing"]);
const OUT: ReadonlySet<string> = new Set(["finalizing", "sent", "failed"]);

/** Sums up what a campaign made, at the time `now`, ms. */
export function progressOf(
  { endedAt, dueAt }: Pick<typeof campaigns.$inferSelect, "endedAt" | "dueAt">,
  totals: readonly StatusTotals[],
  now: number,
): Progress {
  const sum = (
    counter: Exclude<keyof StatusTotals, "status">,
    isCounted: (status: string) => boolean = () => true,
  ) =>
    totals
      .filter(({ status }) => isCounted(status))
      .reduce((before, each) => before + each[counter], 0);
  const sums = {
    notifications: sum("notifications"),
    totalCount: sum("totalCount"),
    sentCount: sum("sentCount"),
    failedCount: sum("failedCount"),
    deliveredCount: sum("deliveredCount"),
    clickedCount: sum("clickedCount"),
    due: sum("notifications", (status) => DUE.has(status)),
    out: sum("notifications", (status) => OUT.has(status)),
    cancelled: sum("notifications", (status) => status === "cancelled"),
  };
  const isBeingSent = sum("notifications", (status) => BEING_SENT.has(status)) > 0;
  return { ...sums, state: stateOf() };

  function stateOf(): CampaignState {
    if (endedAt !== null) return "ended";
    if (isBeingSent) return "sending";
    if (sums.due > 0) return sums.out > 0 ? "sending" : "waiting";
    if (sums.out > 0) return "done";
    if (sums.notifications > 0) return "cancelled";
    return dueAt > now ? "waiting" : "idle";
  }
}
