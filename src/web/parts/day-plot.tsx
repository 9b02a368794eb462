// A plot of what happened on each day, in bars of one series on the other, and the same as a table.
import { figure } from "./words.ts";

/** Height of the plot, px. */
const HEIGHT = 160;
/** Percent of its share of the width that a bar takes. */
const FILLED = 0.68;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
/** Days between two that are named below the plot. */
const NAMED = 7;

/** What is counted of a day. */
export interface Series<Day> {
  /** As its colour is called: "Sent". */
  label: string;
  fill: "s1" | "s2" | "s3" | "s-bad";
  of: (day: Day) => number;
}

/** A day, as YYYY-MM-DD. */
interface Dated {
  date: string;
}

interface PlotProps<Day> {
  /** Unique on the page. */
  id: string;
  title: string;
  /** In order of time. */
  days: readonly Day[];
  /** From the bottom up. */
  series: readonly Series<Day>[];
}

/** What was sent on a day, and what failed. */
export interface SentDay extends Dated {
  sent: number;
  failed: number;
}
export const SENT_SERIES: readonly Series<SentDay>[] = [
  { label: "Sent", fill: "s1", of: ({ sent }) => sent },
  { label: "Failed", fill: "s-bad", of: ({ failed }) => failed },
];

/** "24 Nov" of "2026-11-24". */
export function dayWords(date: string): string {
  const [, month = "1", day = "1"] = date.split("-");
  return `${Number(day)} ${MONTHS[Number(month) - 1]}`;
}

export const DayPlot = <Day extends Dated>({ id, title, days, series }: PlotProps<Day>) => {
  const all = (day: Day) => series.reduce((sum, { of }) => sum + of(day), 0);
  const top = roundUp(Math.max(...days.map(all), 1), 3);
  const named = days.filter((_, at) => (days.length - 1 - at) % NAMED === 0);
  return (
    <figure class="plot">
      <figcaption>
        {series.map(({ fill, label }) => (
          <Key fill={fill} label={label} />
        ))}
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
          . {mostOf(days, series)}
        </desc>
        {["0%", "33.33%", "66.67%", "100%"].map((y) => (
          <line x1="0" x2="100%" y1={y} y2={y} />
        ))}
        <Bars days={days} series={series} top={top} />
      </svg>
      <div class="x" aria-hidden="true">
        {named.map(({ date }) => (
          <span>{dayWords(date)}</span>
        ))}
      </div>
      <DayTable title={title} days={days} series={series} />
    </figure>
  );
};

/** The day on which there was most of the first series. */
function mostOf<Day extends Dated>(days: readonly Day[], [first]: readonly Series<Day>[]): string {
  const [day, ...others] = days;
  if (!first || !day) return "";
  const most = others.reduce((a, b) => (first.of(b) > first.of(a) ? b : a), day);
  return `The most was ${figure(first.of(most))} ${first.label.toLowerCase()} on ${dayWords(most.date)}.`;
}

/** A bar for each day; `top` is the number at the upper edge. */
const Bars = <Day extends Dated>({
  days,
  series,
  top,
}: Pick<PlotProps<Day>, "days" | "series"> & { top: number }) => {
  const share = 100 / days.length;
  return (
    <>
      {days.map((day, at) => {
        const bar = {
          x: `${(at * share + (share * (1 - FILLED)) / 2).toFixed(2)}%`,
          width: `${(share * FILLED).toFixed(2)}%`,
          rx: "1.5",
        };
        let below = 0;
        return (
          <g>
            <title>
              {dayWords(day.date)}:{" "}
              {series
                .map(({ label, of }) => `${figure(of(day))} ${label.toLowerCase()}`)
                .join(", ")}
            </title>
            {series.map(({ fill, of }) => {
              const height = (of(day) / top) * 100;
              if (height === 0) return null;
              below += height;
              return (
                <rect class={fill} {...bar} y={at100(below)} height={`${height.toFixed(2)}%`} />
              );
            })}
          </g>
        );
      })}
    </>
  );
};

const DayTable = <Day extends Dated>({ title, days, series }: Omit<PlotProps<Day>, "id">) => (
  <details>
    <summary>Show as a table</summary>
    <div class="scroll" tabindex={0} role="region" aria-label={`${title}, as a table`}>
      <table class="table table--plain">
        <caption class="vh">{title}</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            {series.map(({ label }) => (
              <th scope="col" class="num">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr>
              <th scope="row">{dayWords(day.date)}</th>
              {series.map(({ of }) => (
                <td class="num">{figure(of(day))}</td>
              ))}
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

const at100 = (height: number) => `${(100 - height).toFixed(2)}%`;

/** The upper edge of a plot that is divided into so many parts, each of which is a round number: 3, 6, 15, 30 ... for three. */
export function roundUp(value: number, parts: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value / parts, 1)));
  const step = [1, 2, 5, 10].find((each) => each * power * parts >= value) ?? 10;
  return step * power * parts;
}

/** 15000 as "15k". */
function short(value: number): string {
  const rounded = Math.round(value);
  if (rounded >= 1_000_000) return `${rounded / 1_000_000}M`;
  return rounded >= 1000 ? `${rounded / 1000}k` : String(rounded);
}
