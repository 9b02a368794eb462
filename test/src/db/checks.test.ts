// The CHECKs of the schema, tried by rows that no code of ours writes. SQLite lets a row pass whose CHECK is NULL, as a comparison
// with NULL is: so none of them may be, whatever a row lacks.
import { is } from "drizzle-orm";
import { getTableConfig, SQLiteSyncDialect, SQLiteTable } from "drizzle-orm/sqlite-core";
import { expect, test } from "vitest";
import * as schema from "../../../src/db/schema/index.ts";
import { newAccount, newApp } from "../../support/scenario.ts";
import { rows } from "../../support/worker.ts";

const CHECKS = Object.values(schema)
  .filter((each) => is(each, SQLiteTable))
  .flatMap((table) => {
    const { checks, columns } = getTableConfig(table);
    return checks.map(({ name, value }) => ({ name, value, columns }));
  });

/** The columns that a row can lack, each lacking or not, in every combination; the others are false or a text. */
function* rowsOf(columns: { name: string; notNull: boolean }[]): Generator<string> {
  for (let n = 0; n < 2 ** columns.length; n += 1) {
    yield columns
      .map(({ name, notNull }, at) => {
        const isFirst = Math.floor(n / 2 ** at) % 2 === 0;
        return `${isFirst ? (notNull ? "0" : "NULL") : "'text'"} AS ${name}`;
      })
      .join(", ");
  }
}

test.each(CHECKS)("$name is true or false, whatever a row lacks", async ({ value, columns }) => {
  const condition = new SQLiteSyncDialect().sqlToQuery(value).sql.replaceAll(/"\w+"\.(?=")/g, "");
  const named = columns.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(condition));
  expect(named.length).toBeGreaterThan(0);
  for (const row of rowsOf(named)) {
    const [{ known }] = await rows(
      `SELECT (${condition}) IS NOT NULL AS known FROM (SELECT ${row})`,
    );
    expect(known, row).toBe(1);
  }
});

test("a notification that no run sends has begun, when it was made", async () => {
  const account = await newAccount();
  const app = await newApp(account.key);
  const made = async (hasRun: number, startedAt: number | null) =>
    rows(
      `INSERT INTO notifications (uuid, account_id, app_id, status, content, has_run, started_at, created_at, updated_at)
       VALUES (?, ?, ?, 'draft', '{}', ?, ?, 7, 7) RETURNING has_run`,
      crypto.randomUUID(),
      account.id,
      app.id,
      hasRun,
      startedAt,
    );
  for (const startedAt of [null, 8]) {
    await expect(made(0, startedAt)).rejects.toThrow("notifications_direct_at_once");
    expect(await made(1, startedAt)).toEqual([{ has_run: 1 }]);
  }
  expect(await made(0, 7)).toEqual([{ has_run: 0 }]);
});
