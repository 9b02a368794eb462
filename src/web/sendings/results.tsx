// What became of a sending so far: the sums over all its notifications. It moves while something is being sent.
import type { Progress } from "../../domain/campaigns/progress.ts";
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
      <Stat label="Notifications" value={notifications} says={parts.join(", ") || "none made"} />
      <Stat label="Sent" value={sentCount} says="taken by providers" />
      <Stat label="Delivered" value={deliveredCount} says="confirmed by devices" />
      <Stat label="Clicked" value={clickedCount} says={share(clickedCount, deliveredCount)} />
      <Stat
        label="Not sent"
        value={failedCount}
        says={failedCount === 0 ? "none so far" : `of ${counted(progress.totalCount, "recipient")}`}
      />
    </dl>
  );
};

const Stat = ({ label, value, says }: { label: string; value: number; says: string }) => (
  <div class="stat">
    <dt>{label}</dt>
    <dd>{figure(value)}</dd>
    <dd>{says}</dd>
  </div>
);

function share(part: number, whole: number): string {
  return whole === 0 ? "of delivered" : `${((100 * part) / whole).toFixed(1)}% of delivered`;
}
