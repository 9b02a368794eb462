// Computes what a million web pushes cost beyond what Cloudflare's plan includes, and what a channel's sends cost: what real
// sends did on the local stack, whose Worker counts it (counting/index.ts), at published prices (billing.ts).
//
// A count is the same wherever the Worker runs. CPU is not: here the simulators of database and queues share workerd's time.
// So that of a recipient comes from bench/delivery.ts, or from the command line; for a channel's send it is what workerd
// took, simulators and counting included, which is more than a deployed Worker takes.
//
//   node bench/cost.ts [--cpu MS_A_RECIPIENT] [RECIPIENTS ...]     default 5000 20000
import { parseArgs } from "node:util";
import { readNote } from "../dev/state.ts";
import { billFor, type BillLine, type Used } from "./billing.ts";
import { LINES, type Count, type Line } from "./counting/counts.ts";
import { channelOfOne, sendByChannel } from "./channel-of-one.ts";
import { countSend, webApp } from "./counted-sends.ts";
import {
  cronRuns,
  partsOf,
  sumOf,
  withCountingStack,
  type CountingStack,
} from "./counting-stack.ts";
import { cpuMs } from "./cpu.ts";
import { databaseBytes } from "./sending.ts";

const SIZES = [5_000, 20_000];
/** Sends by a channel: a channel takes 600 a minute. */
const CHANNEL_SENDS = 200;
/** The number for which costs are printed. */
const MILLION = 1_000_000;
/**
 * CPU of a recipient, ms: 0.373 by bench/delivery.ts with 6 in flight, and 0.7 of a batch of 50 for claiming and reporting it. What
 * its run takes in the object is billed by time there, not as CPU.
 */
const CPU_MS = 0.39;
/** What a recipient may take at most, and a million cost. */
const BARS = { rows: 0.04, queue: 0.06, objects: 0.04, dollars: 0.085 };
/** How many parts of a line are shown. */
const PARTS = 8;
const EACH_MINUTE = "* * * * *";
/** After how long the cron counts what a channel sent, ms: a minute, and somewhat more. */
const SETTLED_MS = 65_000;

const { values, positionals } = parseArgs({
  options: { cpu: { type: "string", default: String(CPU_MS) } },
  allowPositionals: true,
});
const sizes = positionals.length > 0 ? positionals.map(Number) : SIZES;

await withCountingStack(async (stack) => {
  const costs: number[] = [];
  for (const size of sizes) {
    costs.push(((await priceSend(stack, size, Number(values.cpu))) / MILLION) * size);
  }
  printGrowth(costs);
  await priceChannel(stack);
});

/** Prints what each recipient costs more, and so a send to a million, by the first and the last size. */
function printGrowth(costs: readonly number[]): void {
  const [least, most] = [costs[0] ?? 0, costs.at(-1) ?? 0];
  const [few, many] = [sizes[0] ?? 0, sizes.at(-1) ?? 0];
  if (many <= few) return;
  const each = (most - least) / (many - few);
  const million = least + each * (MILLION - few);
  console.log(`\na send to a million, reckoned from both: US$ ${million.toFixed(4)}`);
}

/** Returns what a million recipients cost at this size, US dollars. */
async function priceSend(stack: CountingStack, size: number, cpu: number): Promise<number> {
  const app = await webApp(stack, size);
  const counts = await countSend(stack, app, size);
  console.log(
    `\na send to ${size} web push subscribers, counted; ${cpu} ms of CPU a recipient, given`,
  );
  const dollars = printBill(counts, size, cpu);
  const of = (line: Line) => sumOf(counts, line) / size;
  const rows = of("rows written") + of("object rows written");
  printBar("rows written a recipient", rows, BARS.rows);
  printBar("queue operations a recipient", of("queue operations"), BARS.queue);
  printBar("object requests a recipient", of("object requests"), BARS.objects);
  printBar("US dollars a million", dollars, BARS.dollars);
  printParts(counts, size);
  return dollars;
}

async function priceChannel(stack: CountingStack): Promise<void> {
  const channel = await channelOfOne(stack, await webApp(stack, 0));
  // Whatever is made once is there then.
  await stack.count(async () => sendByChannel(stack.url, channel));
  const idle = await stack.countCron(EACH_MINUTE);
  const pid = readNote(stack.stateDir)?.pids.worker ?? 0;
  let cpu = 0;
  const bytes = databaseBytes(stack.stateDir);
  const counts = await stack.count(async () => {
    const before = cpuMs(pid);
    for (let at = 0; at < CHANNEL_SENDS; at += 1) await sendByChannel(stack.url, channel);
    cpu = (cpuMs(pid) - before) / CHANNEL_SENDS;
  });
  console.log(
    `\n${CHANNEL_SENDS} sends by a channel to one browser; ${cpu.toFixed(1)} ms of CPU each, all of workerd's`,
  );
  printBill(counts, CHANNEL_SENDS, cpu);
  const kept = (databaseBytes(stack.stateDir) - bytes) / CHANNEL_SENDS;
  console.log("bytes kept".padEnd(26) + kept.toFixed(0).padStart(13));
  printParts(counts, CHANNEL_SENDS);
  const counting = await stack.countCron(EACH_MINUTE, SETTLED_MS);
  console.log(
    "of the minute's cron, which counts what was sent, besides what it does anyway, each",
  );
  for (const line of ["rows read", "rows written"] as const) {
    const usual = (sumOf(idle, line) / cronRuns(idle)) * cronRuns(counting);
    const each = (sumOf(counting, line) - usual) / CHANNEL_SENDS;
    console.log(`  ${line.padEnd(48)}${each.toFixed(4).padStart(15)}`);
  }
}

/** Prints the bill for what `counted` things took, and returns what a million of them cost, US dollars. */
function printBill(counts: readonly Count[], counted: number, cpu: number): number {
  const used: Used = { "CPU milliseconds": cpu * MILLION };
  for (const line of LINES) used[line] = (sumOf(counts, line) / counted) * MILLION;
  const { lines, total, logging } = billFor(used);
  const columns = ["each", "a million", "US$/million", "US$", ""];
  console.log("".padEnd(26) + columns.map((column) => column.padStart(13)).join(""));
  for (const line of lines) if (line.amount > 0) printLine(line);
  console.log("together".padEnd(26 + 3 * 13) + total.toFixed(4).padStart(13));
  printLine(logging);
  for (const line of ["database calls", "statements", "outside fetches"] as const) {
    console.log(line.padEnd(26) + (sumOf(counts, line) / counted).toFixed(4).padStart(13));
  }
  return total;
}

function printLine({ what, amount, price, page, cost }: BillLine): void {
  const figures = [
    (amount / MILLION).toFixed(4),
    Math.round(amount).toLocaleString("en"),
    price.toFixed(3),
    cost.toFixed(4),
  ];
  console.log(`${what.padEnd(26)}${figures.map((each) => each.padStart(13)).join("")}   ${page}`);
}

function printBar(what: string, figure: number, most: number): void {
  const verdict = figure <= most ? "within" : "ABOVE";
  console.log(`${what.padEnd(39)}${figure.toFixed(4).padStart(13)}   ${verdict} ${most}`);
}

/** Prints what makes up the lines that cost most. */
function printParts(counts: readonly Count[], counted: number): void {
  for (const line of [
    "rows written",
    "rows read",
    "object rows written",
    "object requests",
  ] as const) {
    console.log(`${line}, by whom and of what, each`);
    for (const [part, amount] of partsOf(counts, line).slice(0, PARTS)) {
      console.log(`  ${part.padEnd(48)}${(amount / counted).toFixed(4).padStart(15)}`);
    }
  }
}
