// A plot of the batches that waited in the last hours, most of each ten minutes, and the same as a table.
import { BUCKET_MS, bucketOf } from "../../domain/health/meters.ts";
import { PLOTTED_MS } from "../../domain/health/read-health.ts";
import { roundUp } from "../parts/day-plot.tsx";
import { figure } from "../parts/words.ts";

const HEIGHT = 140;
/** Times that are named below the plot. */
const NAMED = 4;
const TITLE = "Batches waiting";

const clock = (at: number) => new Date(at).toISOString().slice(11, 16);

export const QueuePlot = ({
  samples,
  now,
}: {
  samples: readonly { bucket: number; batches: number }[];
  now: number;
}) => {
  const from = bucketOf(now - PLOTTED_MS);
  const points = Array.from({ length: PLOTTED_MS / BUCKET_MS + 1 }, (_, at) => {
    const bucket = from + at * BUCKET_MS;
    return { bucket, batches: samples.find((each) => each.bucket === bucket)?.batches ?? 0 };
  });
  const top = roundUp(Math.max(...points.map(({ batches }) => batches)), 2);
  const most = points.reduce((a, b) => (b.batches > a.batches ? b : a), NOTHING);
  const last = points.length - 1;
  const line = points
    .map(
      ({ batches }, at) =>
        `${((100 * at) / last).toFixed(2)} ${(100 - (100 * batches) / top).toFixed(2)}`,
    )
    .join("L");
  const named = Array.from({ length: NAMED + 1 }, (_, at) =>
    clock(from + (PLOTTED_MS * at) / NAMED),
  );
  return (
    <section class="card" aria-labelledby="queue-h">
      <header>
        <h2 id="queue-h">{TITLE}</h2>
        <span class="muted small">Last 6 hours, UTC</span>
      </header>
      <div class="card-body">
        <figure class="plot">
          <div class="y" aria-hidden="true">
            {[top, top / 2, 0].map((value) => (
              <span>{figure(value)}</span>
            ))}
          </div>
          <svg
            role="img"
            aria-labelledby="queue-t queue-d"
            height={HEIGHT}
            viewBox="0 0 100 100"
            preserveAspectRatio="none"
          >
            <title id="queue-t">{TITLE}</title>
            <desc id="queue-d">
              {most.batches === 0
                ? "None at any time."
                : `The most were ${figure(most.batches)}, at ${clock(most.bucket)}.`}
            </desc>
            {[0, 50, 100].map((y) => (
              <line x1="0" x2="100" y1={y} y2={y} />
            ))}
            <path class="ar" d={`M0 100L${line}L100 100z`} />
            <path class="ln" d={`M${line}`} />
          </svg>
          <div class="x" aria-hidden="true">
            {named.map((time) => (
              <span>{time}</span>
            ))}
          </div>
          <PlotTable points={points} />
        </figure>
      </div>
    </section>
  );
};

const PlotTable = ({ points }: { points: readonly { bucket: number; batches: number }[] }) => (
  <details>
    <summary>Show as a table</summary>
    <div class="scroll" tabindex={0} role="region" aria-label={`${TITLE}, as a table`}>
      <table class="table table--plain">
        <caption class="vh">{TITLE}</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col" class="num">
              Most waiting
            </th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ bucket, batches }) => (
            <tr>
              <th scope="row">{clock(bucket)}</th>
              <td class="num">{figure(batches)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </details>
);

const NOTHING = { bucket: 0, batches: 0 };
