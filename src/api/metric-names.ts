// The metrics that monitoring sees, by the names that dashboards and alerts are written with (docs/operations.md).
import {
  ANSWER_BOUNDS,
  BUILD_BOUNDS,
  histogramOf,
  SEND_BOUNDS,
  type Histogram,
} from "../domain/health/histogram.ts";
import type { Counts, MeterName } from "../domain/health/meters.ts";
import { DATABASE_LIMIT_BYTES, type Gauges } from "../domain/health/read-gauges.ts";
import { CARRIERS, failedBuilds, resultsOf } from "../domain/health/verdicts.ts";
import { WAITING } from "../domain/health/waiting.ts";
import { SECOND_MS } from "../kit/time.ts";
import type { Buckets, Labels, Metric } from "./prometheus.ts";

const seconds = (ms: number) => ms / SECOND_MS;

/** All metrics, whether or not there is something to say in each. */
export function metricsOf(gauges: Gauges, counts: Record<MeterName, Counts>): Metric[] {
  return [
    ...waitingMetrics(gauges),
    ...sendMetrics(counts.sends),
    ...buildMetrics(counts.builds),
    counter(
      "dead_letters",
      "Queue messages that failed four times.",
      pairs(counts.dead_letters, "queue"),
    ),
    ...platformMetrics(gauges),
    ...cronMetrics(gauges),
  ];
}

function waitingMetrics({ at, waiting, openBatches, queues }: Gauges): Metric[] {
  const ages = WAITING.map((what): [Labels, number] => [{ what }, age(at, waiting[what].oldestAt)]);
  const told = queues.filter(({ messages }) => messages !== null);
  return [
    gauge(
      "waiting",
      "What waits or is under way, as the database has it; counted up to 1,000.",
      WAITING.map((what): [Labels, number] => [{ what }, waiting[what].count]),
    ),
    gauge(
      "waiting_oldest_age_seconds",
      "For how long the oldest of them has waited; 0 for none.",
      ages,
    ),
    gauge("open_batches", "Batches of sends that are not done.", [[{}, openBatches]]),
    gauge(
      "queue_messages",
      "Messages in a queue, as the platform tells.",
      told.map(({ queue, messages }) => [{ queue }, messages ?? 0]),
    ),
    gauge(
      "queue_oldest_age_seconds",
      "For how long the oldest of them has waited; 0 for none.",
      told.map(({ queue, oldestAt }) => [{ queue }, age(at, oldestAt)]),
    ),
  ];
}

function sendMetrics(sends: Counts): Metric[] {
  const ofCarriers = resultsOf(sends).map(
    ({ carrier, result, verdict, count }): [Labels, number] => [
      { provider: carrier, verdict, reason: result === "sent" ? "" : result },
      count,
    ],
  );
  const providers = CARRIERS.filter((carrier) => carrier !== "inbox");
  const ends = ["sent", "failed", "cancelled"].map((status): [Labels, number] => [
    { status },
    sends[`end:${status}`] ?? 0,
  ]);
  return [
    counter(
      "recipients",
      "Recipients by what became of them, and why they were not sent to.",
      ofCarriers,
    ),
    counter(
      "repeated_attempts",
      "Attempts after which a recipient had to be tried again.",
      providers.map((provider) => [{ provider }, sends[`${provider}:retry`] ?? 0]),
    ),
    histogram(
      "provider_answer_seconds",
      "How long a provider or push service took for a recipient.",
      providers.map((provider) => [
        { provider },
        histogramOf(sends, `${provider}:`, ANSWER_BOUNDS),
      ]),
    ),
    counter("sends_finished", "Notifications whose sending ended, by how.", ends),
    histogram("send_duration_seconds", "From when sending began to the last batch.", [
      [{}, histogramOf(sends, "end:", SEND_BOUNDS)],
    ]),
  ];
}

function buildMetrics(builds: Counts): Metric[] {
  const ended = ["completed", "cancelled"].map((status): [Labels, number] => [
    { status, code: "" },
    builds[status] ?? 0,
  ]);
  const failed = failedBuilds(builds).map(({ code, count }): [Labels, number] => [
    { status: "failed", code },
    count,
  ]);
  return [
    counter("builds_finished", "Builds that ended, by how and why.", [...ended, ...failed]),
    histogram("build_wait_seconds", "From a build's trigger until a builder began it.", [
      [{}, histogramOf(builds, "wait:", BUILD_BOUNDS)],
    ]),
    histogram("build_duration_seconds", "From when a builder began a build to its end.", [
      [{}, histogramOf(builds, "took:", BUILD_BOUNDS)],
    ]),
  ];
}

function platformMetrics({ builders, databaseBytes, readMs }: Gauges): Metric[] {
  return [
    gauge("builders", "Builder hosts: registered, and heard of within a minute.", [
      [{ state: "registered" }, builders.registered],
      [{ state: "heard" }, builders.heard],
    ]),
    gauge("database_size_bytes", "Size of the database.", [[{}, databaseBytes]]),
    gauge("database_limit_bytes", "Largest size that the database can have.", [
      [{}, DATABASE_LIMIT_BYTES],
    ]),
    gauge("database_read_seconds", "How long the database took to answer this.", [
      [{}, seconds(readMs)],
    ]),
  ];
}

function cronMetrics({ crons }: Gauges): Metric[] {
  const parts = crons.flatMap(({ schedule, parts: of }) =>
    Object.entries(of).map(([part, went]) => ({ labels: { schedule, part }, ...went })),
  );
  return [
    gauge(
      "cron_begun_timestamp_seconds",
      "When a schedule last began.",
      crons.map(({ schedule, begunAt }) => [{ schedule }, seconds(begunAt)]),
    ),
    gauge(
      "cron_ended_timestamp_seconds",
      "When all jobs of a schedule were last through.",
      crons.flatMap(({ schedule, endedAt }): [Labels, number][] =>
        endedAt === null ? [] : [[{ schedule }, seconds(endedAt)]],
      ),
    ),
    gauge(
      "cron_job_failures",
      "How often a job has failed since it last succeeded.",
      parts.map(({ labels, failures }) => [labels, failures]),
    ),
    gauge(
      "cron_job_duration_seconds",
      "How long a job last took.",
      parts.map(({ labels, tookMs }) => [labels, seconds(tookMs)]),
    ),
  ];
}

const PREFIX = "slipway_";

function counter(name: string, help: string, series: [Labels, number][]): Metric {
  return { name: `${PREFIX}${name}_total`, help, type: "counter", series };
}

function gauge(name: string, help: string, series: [Labels, number][]): Metric {
  return { name: PREFIX + name, help, type: "gauge", series };
}

function histogram(name: string, help: string, series: [Labels, Histogram][]): Metric {
  const inSeconds = ({ bounds, within, sumMs }: Histogram): Buckets => ({
    bounds: bounds.map(seconds),
    within,
    sum: seconds(sumMs),
  });
  return {
    name: PREFIX + name,
    help,
    type: "histogram",
    series: series.map(([labels, found]) => [labels, inSeconds(found)]),
  };
}

const pairs = (counts: Counts, label: string): [Labels, number][] =>
  Object.entries(counts).map(([key, count]) => [{ [label]: key }, count]);

/** For how long something has waited, s. */
const age = (at: number, since: number | null) =>
  since === null ? 0 : Math.max(0, seconds(at - since));
