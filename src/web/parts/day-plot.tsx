// A plot of what was sent and what failed on each day, and the same as a table.

import { figure } from "./words.ts";

/** Height of the plot, px. */
const HEIGHT = 160;
/** Percent of its share of the width that a bar takes. */
const FILLED = 0.68;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
/** Days between two that are named below the plot. */
const NAMED = 7;

export interface PlottedDay {
  /** YYYY-MM-DD. */
  date: string;
  sent: number;
  failed: number;
}

/** "24 Nov" of "2026-11-24". */
export function dayWords(date: string): string {
  const [, month = "1", day = "1"] = date.split("-");
  return `${Number(day)} ${MONTHS[Number(month) - 1]}`;
}

/** `days` are in order of time; `id` is unique on the page. */
export const DayPlot = ({
  id,
  title,
  days,
}: {
  id: string;
  title: string;
  days: readonly PlottedDay[];
}) => {
  const top = roundUp(Math.max(...days.map(({ sent, failed }) => sent + failed), 1));
  const most = days.reduce((a, b) => (b.sent > a.sent ? b : a), days[0] ?? NOTHING);
  const named = days.filter((_, at) => (days.length - 1 - at) % NAMED === 0);
  return (
    <figure class="plot">
      <figcaption>
        <Key fill="s1" label="Sent" />
        <Key fill="s-bad" label="Failed" />
      </figcaption>
      <div class="y" aria-hidden="true">
        {[1, 2 / 3, 1 / 3, 0].map((part) => (
          <span>{short(top * part)}</span>
        ))}
      </div>
      <svg role="img" aria-labelledby={`${id}-t ${id}-d`} height={HEIGHT}>
        <title id={`${id}-t`}>{title}</title>
        <desc id={`${id}-d`}>
          {days.length} bars, {dayWords(days[0]?.date ?? "")} to {dayWords(days.at(-1)?.date ?? "")}
          . The most was {figure(most.sent)} sent on {dayWords(most.date)}.
        </desc>
        {["0%", "33.33%", "66.67%", "100%"].map((y) => (
          <line x1="0" x2="100%" y1={y} y2={y} />
        ))}
        <Bars days={days} top={top} />
      </svg>
      <div class="x" aria-hidden="true">
        {named.map(({ date }) => (
          <span>{dayWords(date)}</span>
        ))}
      </div>
      <DayTable title={title} days={days} />
    </figure>
  );
};

/** A bar for each day; `top` is the number at the upper edge. */
const Bars = ({ days, top }: { days: readonly PlottedDay[]; top: number }) => {
  const share = 100 / days.length;
  const percent = (value: number) => (value / top) * 100;
  return (
    <>
      {days.map((day, at) => {
        const bar = {
          x: `${(at * share + (share * (1 - FILLED)) / 2).toFixed(2)}%`,
          width: `${(share * FILLED).toFixed(2)}%`,
          rx: "1.5",
        };
        const sent = percent(day.sent);
        const failed = percent(day.failed);
        return (
          <g>
            <title>
              {dayWords(day.date)}: {figure(day.sent)} sent, {figure(day.failed)} failed
            </title>
            {sent > 0 && (
              <rect class="s1" {...bar} y={at100(sent)} height={`${sent.toFixed(2)}%`} />
            )}
            {failed > 0 && (
              <rect
                class="s-bad"
                {...bar}
                y={at100(sent + failed)}
                height={`${failed.toFixed(2)}%`}
              />
            )}
          </g>
        );
      })}
    </>
  );
};

const DayTable = ({ title, days }: { title: string; days: readonly PlottedDay[] }) => (
  <details>
    <summary>Show as a table</summary>
    <div class="scroll" tabindex={0} role="region" aria-label={`${title}, as a table`}>
      <table class="table table--plain">
        <caption class="vh">{title}</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col" class="num">
              Sent
            </th>
            <th scope="col" class="num">
              Failed
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr>
              <th scope="row">{dayWords(day.date)}</th>
              <td class="num">{figure(day.sent)}</td>
              <td class="num">{figure(day.failed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </details>
);

/** A colour of a plot and what it stands for. */
export const Key = ({
  fill,
  label,
  children,
}: {
  fill: string;
  label: string;
  children?: string;
}) => (
  <span class="key">
    <svg aria-hidden="true">
      <rect class={fill} width="100%" height="100%" rx="2" />
    </svg>
    {label}
    {children !== undefined && (
      <>
        {" "}
        <b>{children}</b>
      </>
    )}
  </span>
);

const NOTHING: PlottedDay = { date: "2000-01-01", sent: 0, failed: 0 };

const at100 = (height: number) => `${(100 - height).toFixed(2)}%`;

/** The next of 3, 6, 15, 30, 60, 150 ...: a third of it is a round number. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value / 3, 1)));
  const step = [1, 2, 5, 10].find((each) => each * power * 3 >= value) ?? 10;
  return step * power * 3;
}

/** 15000 as "15k". */
function short(value: number): string {
  const rounded = Math.round(value);
  if (rounded >= 1_000_000) return `${rounded / 1_000_000}M`;
  return rounded >= 1000 ? `${rounded / 1000}k` : String(rounded);
}
