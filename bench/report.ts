// Prints the results of benchmarks: a line for each figure, with minimum, median and maximum.

const NAME_WIDTH = 44;
const FIGURE_WIDTH = 8;

/** What figures are counted in, and how many digits are shown after the point. */
export interface Unit {
  name: string;
  digits: number;
}

const MS: Unit = { name: "ms", digits: 1 };

/** The line above the figures. */
export function header(name: string): void {
  const columns = ["min", "median", "max"].map((column) => column.padStart(FIGURE_WIDTH));
  console.log(name.padEnd(NAME_WIDTH) + columns.join(""));
}

/** Prints `figures`, with `beside` behind them, and returns their median. */
export function row(
  name: string,
  figures: readonly number[],
  { unit = MS, beside = "" }: { unit?: Unit; beside?: string } = {},
): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const median = at(sorted.length >> 1);
  const shown = [at(0), median, at(sorted.length - 1)].map((figure) =>
    figure.toFixed(unit.digits).padStart(FIGURE_WIDTH),
  );
  console.log(`${name.padEnd(NAME_WIDTH)}${shown.join("")} ${unit.name}${beside}`);
  return median;
}
