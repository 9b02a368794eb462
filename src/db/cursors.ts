// Reads and moves cursors: how far a walk through a table has come. A walk that reads its cursor in the batch of statements
// in which it moves it does each part of its way once, however many walk at the same time.
import { sql, type SQL } from "drizzle-orm";
import type { Db } from "./client.ts";
import { cursors } from "./schema/index.ts";

/** What a walk is called. */
export type CursorName = typeof cursors.$inferSelect.name;

/** The expression for the last id that the walk has gone past; 0 before it began. */
export function cursorOf(name: CursorName): SQL<number> {
  return sql<number>`coalesce((SELECT at FROM ${cursors} WHERE name = ${name}), 0)`;
}

/** The statement that moves the cursor on to `at`. It never goes back, and where it stays nothing is written. */
export function moveCursor(db: Db, name: CursorName, at: number) {
  return db
    .insert(cursors)
    .values({ name, at })
    .onConflictDoUpdate({
      target: cursors.name,
      set: { at: sql`excluded.at` },
      setWhere: sql`excluded.at > ${cursors.at}`,
    });
}
