// Monthly credits are granted at each renewal date, once, however often and simultaneously the cron runs.
import { expect, test } from "vitest";
import { grantRenewals } from "../../../../src/domain/accounts/grant-renewals.ts";
import { nextMonthly } from "../../../../src/kit/time.ts";
import { testContext } from "../../../support/context.ts";
import { admin, api, rows } from "../../../support/worker.ts";
import { newAccount, type TestAccount } from "../../../support/scenario.ts";

const at = (text: string) => Date.parse(`${text}T00:00:00Z`);

/** Runs the cron as if it were `now`; returns once nothing is due. */
async function cron(now: number): Promise<void> {
  const { ctx } = testContext(() => now);
  while ((await grantRenewals(ctx)) > 0);
}

async function credits({ key }: TestAccount): Promise<number> {
  const account = await api("GET", "/api/v1/account", { token: key });
  return account.body.data.build_credits;
}

/** An account whose months are counted from `anchor`. */
async function accountOf(anchor: number, wanted: Parameters<typeof newAccount>[0]) {
  const account = await newAccount(wanted);
  await rows(
    "UPDATE accounts SET renewal_anchor = ?, renewal_at = ? WHERE id = ?",
    anchor,
    nextMonthly(anchor, anchor),
    account.id,
  );
  return account;
}

const renewals = async ({ id }: TestAccount) =>
  rows(
    "SELECT delta, reference FROM credit_ledger WHERE account_id = ? AND reference LIKE 'renewal:%'",
    id,
  );

test("grants the plan's credits at the renewal date, and nothing before", async () => {
  const account = await accountOf(at("2030-03-10"), { plan: "Pro", build_credits: 5 });
  await cron(at("2030-04-10") - 1);
  expect(await credits(account)).toBe(5);
  await cron(at("2030-04-10"));
  expect(await credits(account)).toBe(105);
  await cron(at("2030-04-10"));
  await cron(at("2030-05-10") - 1);
  expect(await credits(account)).toBe(105);
  await cron(at("2030-05-10"));
  expect(await credits(account)).toBe(205);
});

test("grants once when several crons run at once", async () => {
  const account = await accountOf(at("2030-03-10"), { build_credits: 0 });
  const { ctx } = testContext(() => at("2030-04-10"));
  await Promise.all(Array.from({ length: 5 }, async () => grantRenewals(ctx)));
  expect(await credits(account)).toBe(10);
  expect(await renewals(account)).toHaveLength(1);
});

test("a change of plan grants the months that were due under the old plan", async () => {
  const month = 31 * 86_400_000;
  const account = await accountOf(Date.now() - 2.5 * month, { plan: "Pro", build_credits: 0 });
  const patched = await admin("PATCH", `/accounts/${account.id}`, { plan: "Free" });
  expect(patched.body.data).toMatchObject({ build_credits: 200, plan: { name: "Free" } });
  await cron(Date.now());
  expect(await credits(account)).toBe(200);
});

test("setting the plan that an account already has changes nothing", async () => {
  const account = await accountOf(at("2030-03-10"), { plan: "Pro", build_credits: 0 });
  const kept = async () => [
    await rows("SELECT renewal_anchor, renewal_at FROM accounts WHERE id = ?", account.id),
    await rows("SELECT id, status FROM plan_subscriptions WHERE account_id = ?", account.id),
  ];
  const before = await kept();
  await admin("PATCH", `/accounts/${account.id}`, { plan: "Pro" });
  expect(await kept()).toEqual(before);
});

test("grants each missed month once", async () => {
  const account = await accountOf(at("2031-01-31"), { build_credits: 0 });
  await Promise.all([cron(at("2031-06-30")), cron(at("2031-06-30"))]);
  expect(await credits(account)).toBe(50);
  const days = ["2031-02-28", "2031-03-31", "2031-04-30", "2031-05-31", "2031-06-30"];
  expect(await renewals(account)).toEqual(
    days.map((day) => ({ delta: 10, reference: `renewal:${account.id}:${at(day)}` })),
  );
  const [row] = await rows("SELECT renewal_at FROM accounts WHERE id = ?", account.id);
  expect(row.renewal_at).toBe(at("2031-07-31"));
});

test("renews all accounts when there are more than one run takes", async () => {
  const { id } = await newAccount();
  const due = at("2032-01-01");
  await rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
     INSERT INTO accounts (name, email, plan_id, renewal_anchor, renewal_at, created_at)
     SELECT 'many', 'x@example.com', 1, ?1, ?1, 0 FROM n`,
    due,
  );
  await cron(due);
  const [row] = await rows(
    "SELECT count(*) AS n, min(build_credits) AS least, max(build_credits) AS most FROM accounts WHERE name = 'many'",
  );
  expect(row).toEqual({ n: 250, least: 10, most: 10 });
  await rows("DELETE FROM credit_ledger WHERE account_id > ?", id);
  await rows("DELETE FROM accounts WHERE id > ?", id);
});

test("keeps the renewal date of a plan that is given while the cron runs", async () => {
  const account = await accountOf(at("2030-03-10"), { build_credits: 0 });
  const { ctx } = testContext(() => at("2030-04-10"));
  const renewal = async () =>
    (await rows("SELECT renewal_at FROM accounts WHERE id = ?", account.id))[0].renewal_at;
  let given = 0;
  const batch: typeof ctx.db.batch = async (statements) => {
    if (given === 0) {
      await admin("PATCH", `/accounts/${account.id}`, { plan: "Pro" });
      given = await renewal();
    }
    return ctx.db.batch(statements);
  };
  const db = new Proxy(ctx.db, {
    get: (target, name) => (name === "batch" ? batch : Reflect.get(target, name, target)),
  });
  await grantRenewals({ ...ctx, db });
  expect(given).toBeGreaterThan(0);
  expect(await renewal()).toBe(given);
  expect(await credits(account)).toBe(10);
});

test("counts the months of a new plan from the day it was given", async () => {
  const account = await accountOf(at("2030-03-10"), { build_credits: 0 });
  await admin("PATCH", `/accounts/${account.id}`, { plan: "Pro" });
  const shown = await api("GET", "/api/v1/account/subscription", { token: account.key });
  const renewal = Date.parse(shown.body.data.renewal_at);
  await cron(renewal - 1);
  expect(await credits(account)).toBe(0);
  await cron(renewal);
  expect(await credits(account)).toBe(100);
});
