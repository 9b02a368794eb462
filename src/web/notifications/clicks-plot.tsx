// When clicks came, as a plot from the beginning of the sending on, and the same as a table.
import { MAX_PLOTTED, type ClickedMinute } from "../../domain/reports/report-details.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../kit/time.ts";
import { counted, figure } from "../parts/words.ts";

/** Height of the plot, px. */
const HEIGHT = 140;
/** Most points of the plot. */
const MAX_POINTS = 48;
/** What a point can stand for, ms. */
const STEPS = [1, 5, 15, 30]
  .map((minutes) => minutes * MINUTE_MS)
  .concat([1, 3, 6, 12].map((hours) => hours * HOUR_MS))
  .concat([DAY_MS, 3 * DAY_MS]);

export interface ClickPoint {
  /** How long after the beginning its time begins, ms. */
  from: number;
  clicks: number;
}

/** Clicks put together in steps of equal length, the shortest of which there are at most MAX_POINTS. */
export function pointsOf(
  minutes: readonly ClickedMinute[],
  startedAt: number,
): { stepMs: number; points: ClickPoint[] } {
  const origin = Math.floor(startedAt / MINUTE_MS) * MINUTE_MS;
  const last = Math.max(0, (minutes.at(-1)?.at ?? origin) - origin);
  const stepMs = STEPS.find((step) => last / step < MAX_POINTS) ?? 3 * DAY_MS;
  const count = Math.min(MAX_POINTS, Math.floor(last / stepMs) + 1);
  const points = Array.from({ length: count }, (_, at) => ({ from: at * stepMs, clicks: 0 }));
  for (const { at, clicks } of minutes) {
    const place = Math.min(count - 1, Math.max(0, Math.floor((at - origin) / stepMs)));
    const point = points[place];
    if (point) point.clicks += clicks;
  }
  return { stepMs, points };
}

/** "15 min", "3 h", "2 days". */
export function lengthWords(ms: number): string {
  if (ms < HOUR_MS) return `${ms / MINUTE_MS} min`;
  return ms < 3 * DAY_MS && ms % DAY_MS !== 0 ? `${ms / HOUR_MS} h` : counted(ms / DAY_MS, "day");
}

/** Nothing where nobody clicked. */
export const ClicksCard = ({
  minutes,
  startedAt,
  clickedCount,
}: {
  minutes: readonly ClickedMinute[];
  startedAt: number;
  clickedCount: number;
}) => {
  if (minutes.length === 0) return null;
  const { stepMs, points } = pointsOf(minutes, startedAt);
  const isPart = clickedCount > MAX_PLOTTED;
  return (
    <section class="card" aria-labelledby="ck-h">
      <header>
        <h2 id="ck-h">Clicks</h2>
        <span class="muted small">
          {isPart ? `The first ${figure(MAX_PLOTTED)}, by ` : "By "}
          {stepMs === MINUTE_MS ? "minute" : lengthWords(stepMs)}
        </span>
      </header>
      <div class="card-body">
        {points.length === 1 ? (
          <p>{counted(points[0]?.clicks ?? 0, "click")}, all in one minute.</p>
        ) : (
          <Plot stepMs={stepMs} points={points} />
        )}
      </div>
    </section>
  );
};

const Plot = ({ stepMs, points }: { stepMs: number; points: readonly ClickPoint[] }) => {
  const most = points.reduce((a, b) => (b.clicks > a.clicks ? b : a));
  const top = roundUp(most.clicks);
  const step = 100 / (points.length - 1);
  const places = points.map(({ clicks }, at) => {
    return `${(at * step).toFixed(2)} ${(100 - (100 * clicks) / top).toFixed(2)}`;
  });
  // One point alone is a level line.
  const line = `M${places.join("L")}`;
  return (
    <figure class="plot">
      <div class="y" aria-hidden="true">
        <span>{figure(top)}</span>
        <span>{figure(top / 2)}</span>
        <span>0</span>
      </div>
      <svg
        role="img"
        aria-labelledby="ck-t ck-d"
        height={HEIGHT}
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
      >
        <title id="ck-t">Clicks since the sending began</title>
        <desc id="ck-d">
          {counted(points.length, "point")}. The most were {figure(most.clicks)} from{" "}
          {lengthWords(most.from)} on.
        </desc>
        {[0, 50, 100].map((y) => (
          <line x1="0" x2="100" y1={y} y2={y} />
        ))}
        <path class="ar" d={`${line}V100H0z`} />
        <path class="ln" d={line} />
      </svg>
      <div class="x" aria-hidden="true">
        <span>At the beginning</span>
        <span>{lengthWords((points.length - 1) * stepMs)} later</span>
      </div>
      <PointTable points={points} />
    </figure>
  );
};

const PointTable = ({ points }: { points: readonly ClickPoint[] }) => (
  <details>
    <summary>Show as a table</summary>
    <div class="scroll" tabindex={0} role="region" aria-label="Clicks, as a table">
      <table class="table table--plain">
        <caption class="vh">Clicks since the sending began</caption>
        <thead>
          <tr>
            <th scope="col">After</th>
            <th scope="col" class="num">
              Clicks
            </th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ from, clicks }) => (
            <tr>
              <th scope="row">{lengthWords(from)}</th>
              <td class="num">{figure(clicks)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </details>
);

/** The next even number that is 1, 2 or 5 tens, hundreds ...: its half stands in the middle. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 2)));
  const up = [1, 2, 5, 10].find((each) => each * power >= value && (each * power) % 2 === 0) ?? 10;
  return up * power;
}
