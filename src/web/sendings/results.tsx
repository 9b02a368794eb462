// What became of a sending so far: the sums over all its notifications. It moves while something is being sent.
import type { Progress } from "../../domain/campaigns/progress.ts";
import { Stat } from "../parts/facts.tsx";
import { counted, figure } from "../parts/words.ts";

/** `progress` has the sums. At most 1 KB, since it is asked for every few seconds. */
export const Results = ({ progress }: { progress: Progress }) => {
  const { notifications, due, out, cancelled, sentCount, failedCount } = progress;
  const { deliveredCount, clickedCount } = progress;
  const parts = [
    ...(due > 0 ? [`${figure(due)} still due`] : []),
    ...(out > 0 ? [`${figure(out)} gone out`] : []),
    ...(cancelled > 0 ? [`${figure(cancelled)} cancelled`] : []),
  ];
  return (
    <dl class="stats">
      <Stat
        name="Notifications"
        value={figure(notifications)}
        says={parts.join(", ") || "none made"}
      />
      <Stat name="Sent" value={figure(sentCount)} says="taken by providers" />
      <Stat name="Delivered" value={figure(deliveredCount)} says="confirmed by devices" />
      <Stat
        name="Clicked"
        value={figure(clickedCount)}
        says={share(clickedCount, deliveredCount)}
      />
      <Stat
        name="Not sent"
        value={figure(failedCount)}
        says={failedCount === 0 ? "none so far" : `of ${counted(progress.totalCount, "recipient")}`}
      />
    </dl>
  );
};

function share(part: number, whole: number): string {
  return whole === 0 ? "of delivered" : `${((100 * part) / whole).toFixed(1)}% of delivered`;
}
