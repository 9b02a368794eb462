// What the platform bills for: its published prices, and the bill for what was counted. All beyond what the paid plan
// includes each month, in US dollars.
import type { Line } from "./counting/counts.ts";

/** The memory for which an object is billed while it is active, GB (Durable Objects' pricing, note 5). */
const OBJECT_GB = 0.128;

/** What prices are for: what is counted, and what is measured elsewhere. */
export type Used = Partial<Record<Line | "CPU milliseconds", number>>;

type Price = {
  /** US dollars for a million. */
  price: number;
  /** The page that names it, below developers.cloudflare.com. */
  page: string;
} & (
  | { what: keyof Used; amount?: never }
  /** What is counted of it, where that is not the line of the same name. */
  | { what: string; amount: (of: (line: keyof Used) => number) => number }
);

/** As the pages had them in November 2026. */
const PRICES: readonly Price[] = [
  { what: "Worker requests", price: 0.3, page: "workers/platform/pricing" },
  { what: "CPU milliseconds", price: 0.02, page: "workers/platform/pricing" },
  { what: "queue operations", price: 0.4, page: "queues/platform/pricing" },
  {
    what: "rows read",
    price: 0.001,
    page: "d1/platform/pricing",
    amount: (of) => of("rows read") + of("object rows read"),
  },
  {
    what: "rows written, database",
    price: 1,
    page: "d1/platform/pricing",
    amount: (of) => of("rows written"),
  },
  {
    what: "rows written, objects",
    price: 1,
    page: "durable-objects/platform/pricing",
    amount: (of) => of("object rows written"),
  },
  { what: "object requests", price: 0.15, page: "durable-objects/platform/pricing" },
  {
    what: "object GB-seconds",
    price: 12.5,
    page: "durable-objects/platform/pricing",
    amount: (of) => (of("object milliseconds") / 1000) * OBJECT_GB,
  },
  { what: "R2 writes", price: 4.5, page: "r2/pricing" },
  { what: "R2 reads", price: 0.36, page: "r2/pricing" },
];

/**
 * The platform's own log, while it is on (`observability` in wrangler.toml): an event for each invocation, also of an
 * object, and for each line. It can be turned off or sampled, so that its price is told apart.
 */
const LOGGING: Price = {
  what: "log events",
  price: 0.6,
  page: "workers/observability/logs/workers-logs",
  amount: (of) => of("Worker requests") + of("object requests") + of("log lines"),
};

export interface BillLine {
  what: string;
  amount: number;
  price: number;
  page: string;
  /** US dollars. */
  cost: number;
}

export interface Bill {
  lines: BillLine[];
  /** The sum of `lines`, US dollars. */
  total: number;
  /** What the platform's own log costs besides. */
  logging: BillLine;
}

/** The bill for what was `used`. */
export function billFor(used: Used): Bill {
  const of = (line: keyof Used) => used[line] ?? 0;
  const line = (each: Price): BillLine => {
    const { what, price, page } = each;
    const amount = each.amount ? each.amount(of) : of(each.what);
    return { what, price, page, amount, cost: (amount / 1_000_000) * price };
  };
  const lines = PRICES.map(line);
  return {
    lines,
    total: lines.reduce((sum, { cost }) => sum + cost, 0),
    logging: line(LOGGING),
  };
}
