// Measures how long a channel's send takes, to its answer and to the provider, and whether it becomes slower after hundreds:
// POSTs to the channels API one after the other, each for one browser. The stand-in push service, in another process of the
// same machine, notes when a message has come and been found right.
//
//   npm run bench:channels
import { setTimeout as sleep } from "node:timers/promises";
import { channelOfOne, sendByChannel, type ChannelOfOne } from "./channel-of-one.ts";
import { PushApp, withPushStack } from "./push-stack.ts";

const SENDS = 600;
/** The number of sends that are compared at the beginning and at the end. */
const EDGE = 100;
/** The number of sends before them that warm everything up. */
const WARM_UP = 20;
/** A channel takes 600 sends a minute. */
const CHANNELS = 2;
/** The wait for messages that are still on their way, ms. */
const ASK_EVERY_MS = 200;
/** The longest that a send may take at the median, from its request to the provider, ms. */
const BAR_MS = 40;

/** The present time with fractions of a millisecond, in the same terms as other processes' `Date.now()`. */
const now = () => performance.timeOrigin + performance.now();

await withPushStack(async ({ url, api, providers }) => {
  // It notes only what it has checked.
  await providers.setMode("strict");
  const { data: app } = await api.post("/api/v1/push/apps", { name: "Channels" }, PushApp);
  const { id: uuid, v1_id: id, vapid_public_key: vapidKey } = app;
  const channels: ChannelOfOne[] = [];
  for (let at = 0; at < CHANNELS; at += 1) {
    channels.push(await channelOfOne({ api, providers }, { uuid, id, vapidKey }));
  }

  const asked: number[] = [];
  const toAnswer: number[] = [];
  for (let at = 0; at < WARM_UP + SENDS; at += 1) {
    const channel = channels[at % CHANNELS];
    if (!channel) throw new Error("no channel was made");
    const begin = now();
    await sendByChannel(url, channel, at);
    asked.push(begin);
    toAnswer.push(now() - begin);
  }
  const came = await arrivals();
  const toProvider = asked.map((begin, at) => (came.get(at) ?? Number.NaN) - begin);

  const columns = ["min", "median", "p95", "max"].map((column) => column.padStart(9));
  console.log(`${`${SENDS} channel sends in a row`.padEnd(36)}${columns.join("")}`);
  report("answered", toAnswer.slice(WARM_UP));
  const median = report("at the provider", toProvider.slice(WARM_UP));
  console.log(`from request to provider: ${median.toFixed(1)} ms at the median, of ${BAR_MS} ms`);

  /** When the message of each send came, ms; waits until all have. */
  async function arrivals(): Promise<Map<number, number>> {
    for (;;) {
      const messages = await providers.deliveries("webpush");
      const known = messages.map(({ at, content }) => [numberOf(content), at] as const);
      const found = new Map(known);
      if (found.size === asked.length) return found;
      await sleep(ASK_EVERY_MS);
    }
  }
});

/** The number of the send that a message is of. */
function numberOf(content: unknown): number {
  const [, number] = /Order (\d+) is/.exec(String(content)) ?? [];
  return Number(number);
}

/** Prints how long it took until sends were `name`, ms, and by how much the last ones took longer. Returns the median. */
function report(name: string, times: readonly number[]): number {
  const [first, last] = [times.slice(0, EDGE), times.slice(-EDGE)].map((some) => at(some, 0.5));
  const figures = [0, 0.5, 0.95, 1].map((share) => at(times, share).toFixed(1).padStart(9));
  const ratio = ((last ?? 0) / (first ?? 1)).toFixed(2);
  console.log(`${name.padEnd(36)}${figures.join("")} ms; last ${EDGE} to first: ${ratio}`);
  return at(times, 0.5);
}

/** The time below which this share of `times` is. */
function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
