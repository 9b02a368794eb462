// D1, which counts the calls to it, their statements, and the rows that these read and wrote, as D1 itself tells them.
import { count } from "./counts.ts";

/** The part of the platform's client by which all sessions ask the database. */
interface Fetcher {
  fetch: (url: string, init: { body: string }) => Promise<Response>;
}

interface Statement {
  sql: string;
}

interface Answer {
  meta?: { rows_read?: number; rows_written?: number };
}

/** What a statement writes, at its beginning or behind what it is WITH; and what one that writes nothing reads first. */
const WRITE = /(?:^|\))\s*(insert|update|delete)\s+(?:or\s+\w+\s+)?(?:into\s+|from\s+)?["`]?(\w+)/i;
const READ = /\bfrom\s+["`(]*(\w+)/i;

/**
 * Returns `database`, which counts for `by`. Only its sessions can be used, as the Worker does.
 *
 * `raw()`, which drizzle uses, keeps from its caller what D1 tells of the rows. So this counts one level below, at the
 * field by which the platform's client asks; throws where there is no such field any more.
 */
export function watchDatabase(database: D1Database, by: string): D1Database {
  const { fetcher } = database as unknown as { fetcher?: Fetcher };
  if (fetcher === undefined) throw new Error("D1's client has changed: nothing would be counted");
  const counting: Fetcher = {
    fetch: async (url, init) => {
      const response = await fetcher.fetch(url, init);
      note(by, init.body, await response.clone().text());
      return response;
    },
  };
  const uncounted = {
    value: () => Promise.reject(new Error("use a session: this is not counted")),
  };
  return Object.create(database, {
    fetcher: { value: counting },
    prepare: uncounted,
    batch: uncounted,
    exec: uncounted,
  }) as D1Database;
}

function note(by: string, asked: string, answered: string): void {
  const statements = [JSON.parse(asked) as Statement | Statement[]].flat();
  const answers = [JSON.parse(answered) as Answer | Answer[]].flat();
  count("database calls", by, statements.map(({ sql }) => kindOf(sql)).join(", "));
  for (const [at, { sql }] of statements.entries()) {
    const { rows_read = 0, rows_written = 0 } = answers[at]?.meta ?? {};
    const kind = kindOf(sql);
    count("statements", by, kind);
    count("rows read", by, kind, rows_read);
    count("rows written", by, kind, rows_written);
  }
}

/** The statement and its table: `UPDATE notifications`. */
function kindOf(sql: string): string {
  const [, verb, table] = WRITE.exec(sql) ?? [];
  if (verb !== undefined) return `${verb.toUpperCase()} ${table}`;
  return `SELECT ${READ.exec(sql)?.[1] ?? ""}`.trim();
}
