// Computes the cost of a million web pushes beyond what Cloudflare's plans include: the operations of a send to 5,000
// recipients, counted by test/src/durable/notification-run/budget.test.ts, at list prices. Times can't be counted, so
// they are the ones that bench/push.ts printed for 100,000 recipients, or come from the command line.
//
//   node bench/cost.ts [CPU_MS RECIPIENTS_A_SECOND]
import { z } from "zod";
import { counted } from "./counted.ts";

const TEST = "test/src/durable/notification-run/budget.test.ts";

/** The number of recipients for which prices are computed. */
const MILLION = 1_000_000;
/** The number of recipients in a batch, and so in an invocation of the consumer. */
const BATCH = 50;
/** Processor time for each recipient, ms, and recipients a second, as bench/push.ts once printed them. */
const MEASURED = [0.39, 2_400] as const;
/** The memory for which an object is billed, GB. */
const OBJECT_GB = 0.128;

/** US dollars for a million operations (list prices of November 2026). */
const PRICES = {
  "Worker requests": 0.3,
  "CPU milliseconds": 0.02,
  "queue operations": 0.4,
  "rows read, database": 0.001,
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
  read: z.int(),
  bytes: z.int(),
  queue: z.int(),
  requests: z.int(),
});

const [cpuMs = MEASURED[0], rate = MEASURED[1]] = process.argv.slice(2).map(Number);
const { recipients, database, object, alarms, read, queue, bytes, requests } = counted(
  TEST,
  "row writes",
  "budget",
  Budget,
);
const per = (counted: number) => (counted / recipients) * MILLION;
const used: Record<keyof typeof PRICES, number> = {
  "Worker requests": MILLION / BATCH,
  "CPU milliseconds": cpuMs * MILLION,
  "queue operations": per(queue),
  "rows read, database": per(read),
  "rows written, database": per(database),
  "rows written, objects": per(object + alarms),
  "object requests": per(requests),
  // The object is active as long as its run.
  "object GB-seconds": (MILLION / rate) * OBJECT_GB,
};
let total = 0;
const kilobytes = (bytes / recipients / 1000).toFixed(2);
console.log(`${cpuMs} ms CPU a recipient, ${rate} a second; ${kilobytes} KB each in the queue`);
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
