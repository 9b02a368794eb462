// Who an app reaches: the number, how it changed, and the platforms.
import type { AppFigures } from "../../domain/overviews/app-figures.ts";
import type { DayStats } from "../../domain/notifications/analytics.ts";
import { Key } from "../parts/day-plot.tsx";
import { PLATFORMS } from "../parts/subscriber-words.ts";
import { figure } from "../parts/words.ts";

export const Audience = ({
  figures: { active },
  stats,
  days,
  path,
}: {
  figures: AppFigures;
  /** Of the last `days` days. */
  stats: readonly DayStats[];
  days: number;
  /** The path of the page that lists them. */
  path: string;
}) => {
  const total = active.android + active.web + active.ios;
  const added = stats.reduce((sum, day) => sum + day.newSubscribers, 0);
  const left = stats.reduce((sum, day) => sum + day.unsubscribes, 0);
  return (
    <section class="card" aria-labelledby="au-h">
      <header>
        <h2 id="au-h">Audience</h2>
        <a class="small" href={path}>
          All subscribers
        </a>
      </header>
      <div class="card-body stack">
        <dl class="stats stats--3">
          <div class="stat">
            <dt>Reachable now</dt>
            <dd>{figure(total)}</dd>
            <dd>{total === 1 ? "person" : "people"}</dd>
          </div>
          <div class="stat">
            <dt>New, {days} days</dt>
            <dd>{figure(added)}</dd>
            <dd>{figure(Math.round(added / days))} a day</dd>
          </div>
          <div class="stat">
            <dt>Left, {days} days</dt>
            <dd>{figure(left)}</dd>
            <dd>{left === 0 ? "0" : ((left / (total + left)) * 100).toFixed(1)}% of all</dd>
          </div>
        </dl>
        {total > 0 && <Platforms active={active} total={total} />}
      </div>
    </section>
  );
};

const Platforms = ({ active, total }: { active: AppFigures["active"]; total: number }) => {
  const shown = PLATFORMS.filter(({ key }) => active[key] > 0);
  let from = 0;
  const bars = shown.map(({ key, fill }) => {
    const width = (active[key] / total) * 100;
    const bar = (
      <rect class={fill} x={`${from.toFixed(2)}%`} width={`${width.toFixed(2)}%`} height="100%" />
    );
    from += width;
    return bar;
  });
  return (
    <>
      <svg
        class="split"
        role="img"
        aria-label={shown.map(({ key, label }) => `${figure(active[key])} on ${label}`).join(", ")}
      >
        {bars}
      </svg>
      <div class="key-list">
        {shown.map(({ key, label, fill }) => (
          <Key fill={fill} label={label}>
            {figure(active[key])}
          </Key>
        ))}
      </div>
    </>
  );
};
