// A strict reader of Prometheus' text format 0.0.4: whatever the format does not allow is an error, also what scrapers let pass.

export interface Series {
  /** With _bucket, _sum or _count where it is a part of a histogram. */
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  name: string;
  help: string;
  type: string;
  series: Series[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const LABEL_PAIR = /^([^=]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/;
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/i;

/** Reads a whole answer; throws what is wrong with it. */
export function parsePrometheus(text: string): Family[] {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const families: Family[] = [];
  for (const line of text.slice(0, -1).split("\n")) readLine(families, line);
  const names = families.map(({ name }) => name);
  if (new Set(names).size !== names.length) throw new Error("a family comes twice");
  for (const family of families) check(family);
  return families;
}

function readLine(families: Family[], line: string): void {
  const [, kind, about = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
  const last = families.at(-1);
  if (kind === "HELP") {
    if (!NAME.test(about)) throw new Error(`no name: ${line}`);
    if (!/^(?:[^\\]|\\[\\n])*$/.test(rest)) throw new Error(`wrongly escaped: ${line}`);
    families.push({ name: about, help: rest, type: "", series: [] });
  } else if (kind === "TYPE") {
    if (last?.name !== about || last.type !== "" || last.series.length > 0) {
      throw new Error(`TYPE is not right behind HELP: ${line}`);
    }
    if (!["counter", "gauge", "histogram"].includes(rest)) throw new Error(`no type: ${line}`);
    last.type = rest;
  } else if (last) {
    last.series.push(readSeries(line));
  } else {
    throw new Error(`a line before any family: ${line}`);
  }
}

function readSeries(line: string): Series {
  const [, name = "", braced, value = ""] = /^([^{ ]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (!NAME.test(name) || !VALUE.test(value)) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  for (let left = braced ?? ""; left !== "";) {
    const [whole, label = "", quoted = "", end] = LABEL_PAIR.exec(left) ?? [];
    if (whole === undefined || !LABEL.test(label)) throw new Error(`wrong labels: ${line}`);
    if (label in labels) throw new Error(`a label comes twice: ${line}`);
    labels[label] = quoted.replaceAll(/\\(.)/g, (_, of: string) => (of === "n" ? "\n" : of));
    left = left.slice(whole.length);
    if (end === "," && left === "") throw new Error(`a comma too many: ${line}`);
  }
  return { name, labels, value: value.endsWith("Inf") ? Infinity : Number(value) };
}

function check({ name, help, type, series }: Family): void {
  if (help === "" || type === "") throw new Error(`${name} has no help or type`);
  if (type === "counter" && !name.endsWith("_total")) throw new Error(`${name} is no counter`);
  const keys = series.map((each) => `${each.name} ${JSON.stringify(each.labels)}`);
  if (new Set(keys).size !== keys.length) throw new Error(`${name} has a series twice`);
  if (series.some(({ value }) => Number.isNaN(value) || (type === "counter" && value < 0))) {
    throw new Error(`${name} has a wrong value`);
  }
  if (type === "histogram") return checkHistogram(name, series);
  if (series.some((each) => each.name !== name)) throw new Error(`${name} has others' series`);
}

function checkHistogram(name: string, series: readonly Series[]): void {
  const ofLabels = Map.groupBy(series, ({ labels }) =>
    JSON.stringify({ ...labels, le: undefined }),
  );
  for (const [labels, group] of ofLabels) {
    const parts = group.map((each) => each.name.slice(name.length));
    const buckets = group.slice(0, -2);
    if (parts.some((part, at) => part !== (["_sum", "_count"][at - buckets.length] ?? "_bucket"))) {
      throw new Error(`${name}${labels} is not buckets, sum and count`);
    }
    const bounds = buckets.map(({ labels: { le = "" } }) =>
      le === "+Inf" ? Infinity : Number(le),
    );
    const rises = (values: readonly number[]) =>
      values.every((value, at) => at === 0 || value >= values[at - 1]!);
    if (!rises(bounds) || bounds.at(-1) !== Infinity) throw new Error(`${name}${labels}: le`);
    if (!rises(buckets.map(({ value }) => value))) throw new Error(`${name}${labels} falls`);
    if (buckets.at(-1)?.value !== group.at(-1)?.value) throw new Error(`${name}${labels}: count`);
  }
}

/** The value of one series; undefined if there is none. */
export function valueOf(
  families: readonly Family[],
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  const all = families.flatMap(({ series }) => series).filter((each) => each.name === name);
  return all.find((each) => Object.entries(labels).every(([key, is]) => each.labels[key] === is))
    ?.value;
}
