// The way of a notification as a figure: how many it was for, was sent to, reached, and who opened it. It slopes as a ramp does.
import type { Notification } from "../../domain/notifications/find-notification.ts";
import { figure } from "../parts/words.ts";
import { share } from "./states.tsx";

/** The top of the figure, and how much of its height the whole takes, in percent. */
const TOP = 4;
const HEIGHT = 92;

interface Step {
  name: string;
  count: number;
  share: string;
  says: string;
}

export const Funnel = ({ notification }: { notification: Notification }) => {
  const { totalCount, sentCount, deliveredCount, clickedCount } = notification;
  const steps: Step[] = [
    { name: "Recipients", count: totalCount, share: "all", says: "selected" },
    {
      name: "Sent",
      count: sentCount,
      share: share(sentCount, totalCount),
      says: "taken by providers",
    },
    {
      name: "Delivered",
      count: deliveredCount,
      share: share(deliveredCount, sentCount),
      says: "confirmed by devices",
    },
    {
      name: "Clicked",
      count: clickedCount,
      share: share(clickedCount, deliveredCount),
      says: "of delivered",
    },
  ];
  const line = ramp(steps.map(({ count }) => count));
  return (
    <section class="card" aria-label="Results">
      <div class="funnel">
        <dl>
          {steps.map((step) => (
            <div class="stat">
              <dt>{step.name}</dt>
              <dd>{figure(step.count)}</dd>
              <dd>
                {step.share} <span>{step.says}</span>
              </dd>
            </div>
          ))}
        </dl>
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          role="img"
          aria-label={steps.map(({ name, count }) => `${name} ${figure(count)}`).join(", ")}
        >
          <path class="ar" d={`${line}V100H0z`} />
          <path class="ln" d={line} />
        </svg>
      </div>
    </section>
  );
};

/** The line of the ramp: level below each number, and a slope from one to the next. */
function ramp(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  const levels = counts.map((count) => (TOP + HEIGHT * (1 - count / most)).toFixed(1));
  const width = 100 / counts.length;
  const [first = "100", ...rest] = levels;
  const slopes = rest.map((level, at) => {
    const edge = (at + 1) * width;
    const before = levels[at] ?? level;
    return `H${edge - 1.5}C${edge + 3} ${before} ${edge + 0.5} ${level} ${edge + 7.5} ${level}`;
  });
  return `M0 ${first}${slopes.join("")}H100`;
}
