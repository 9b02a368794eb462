// Runs SQL of several statements in SQLite as D1's API does: one result a statement, and all or nothing.
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { Refused } from "./answers.ts";

/** The statement, or null where its text has no end yet: a semicolon may stand within a trigger or a string. */
function prepareWhole(db: DatabaseSync, text: string, isLast: boolean): StatementSync | null {
  try {
    return db.prepare(text);
  } catch (error) {
    const isUnfinished =
      error instanceof Error && /incomplete input|unrecognized token/.test(error.message);
    if (isUnfinished && !isLast) return null;
    throw error;
  }
}

function runAll(db: DatabaseSync, text: string, params: readonly unknown[]): unknown[] {
  const results: unknown[] = [];
  const pieces = text.split(/(?<=;)/);
  let draft = "";
  for (const [index, piece] of pieces.entries()) {
    draft += piece;
    // Nothing but comments is no statement.
    if (draft.replaceAll(/--[^\n]*|;/g, "").trim() === "") continue;
    // One runs before the next is read, since that may name what this one makes.
    const statement = prepareWhole(db, draft, index === pieces.length - 1);
    if (statement === null) continue;
    draft = "";
    const rows = statement.all(...(results.length === 0 ? (params as SQLInputValue[]) : []));
    results.push({
      results: rows,
      success: true,
      meta: { changes: 0, duration: 0.1, rows_read: rows.length, rows_written: 0 },
    });
  }
  return results;
}

/**
 * Runs all statements of `text`, the parameters in the first, within one transaction.
 * @returns a result for each, as D1 answers it
 * @throws Refused with SQLite's reason; nothing is changed then
 */
export function runSql(db: DatabaseSync, text: string, params: readonly unknown[]): unknown[] {
  db.exec("SAVEPOINT query");
  try {
    const results = runAll(db, text, params);
    db.exec("RELEASE query");
    return results;
  } catch (error) {
    db.exec("ROLLBACK TO query; RELEASE query");
    throw new Refused(400, 7500, error instanceof Error ? error.message : String(error));
  }
}
