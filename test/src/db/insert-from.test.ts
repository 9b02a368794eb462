// insertFrom() inserts what a SELECT finds, by the names of columns.
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { insertFrom } from "../../../src/db/insert-from.ts";
import { creditLedger, idempotencyKeys, webhooks } from "../../../src/db/schema/index.ts";
import { testContext } from "../../support/context.ts";
import { newAccount, newPushApp } from "../../support/scenario.ts";

test("each row of the FROM becomes a row; columns may come in any order, and be left out", async () => {
  const { db } = testContext().ctx;
  const written = await insertFrom(
    db,
    idempotencyKeys,
    { createdAt: 5, bodyHash: sql`given.value ->> 'hash'`, id: sql`given.value ->> 'id'` },
    sql`FROM json_each(${JSON.stringify([
      { id: "a", hash: "x" },
      { id: "b", hash: "y" },
    ])}) AS given WHERE true`,
  )
    .onConflictDoNothing()
    .returning();
  const open = { accountId: 0, status: null, response: null, createdAt: 5 };
  expect(written).toEqual([
    { id: "a", bodyHash: "x", ...open },
    { id: "b", bodyHash: "y", ...open },
  ]);
});

test("a WHERE alone inserts one row, or none where it does not hold", async () => {
  const { db } = testContext().ctx;
  const { id: accountId } = await newAccount();
  const insert = (reference: string, condition: boolean) =>
    insertFrom(
      db,
      creditLedger,
      { accountId, delta: 1, reference, createdAt: 1 },
      sql`WHERE ${condition}`,
    ).returning({ reference: creditLedger.reference });
  expect(await insert("insert-from:yes", true)).toEqual([{ reference: "insert-from:yes" }]);
  expect(await insert("insert-from:no", false)).toEqual([]);
});

test("values are written as their column keeps them, and what is left out gets its default", async () => {
  const { db } = testContext().ctx;
  const account = await newAccount();
  const { v1_id: appId } = await newPushApp(account.key);
  const given = {
    uuid: crypto.randomUUID(),
    accountId: account.id,
    appId,
    url: "https://example.com",
    secretSealed: "sealed",
    events: ["notification.sent"],
    enabled: false,
    createdAt: 1,
    updatedAt: 2,
  };
  const [row] = await insertFrom(db, webhooks, given, sql`WHERE true`).returning();
  expect(row).toMatchObject({
    id: expect.any(Number),
    deliveries: 0,
    holds: false,
    disabledReason: null,
    failuresInARow: 0,
    kind: "webhook",
    slowUntil: null,
    ...given,
  });
});
