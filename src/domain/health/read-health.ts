// All that the operators' page of health shows. Its round trips go side by side.
import { DAY_MS, HOUR_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { ANSWER_BOUNDS, histogramOf, quantile } from "./histogram.ts";
import { complaintStatements, failedStatements, slowReceivers } from "./lately.ts";
import { BUCKET_MS, bucketOf, byMeter, countedSince, type Counts, type Stretch } from "./meters.ts";
import { readGauges } from "./read-gauges.ts";
import { batchesWaiting, samplesSince } from "./samples.ts";
import {
  CARRIERS,
  failedBuilds,
  resultsOf,
  VERDICTS,
  type CarrierName,
  type VerdictName,
} from "./verdicts.ts";

/** What the plot of batches that waited goes back, ms. */
export const PLOTTED_MS = 6 * HOUR_MS;
/** What dead letters are counted over, ms. */
const LETTERS_MS = 7 * DAY_MS;
/** Part of answers that the slow tenth is slower than. */
const SLOW_TENTH = 0.9;
/** Most hosts that are shown, and kinds of failures. */
const MOST_LISTED = 8;

/** What a provider said within the last hour. */
export interface ProviderHour {
  provider: CarrierName;
  verdicts: Record<VerdictName, number>;
  retried: number;
  /** How long the slow tenth of answers took at least, ms; null where nobody was asked. */
  slowTenthMs: number | null;
}

/** How often something happened, by its name. */
type Ranked = { name: string; count: number }[];

/** Reads it. */
export async function readHealth(ctx: Ctx) {
  const now = ctx.now();
  const [gauges, found] = await Promise.all([
    readGauges(ctx),
    ctx.db.batch([
      countedSince(ctx, now - DAY_MS),
      countedSince(ctx, now - LETTERS_MS, "dead_letters"),
      countedSince(ctx, now - DAY_MS, "slow_hosts"),
      samplesSince(ctx, now - PLOTTED_MS),
      slowReceivers(ctx),
      ...complaintStatements(ctx),
      ...failedStatements(ctx),
    ]),
  ]);
  const [day, letters, hosts, samples, receivers, complaints, complained, ...failed] = found;
  const hour = day.filter(({ bucket }) => bucket >= bucketOf(now - HOUR_MS));
  const today = byMeter(day);
  return {
    ...gauges,
    batches: batchesWaiting(gauges.queues, gauges.openBatches),
    providers: providersOf(byMeter(hour).sends),
    sentASecond: rates(now, day),
    deadLetters: total(Object.values(byMeter(letters).dead_letters)),
    samples,
    slowHosts: ranked(byMeter(hosts).slow_hosts),
    slowReceivers: receivers,
    reasons: reasonsOf(today),
    complaints,
    complained: complained[0]?.count ?? 0,
    failed: { builds: failed[0], sends: failed[1], webhooks: failed[2] },
  };
}

export type Health = Awaited<ReturnType<typeof readHealth>>;

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** Recipients sent to a second: in the last ten minutes that are over, and in the busiest of the last day. */
function rates(now: number, day: readonly Stretch[]) {
  const sent = day
    .filter(({ name }) => name === "sends")
    .map(({ bucket, counts }) => {
      return { bucket, sent: total(CARRIERS.map((carrier) => counts[`${carrier}:sent`] ?? 0)) };
    });
  const seconds = BUCKET_MS / 1000;
  const last = sent.find(({ bucket }) => bucket === bucketOf(now) - BUCKET_MS)?.sent ?? 0;
  const most = Math.max(0, ...sent.map((each) => each.sent));
  return { last: last / seconds, most: most / seconds };
}

function providersOf(counts: Counts): ProviderHour[] {
  const results = resultsOf(counts);
  return CARRIERS.map((provider) => {
    const count = (verdict: VerdictName) =>
      results
        .filter((each) => each.carrier === provider && each.verdict === verdict)
        .reduce((sum, each) => sum + each.count, 0);
    const counted = VERDICTS.map((verdict) => [verdict, count(verdict)] as const);
    const verdicts = Object.fromEntries(counted) as Record<VerdictName, number>;
    const answers = histogramOf(counts, `${provider}:`, ANSWER_BOUNDS);
    return {
      provider,
      verdicts,
      retried: counts[`${provider}:retry`] ?? 0,
      slowTenthMs: quantile(answers, SLOW_TENTH),
    };
  });
}

/** Why recipients and builds failed in the last day, the most frequent first: `fcm:no_answer`, `build:lease_lost`. */
function reasonsOf({ sends, builds }: { sends: Counts; builds: Counts }): Ranked {
  const ofSends = resultsOf(sends).flatMap(({ carrier, result, verdict, count }) =>
    verdict === "sent" || verdict === "cancelled" ? [] : [[`${carrier}:${result}`, count] as const],
  );
  const ofBuilds = failedBuilds(builds).map(({ code, count }) => [`build:${code}`, count] as const);
  return ranked(Object.fromEntries([...ofSends, ...ofBuilds]));
}

function ranked(counts: Counts): Ranked {
  return Object.entries(counts)
    .map(([name, count]) => ({ name, count }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_LISTED);
}
