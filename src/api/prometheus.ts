// Writes metrics in Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).

/** The media type of the format. */
export const PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

export type Labels = Readonly<Record<string, string>>;

/** How many things were within each bound and above the one before, the last beyond all; and their sum. */
export interface Buckets {
  bounds: readonly number[];
  within: readonly number[];
  sum: number;
}

/** A metric and its series. Names of counters end in `_total`, and all units are base units: seconds, bytes. */
export type Metric =
  | { name: string; help: string; type: "counter" | "gauge"; series: [Labels, number][] }
  | { name: string; help: string; type: "histogram"; series: [Labels, Buckets][] };

/** The text for a scraper. */
export function prometheusText(metrics: readonly Metric[]): string {
  return metrics.map((metric) => lines(metric).join("\n")).join("\n") + "\n";
}

function lines(metric: Metric): string[] {
  const { name, help, type } = metric;
  const head = [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`];
  if (metric.type !== "histogram") {
    return [...head, ...metric.series.map(([labels, value]) => line(name, labels, value))];
  }
  return [
    ...head,
    ...metric.series.flatMap(([labels, buckets]) => ofBuckets(name, labels, buckets)),
  ];
}

function ofBuckets(name: string, labels: Labels, { bounds, within, sum }: Buckets): string[] {
  let count = 0;
  const upTo = [...bounds.map(String), "+Inf"].map((le, at) => {
    count += within[at] ?? 0;
    return line(`${name}_bucket`, { ...labels, le }, count);
  });
  return [...upTo, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, count)];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${quoted(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
}

const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
const quoted = (text: string) => escaped(text).replaceAll('"', '\\"');
