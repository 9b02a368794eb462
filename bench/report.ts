// Prints the results of benchmarks: a line for each figure, with minimum, median and maximum.

const NAME_WIDTH = 44;
const FIGURE_WIDTH = 8;

/** The line above the figures. */
export function header(name: string): void {
  const columns = ["min", "median", "max"].map((column) => column.padStart(FIGURE_WIDTH));
  console.log(name.padEnd(NAME_WIDTH) + columns.join(""));
}

/** Prints `times` (ms) and returns their median. */
export function row(name: string, times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const median = at(sorted.length >> 1);
  const figures = [at(0), median, at(sorted.length - 1)];
  const shown = figures.map((time) => time.toFixed(1).padStart(FIGURE_WIDTH));
  console.log(`${name.padEnd(NAME_WIDTH)}${shown.join("")} ms`);
  return median;
}
