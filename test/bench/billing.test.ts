// The bill for what was counted: prices by the million, and what is made of several counts.
import { expect, test } from "vitest";
import { billFor } from "../../bench/billing.ts";

function costOf(bill: ReturnType<typeof billFor>, what: string): number | undefined {
  return bill.lines.find((line) => line.what === what)?.cost;
}

test("a million of each costs its published price, and the sum is of all lines but the platform's log", () => {
  const million = 1_000_000;
  const bill = billFor({
    "Worker requests": million,
    "CPU milliseconds": million,
    "queue operations": million,
    "rows written": million,
    "object rows written": million,
    "object requests": million,
    "R2 writes": million,
    "R2 reads": million,
  });
  expect(bill.lines.filter(({ cost }) => cost > 0).map(({ what, cost }) => [what, cost])).toEqual([
    ["Worker requests", 0.3],
    ["CPU milliseconds", 0.02],
    ["queue operations", 0.4],
    ["rows written, database", 1],
    ["rows written, objects", 1],
    ["object requests", 0.15],
    ["R2 writes", 4.5],
    ["R2 reads", 0.36],
  ]);
  expect(bill.total).toBeCloseTo(7.73, 10);
});

test("rows read of database and objects are one price, and an object is billed for 128 MB while it is active", () => {
  const bill = billFor({ "rows read": 3_000_000, "object rows read": 1_000_000 });
  expect(costOf(bill, "rows read")).toBeCloseTo(0.004, 10);
  // 1,000,000 s of 0.128 GB
  const active = billFor({ "object milliseconds": 1_000_000_000 });
  expect(costOf(active, "object GB-seconds")).toBeCloseTo(0.128 * 12.5, 10);
});

test("the platform's log has an event for each invocation, also of objects, and for each line", () => {
  const used = { "Worker requests": 1_000_000, "object requests": 500_000, "log lines": 250_000 };
  const { logging, total } = billFor(used);
  expect(logging).toMatchObject({ amount: 1_750_000, price: 0.6, cost: 1.05 });
  expect(total).toBeCloseTo(0.3 + 0.075, 10);
});

test("each price names its page", () => {
  const { lines, logging } = billFor({});
  for (const { page } of [...lines, logging]) expect(page).toMatch(/^[a-z\d-]+(?:\/[a-z\d-]+)*$/);
});
