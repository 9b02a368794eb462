// Counts how the work of the Worker grows with the subscribers of an app: what a send, an estimate, a list, a registration, a
// channel's send and the cron read and write with 1,000, 10,000, 100,000 and 1,000,000 of them, and how many bytes they take.
// Prints the table of docs/scale.md. Counts, no times: they are the same wherever the Worker runs.
//
// Larger audiences than SENT_TO_ALL are not sent to, which would take minutes: their send is cancelled at once, so that the run
// cuts all batches, and writes that they failed.
//
//   node bench/scale.ts [--sent-to-all RECIPIENTS] [SUBSCRIBERS ...]
import { parseArgs } from "node:util";
import { z } from "zod";
import type { Count, Line } from "./counting/counts.ts";
import { channelOfOne, sendByChannel } from "./channel-of-one.ts";
import { countCancelled, countSend, webApp, type WebApp } from "./counted-sends.ts";
import { cronRuns, sumOf, withCountingStack, type CountingStack } from "./counting-stack.ts";
import { databaseBytes } from "./sending.ts";

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
/** The largest audience that is sent to by default: about a minute. */
const SENT_TO_ALL = 100_000;
/** How many subscribers there are for one that has the tag of this name. */
const TAGS = { tenth: 10, thousandth: 1000 };
const NIGHTLY = "0 3 * * *";
const EACH_MINUTE = "* * * * *";

/** The figures of one size, by the name of the row. */
type Column = Map<string, string>;

const { values, positionals } = parseArgs({
  options: { "sent-to-all": { type: "string", default: String(SENT_TO_ALL) } },
  allowPositionals: true,
});
const sizes = positionals.length > 0 ? positionals.map(Number) : SIZES;

await withCountingStack(async (stack) => {
  const columns: Column[] = [];
  for (const size of sizes) {
    console.log(`counting with ${size.toLocaleString("en")} subscribers`);
    columns.push(await columnOf(stack, size));
  }
  printTable(columns);
});

async function columnOf(stack: CountingStack, size: number): Promise<Column> {
  const column: Column = new Map();
  const before = databaseBytes(stack.stateDir);
  const app = await webApp(stack, size, (at) =>
    Object.entries(TAGS).flatMap(([tag, share]) => (at % share === 0 ? [tag] : [])),
  );
  column.set(
    "bytes a subscriber",
    String(Math.round((databaseBytes(stack.stateDir) - before) / size)),
  );
  await addRequests(stack, app, column);
  await addSend(stack, app, size, column);
  column.set("the minute's cron", told(await cronAlone(stack, EACH_MINUTE)));
  column.set("the night's cron", told(await cronAlone(stack, NIGHTLY)));
  return column;
}

/** What one run of a schedule does, when the clock's own does not come in between. */
async function cronAlone(stack: CountingStack, cron: string): Promise<Count[]> {
  for (;;) {
    const counts = await stack.countCron(cron);
    if (cronRuns(counts) === 1) return counts;
  }
}

/** Adds what single requests take: those of owners and of a device. */
async function addRequests(stack: CountingStack, app: WebApp, column: Column): Promise<void> {
  const { api, count, providers } = stack;
  const of = `/api/v1/push/apps/${app.uuid}`;
  const add = async (what: string, work: () => Promise<unknown>) =>
    column.set(what, told(await count(async () => void (await work()))));
  const estimate = async (targeting: unknown) =>
    api.post(`${of}/notifications/estimate`, { targeting }, z.unknown());
  const list = async (query: string) => api.get(`${of}/subscribers?limit=100${query}`, z.unknown());

  await add("estimate of everybody", async () => estimate({ type: "all" }));
  for (const tag of Object.keys(TAGS)) {
    await add(`estimate, every ${tag}`, async () =>
      estimate({ type: "tags", tags: [tag], match: "any" }),
    );
  }
  await add("first 100 subscribers", async () => list(""));
  await add("first 100 of every tenth", async () => list("&tag=tenth"));
  const [browser] = await providers.makeSubscriptions({ count: 1, sender: app.vapidKey });
  if (!browser) throw new Error("no browser was made");
  const { endpoint, p256dh, auth } = browser;
  const device = { platform: "web", endpoint, keys: { p256dh, auth } };
  await add("a browser registers", async () => {
    const path = `${stack.url}/public/apps/${app.uuid}/subscribers`;
    const headers = { "content-type": "application/json", "x-app-key": app.key };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(device) });
    if (response.status !== 201) throw new Error(`registering was answered ${response.status}`);
  });
  const channel = await channelOfOne(stack, app);
  await sendByChannel(stack.url, channel);
  await add("a channel's send to one", async () => sendByChannel(stack.url, channel));
  await add("first 100 notifications", async () =>
    api.get(`${of}/notifications?limit=100`, z.unknown()),
  );
}

/** Adds what a send to everybody takes, in all and a recipient. */
async function addSend(
  stack: CountingStack,
  app: WebApp,
  seeded: number,
  column: Column,
): Promise<void> {
  // One registered, and one for the channel.
  const size = seeded + 2;
  const isSent = seeded <= Number(values["sent-to-all"]);
  const before = databaseBytes(stack.stateDir);
  const counts = isSent
    ? await countSend(stack, app, size)
    : await countCancelled(stack, app, size);
  const of = (line: Line) => (sumOf(counts, line) / size).toFixed(4);
  column.set("a send to everybody", isSent ? "sent" : "cancelled at once");
  column.set("its database calls", sumOf(counts, "database calls").toLocaleString("en"));
  column.set("its rows read, a recipient", of("rows read"));
  column.set("its rows written, a recipient", of("rows written"));
  column.set("its objects' rows written, a recipient", of("object rows written"));
  column.set("its queue operations, a recipient", of("queue operations"));
  column.set("its object requests, a recipient", of("object requests"));
  const kept = (databaseBytes(stack.stateDir) - before) / size;
  column.set("its bytes kept, a recipient", isSent ? kept.toFixed(1) : "");
}

/** Says what something took of the database: calls, rows read and rows written. */
function told(counts: readonly Count[]): string {
  const of = (line: Line) => sumOf(counts, line).toLocaleString("en");
  return `${of("database calls")} / ${of("rows read")} / ${of("rows written")}`;
}

function printTable(columns: readonly Column[]): void {
  const line = (cells: readonly string[]) => console.log(`| ${cells.join(" | ")} |`);
  console.log("\ncalls / rows read / rows written of the database, where nothing else is said\n");
  line(["", ...sizes.map((size) => size.toLocaleString("en"))]);
  line(["---", ...sizes.map(() => "---")]);
  for (const name of columns[0]?.keys() ?? []) {
    line([name, ...columns.map((column) => column.get(name) ?? "")]);
  }
}
