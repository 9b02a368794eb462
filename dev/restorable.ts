// `npm run restorable -- EXPORT OUT`: puts the tables of an export (`wrangler d1 export`) before its rows, so that it can be
// read into an empty database. As wrangler writes it, a table's rows come right behind the table, and are refused while the
// table that they refer to is not there yet. Indexes and triggers stay last: no trigger counts a row that is read in.
import { readFileSync, writeFileSync } from "node:fs";
import { unstable_splitSqlQuery as splitSql } from "wrangler";
import { complain, heading, line } from "./say.ts";

/** The statements that come first: what holds for the whole file, and the tables. */
const FIRST = /^(?:PRAGMA|CREATE TABLE)\b/i;

heading("Restorable");
const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) {
  complain(
    "npm run restorable -- EXPORT OUT, such as: npm run restorable -- backup.sql restore.sql",
  );
  process.exitCode = 2;
} else {
  const statements = splitSql(readFileSync(from, "utf8"));
  const { first = [], later = [] } = Object.groupBy(statements, (sql) =>
    FIRST.test(sql.trimStart()) ? "first" : "later",
  );
  const ordered = [...first, ...later].map((sql) => `${sql.replace(/;\s*$/, "")};\n`);
  writeFileSync(to, ordered.join(""), { mode: 0o600 });
  line(
    "Written",
    `${to}: ${first.length} tables and settings first, then ${later.length} statements`,
  );
}
