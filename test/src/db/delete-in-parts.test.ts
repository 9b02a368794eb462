// deleteInParts() deletes so many rows a statement, in so many statements a call.
import { asc, lt, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  deleteInParts,
  deletePart,
  inParts,
  UNTIL_NOTHING_IS_LEFT,
} from "../../../src/db/delete-in-parts.ts";
import { idempotencyKeys } from "../../../src/db/schema/index.ts";
import { testContext } from "../../support/context.ts";
import { countTrips } from "../../support/trips.ts";
import { rows } from "../../support/worker.ts";

const { id: key, createdAt } = idempotencyKeys;

async function left(): Promise<number[]> {
  const { db } = testContext().ctx;
  const found = await db.select({ createdAt }).from(idempotencyKeys).orderBy(asc(createdAt));
  return found.map((row) => row.createdAt);
}

afterEach(() => vi.restoreAllMocks());

/** Ten rows, made at 0 to 9. */
beforeEach(async () => {
  await rows("DELETE FROM idempotency_keys");
  await rows(
    `INSERT INTO idempotency_keys (id, body_hash, created_at)
     SELECT 'key-' || value, 'x', value FROM json_each('[0,1,2,3,4,5,6,7,8,9]')`,
  );
});

describe("deleteInParts", () => {
  test.each([
    { most: "as many as a part holds", rows: 3, statements: 1, stay: 7, made: 1 },
    { most: "a few parts of those there are", rows: 3, statements: 2, stay: 4, made: 2 },
    { most: "all, the last part not full", rows: 3, statements: 9, stay: 2, made: 3 },
    { most: "all, with a last part that finds none", rows: 4, statements: 9, stay: 2, made: 3 },
    { most: "all, without a bound", rows: 2, statements: UNTIL_NOTHING_IS_LEFT, stay: 2, made: 5 },
  ])("deletes $most", async ({ rows: part, statements, stay, made }) => {
    const trips = countTrips();
    const { db } = testContext().ctx;
    await deleteInParts(
      db,
      idempotencyKeys,
      { key, where: lt(createdAt, 8) },
      { rows: part, statements },
    );
    expect(trips()).toBe(made);
    const kept = await left();
    expect(kept).toHaveLength(stay);
    expect(kept).toEqual(expect.arrayContaining([8, 9]));
  });

  test("goes on where triggers change more rows than are deleted", async () => {
    await rows(
      `CREATE TRIGGER more_changes AFTER DELETE ON idempotency_keys
       BEGIN UPDATE plans SET name = name; END`,
    );
    try {
      const { db } = testContext().ctx;
      const bounds = { rows: 3, statements: UNTIL_NOTHING_IS_LEFT };
      await deleteInParts(db, idempotencyKeys, { key, where: lt(createdAt, 8) }, bounds);
    } finally {
      await rows("DROP TRIGGER more_changes");
    }
    expect(await left()).toEqual([8, 9]);
  });

  test("takes the keys from the given query, and deletes no other rows", async () => {
    const { db } = testContext().ctx;
    const from = sql`json_each('[3,5]') AS given JOIN ${idempotencyKeys} ON ${createdAt} = given.value`;
    const bounds = { rows: 1, statements: UNTIL_NOTHING_IS_LEFT };
    await deleteInParts(db, idempotencyKeys, { key, from }, bounds);
    expect(await left()).toEqual([0, 1, 2, 4, 6, 7, 8, 9]);
  });
});

test("deletePart is a statement for a batch", async () => {
  const { db } = testContext().ctx;
  const part = (most: number) =>
    deletePart(db, idempotencyKeys, { key, where: lt(createdAt, 5) }, most).returning({
      createdAt,
    });
  const [some, rest] = await db.batch([part(2), part(100)]);
  expect([some.length, rest.length]).toEqual([2, 3]);
  expect(await left()).toEqual([5, 6, 7, 8, 9]);
});

test("inParts goes on while there is more, and no further than it may", async () => {
  let done = 0;
  const until = (last: number) => async () => {
    done += 1;
    return done < last;
  };
  await inParts(5, until(3));
  expect(done).toBe(3);
  done = 0;
  await inParts(2, until(3));
  expect(done).toBe(2);
});
