// The database client: drizzle over a D1 session, so that reads may go to the nearest replica and still see what the
// same client wrote (D1 Sessions API).
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { SessionStart } from "../kit/session.ts";

export type Db = DrizzleD1Database;

export interface Session {
  db: Db;
  /** Returns the bookmark of the newest state that this session saw; null before its first query. */
  bookmark: () => string | null;
}

/** Opens a session on `database`. */
export function openSession(database: D1Database, start: SessionStart): Session {
  const session = database.withSession(
    start === "nearest"
      ? "first-unconstrained"
      : start === "primary"
        ? "first-primary"
        : start.bookmark,
  );
  return {
    // drizzle calls only `prepare` and `batch`, which a session has as a database does.
    db: drizzle(session as unknown as D1Database),
    bookmark: () => session.getBookmark(),
  };
}
