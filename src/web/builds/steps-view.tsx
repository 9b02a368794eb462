// The steps of a build, one after the other, as bars in time.
import type { Build } from "../../domain/builds/find-build.ts";
import { STEP_NAMES, type Step } from "./steps.ts";
import { duration } from "./words.ts";

/** The width of the times, pixels: that of "59 min 59 s", so that nothing moves when one is known. */
const TIME_PX = "96";

/** A step, whose time may not be known yet. */
type Shown = Pick<Step, "name"> & Partial<Step>;

const Falls = ({ steps }: { steps: readonly Shown[] }) => {
  const total = steps.reduce((sum, { ms = 0 }) => sum + ms, 0);
  const share = (ms: number) => `${((100 * ms) / Math.max(total, 1)).toFixed(1)}%`;
  return (
    <div class="card-body">
      <div class="table-wrap" tabindex={0} role="region" aria-label="Steps and their times">
        <table class="table table--plain falls">
          <caption class="vh">Steps and their times</caption>
          <thead class="vh">
            <tr>
              <th scope="col">Step</th>
              <th scope="col">When</th>
              <th scope="col" class="num">
                Time
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.map(({ name, from, ms, fill }) => (
              <tr>
                <th scope="row">{name}</th>
                <td class="fill">
                  <svg class="bar" aria-hidden="true">
                    {from !== undefined && ms !== undefined && (
                      <rect class={fill} x={share(from)} width={share(ms)} height="100%" rx="2" />
                    )}
                  </svg>
                </td>
                <td class="num soft" width={TIME_PX}>
                  {ms === undefined ? "–" : duration(ms)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
};

/** How long the steps of a completed build took. */
export const Steps = ({ steps }: { steps: readonly Step[] }) => (
  <section class="card" aria-labelledby="st-h" id="steps">
    <header>
      <h2 id="st-h">{duration(steps.reduce((sum, { ms }) => sum + ms, 0))}, step by step</h2>
    </header>
    <Falls steps={steps} />
  </section>
);

/**
 * The same of a build that goes on, of which only the waiting is known: each step has its place, so that nothing moves when
 * it is done. `now`, ms: the script counts on from the time that it tells.
 */
export const RunningSteps = ({ build, now }: { build: Build; now: number }) => {
  const { status, createdAt, startedAt } = build;
  const elapsed = now - createdAt;
  const waited = startedAt === null ? undefined : startedAt - createdAt;
  return (
    <section class="card" aria-labelledby="st-h" id="running">
      <header>
        <h2 id="st-h" data-status-says>
          {status === "pending" ? "Waiting for a builder" : "A builder works on it"}
        </h2>
        <output class="muted small" data-elapsed={elapsed}>
          {duration(elapsed)}
        </output>
      </header>
      <Falls
        steps={STEP_NAMES.map((name, index) =>
          index === 0 && waited !== undefined
            ? { name, from: 0, ms: waited, fill: "s3" as const }
            : { name },
        )}
      />
    </section>
  );
};
