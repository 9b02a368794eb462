// The ledger and the balance can't disagree, and the balance never falls below zero.
import fc from "fast-check";
import { expect, test } from "vitest";
import { moveCredits, setCredits } from "../../../../src/domain/accounts/credits.ts";
import { testContext } from "../../../support/context.ts";
import { rows } from "../../../support/worker.ts";
import { propertyRuns } from "../../../support/property-runs.ts";
import { newAccount } from "../../../support/scenario.ts";

/** How drizzle begins the error of a statement that the database refused. */
const QUERY = "Failed";

const { ctx } = testContext();

async function standing(accountId: number): Promise<{ balance: number; ledger: number }> {
  const [row] = await rows(
    `SELECT build_credits AS balance,
       (SELECT coalesce(sum(delta), 0) FROM credit_ledger WHERE account_id = ?1) AS ledger
     FROM accounts WHERE id = ?1`,
    accountId,
  );
  return row;
}

test("the balance is always the sum of the ledger and never negative", async () => {
  const move = fc.oneof(
    fc.record({ by: fc.integer({ min: -20, max: 20 }), cause: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ to: fc.integer({ min: -5, max: 20 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 12 }), async (moves) => {
      const { id } = await newAccount({ build_credits: 10 });
      let expected = 10;
      const causes = new Set<number>();
      for (const one of moves) {
        if ("to" in one) {
          const set = async () => setCredits(ctx, id, one.to, crypto.randomUUID());
          if (one.to < 0) await expect(set()).rejects.toThrow(QUERY);
          else {
            await set();
            expected = one.to;
          }
        } else if (causes.has(one.cause)) {
          await moveCredits(ctx, id, one.by, `cause:${id}:${one.cause}`);
        } else if (expected + one.by < 0) {
          await expect(moveCredits(ctx, id, one.by, `cause:${id}:${one.cause}`)).rejects.toThrow(
            QUERY,
          );
        } else {
          await moveCredits(ctx, id, one.by, `cause:${id}:${one.cause}`);
          causes.add(one.cause);
          expected += one.by;
        }
        expect(await standing(id)).toEqual({ balance: expected, ledger: expected });
      }
    }),
    { numRuns: propertyRuns(15) },
  );
});

test("a batch with a spend that is too large changes nothing", async () => {
  const { id } = await newAccount({ build_credits: 1 });
  const spent = ctx.db.batch([
    moveCredits(ctx, id, 5, `gift:${id}`),
    moveCredits(ctx, id, -7, `spend:${id}`),
  ]);
  await expect(spent).rejects.toThrow("accounts_credits_not_negative");
  expect(await standing(id)).toEqual({ balance: 1, ledger: 1 });
});

test("ten of twenty simultaneous spends succeed when there are ten credits", async () => {
  const { id } = await newAccount({ build_credits: 10 });
  const spends = Array.from({ length: 20 }, async (_, n) =>
    moveCredits(ctx, id, -1, `s:${id}:${n}`),
  );
  const results = await Promise.allSettled(spends);
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  expect(await standing(id)).toEqual({ balance: 0, ledger: 0 });
});

test("a balance set while others spend is the amount set, less what is spent after it", async () => {
  const { id } = await newAccount({ build_credits: 10 });
  await Promise.all([
    setCredits(ctx, id, 100, crypto.randomUUID()),
    ...Array.from({ length: 5 }, async (_, n) => moveCredits(ctx, id, -1, `s:${id}:${n}`)),
  ]);
  const { balance, ledger } = await standing(id);
  expect(balance).toBe(ledger);
  expect(balance).toBeGreaterThanOrEqual(95);
  expect(balance).toBeLessThanOrEqual(100);
});
