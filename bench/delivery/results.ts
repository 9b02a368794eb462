// Prints what each contestant took, and how many times as much one takes as another, compared round by round; beside them the
// bars that are to be held.
import { header, row, type Unit } from "../report.ts";
import { FEW, MANY, names, PEER_AT_ONCE } from "./contestants.ts";
import type { Figures } from "./rounds.ts";
import type { PeerTask } from "./tasks.ts";

const US: Unit = { name: "us", digits: 0 };
const TIMES: Unit = { name: "x", digits: 2 };
const A_SECOND: Unit = { name: "a second", digits: 1 };

const APNS_NOTE =
  "APNs: by fetch over HTTP/1.1, which is all that the receiver speaks; Apple's is HTTP/2";

/** What was measured, by the contestants' names. */
export type Measured = ReadonlyMap<string, Figures>;

/** Where the median of a ratio is to be. */
interface Bar {
  name: string;
  isHeld: (median: number) => boolean;
}

/** How many times as much `some` take as `others`. Of several who do the same, the one that took least counts. */
interface Ratio {
  name: string;
  some: readonly string[];
  others: readonly string[];
  bar?: Bar;
}

const atLeast = (bar: number): Bar => ({
  name: `at least ${bar}`,
  isHeld: (median) => median >= bar,
});
const atMost = (bar: number): Bar => ({
  name: `at most ${bar}`,
  isHeld: (median) => median <= bar,
});

/** Prints all of it; what was not measured is left out. */
export function printCpu(measured: Measured): void {
  header("\nCPU a recipient, all threads of the process");
  for (const [name, { cpuUs }] of measured) row(name, cpuUs, { unit: US });
  printRatios(measured, [
    ...[FEW, MANY].flatMap(webPushRatios),
    ...(["fcm", "apns"] as const).flatMap(plainRatios),
  ]);
  if ([...measured.keys()].some((name) => name.startsWith("APNs"))) console.log(APNS_NOTE);
  printPrice(measured);
}

/** Prints by how much the library's encryption takes longer than ours. */
function printPrice(measured: Measured): void {
  const prices = (["library, unpadded", "library"] as const).flatMap((encryption) => {
    const theirs = names.alone(encryption);
    const above = paired(measured, [theirs], [names.alone("ours")], (their, our) => their - our);
    return above.length > 0 ? [{ theirs, above }] : [];
  });
  if (prices.length > 0) header("\nabove ours, a message");
  for (const { theirs, above } of prices) row(theirs, above, { unit: US });
}

/** Prints how many recipients a second were sent to. */
export function printRates(measured: Measured, answerAfterMs: number): void {
  header(`\n${FEW} in flight, answers after ${answerAfterMs} ms`);
  for (const [name, { rate }] of measured) row(name, rate, { unit: A_SECOND });
}

function webPushRatios(atOnce: number): Ratio[] {
  const ours = [names.ours("webpush", atOnce)];
  const peer = peers("webpush", "web-push");
  const signedOnce = peers("webpush", "web-push, signed once");
  const floor = (isBatched: boolean) => [
    names.floor({ provider: "webpush", encryption: "floor", isBatched, atOnce }),
  ];
  const at = `${atOnce} in flight`;
  return [
    { name: `npm web-push to ours, ${at}`, some: peer, others: ours, bar: atLeast(2.5) },
    { name: `  if it signed once, ${at}`, some: signedOnce, others: ours },
    {
      name: `ours to the floor, batch first, ${at}`,
      some: ours,
      others: floor(true),
      bar: atMost(1.25),
    },
    { name: `ours to the floor, one by one, ${at}`, some: ours, others: floor(false) },
  ];
}

function plainRatios(provider: "fcm" | "apns"): Ratio[] {
  const ours = [names.ours(provider, MANY)];
  const inWorkerd = names.floor({ provider, encryption: "floor", isBatched: false, atOnce: MANY });
  const what = { fcm: "FCM", apns: "APNs" }[provider];
  const bar = provider === "fcm" ? { bar: atMost(1.6) } : {};
  return [
    { name: `${what}: ours to fetch in workerd`, some: ours, others: [inWorkerd], ...bar },
    { name: `${what}: fetch in Node to ours`, some: peers(provider, "fetch"), others: ours },
    { name: `${what}: node:http to ours`, some: peers(provider, "http"), others: ours },
  ];
}

function printRatios(measured: Measured, ratios: readonly Ratio[]): void {
  const known = ratios.flatMap(({ name, some, others, bar }) => {
    const figures = paired(measured, some, others, (one, other) => one / other);
    return figures.length > 0 ? [{ name, figures, bar }] : [];
  });
  if (known.length > 0) header("\ncompared round by round");
  for (const { name, figures, bar } of known) {
    const median = figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
    const verdict = bar && (bar.isHeld(median) ? "held" : "NOT held");
    row(name, figures, { unit: TIMES, beside: bar ? `, ${bar.name}: ${verdict}` : "" });
  }
}

/** Compares the least of `some` with the least of `others`, round by round; nothing if either was not measured. */
function paired(
  measured: Measured,
  some: readonly string[],
  others: readonly string[],
  compare: (one: number, other: number) => number,
): number[] {
  const [ones, twos] = [leastOf(measured, some), leastOf(measured, others)];
  return ones.flatMap((one, round) => {
    const two = twos[round];
    return two === undefined ? [] : [compare(one, two)];
  });
}

/** Returns the least that any of `some` took in each round: they do the same, and the better counts. */
function leastOf(measured: Measured, some: readonly string[]): number[] {
  const all = some.flatMap((name) => measured.get(name)?.cpuUs ?? []);
  const rounds = Math.max(0, ...some.map((name) => measured.get(name)?.cpuUs.length ?? 0));
  return Array.from({ length: rounds }, (_, round) =>
    Math.min(...all.filter((_, at) => at % rounds === round)),
  );
}

/** The names of a peer in Node, for each number of requests under way. */
function peers(provider: PeerTask["provider"], by: PeerTask["by"]): string[] {
  return PEER_AT_ONCE.map((atOnce) => names.peer({ provider, by, atOnce }));
}
