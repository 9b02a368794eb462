// What a million web pushes cost beyond what plans include: what a send of 5,000 is counted to use
// (test/src/durable/notification-run-budget.test.ts, run here), at the platform's list prices.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "..");
const TEST = "test/src/durable/notification-run-budget.test.ts";

/** Recipients the prices are reckoned for. */
const MILLION = 1_000_000;
/** Recipients of a queue message, and so of an invocation of the consumer. */
const BATCH = 50;
/** What a recipient takes of a processor, ms: measured by bench/push.ts with 100,000 (local stack). */
const CPU_MS = 0.39;
/** How long a run's object lives for a million at 2,400 a second, s, and the memory it is billed by, GB. */
const RUN_S = MILLION / 2_400;
const OBJECT_GB = 0.128;

/** US dollars a million (list prices of November 2026). */
const PRICES = {
  "Worker requests": 0.3,
  "CPU milliseconds": 0.02,
  "queue operations": 0.4,
  "rows written, database": 1,
  "rows written, objects": 1,
  "object requests": 0.15,
  "object GB-seconds": 12.5,
} as const;

const Budget = z.object({
  recipients: z.int(),
  database: z.int(),
  object: z.int(),
  alarms: z.int(),
  queue: z.int(),
  requests: z.int(),
});

const { recipients, database, object, alarms, queue, requests } = count();
const per = (counted: number) => (counted / recipients) * MILLION;
const used: Record<keyof typeof PRICES, number> = {
  "Worker requests": MILLION / BATCH,
  "CPU milliseconds": CPU_MS * MILLION,
  "queue operations": per(queue),
  "rows written, database": per(database),
  "rows written, objects": per(object + alarms),
  "object requests": per(requests),
  "object GB-seconds": RUN_S * OBJECT_GB,
};
let total = 0;
console.log("a million recipients".padEnd(28) + "used".padStart(12) + "US dollars".padStart(14));
for (const [what, price] of Object.entries(PRICES)) {
  const amount = used[what as keyof typeof PRICES];
  const cost = (amount / MILLION) * price;
  total += cost;
  console.log(
    what.padEnd(28) +
      Math.round(amount).toLocaleString("en").padStart(12) +
      cost.toFixed(4).padStart(14),
  );
}
console.log("together".padEnd(40) + total.toFixed(4).padStart(14));

/** Runs the counting test and reads what it printed. */
function count(): z.infer<typeof Budget> {
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", "--project", "worker", TEST, "-t", "row writes"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  const line = /budget (\{[^}]*\})/.exec(stdout)?.[1];
  if (line === undefined) throw new Error(`the test printed no budget\n${stdout}${stderr}`);
  return Budget.parse(JSON.parse(line));
}
