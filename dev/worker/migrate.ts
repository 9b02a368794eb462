// Applies migrations to a local D1 with the bookkeeping of `wrangler d1 migrations apply`, so that either
// can go on where the other stopped.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The part of a D1 database that this needs. */
export interface Database {
  prepare: (sql: string) => Statement;
  batch: (statements: Statement[]) => Promise<unknown>;
}

interface Statement {
  bind: (...values: unknown[]) => Statement;
  run: () => Promise<{ results: Record<string, unknown>[] }>;
}

/** As wrangler makes it. */
const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/**
 * Applies, in order, each .sql file of `folder` that was not yet, each with its note in one transaction.
 * @returns the names of those applied now
 */
export async function applyMigrations(database: Database, folder: string): Promise<string[]> {
  await database.prepare(BOOKKEEPING).run();
  const { results } = await database.prepare("SELECT name FROM d1_migrations").run();
  const done = new Set(results.map((row) => row["name"]));
  const todo = readdirSync(folder)
    .filter((name) => name.endsWith(".sql") && !done.has(name))
    .toSorted();
  for (const name of todo) {
    // As one statement: the local D1 runs all that is in it, and each of two hundred would be a round trip of its own.
    await database.batch([
      database.prepare(readFileSync(join(folder, name), "utf8")),
      database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
  return todo;
}
