// Counts the round trips to the database, and does something between two of them.
import { vi } from "vitest";
import { bindings } from "./worker.ts";

/** A statement whose runs are counted; `real` remembers what it stands for. */
function watched(
  statement: D1PreparedStatement,
  real: WeakMap<object, D1PreparedStatement>,
  count: () => void,
): D1PreparedStatement {
  const proxy = new Proxy(statement, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, given);
        if (name === "bind") return watched(result as D1PreparedStatement, real, count);
        count();
        return result;
      };
    },
  });
  real.set(proxy, statement);
  return proxy;
}

/** Has `work` done before the next batch of statements that holds a write like `query`. */
export function beforeBatch(query: RegExp, work: () => Promise<unknown>): void {
  const texts = new WeakMap<object, string>();
  const open = bindings.DB.withSession.bind(bindings.DB);
  const spy = vi.spyOn(bindings.DB, "withSession").mockImplementation((start) => {
    const session = open(start);
    const prepare = (text: string) => {
      const statement = session.prepare(text);
      const bind = statement.bind.bind(statement);
      statement.bind = (...values) => {
        const bound = bind(...values);
        texts.set(bound, text);
        return bound;
      };
      return statement;
    };
    return {
      getBookmark: () => session.getBookmark(),
      prepare,
      batch: async (statements) => {
        if (statements.some((one) => query.test(texts.get(one) ?? ""))) {
          spy.mockRestore();
          await work();
        }
        return session.batch(statements);
      },
    };
  });
}

/** Counts what is sent to the database from here on, until mocks are restored. */
export function countTrips(): () => number {
  let trips = 0;
  const count = () => {
    trips += 1;
  };
  const real = new WeakMap<object, D1PreparedStatement>();
  const open = bindings.DB.withSession.bind(bindings.DB);
  vi.spyOn(bindings.DB, "withSession").mockImplementation((start) => {
    const session = open(start);
    return {
      getBookmark: () => session.getBookmark(),
      prepare: (query) => watched(session.prepare(query), real, count),
      batch: async (statements) => {
        count();
        return session.batch(statements.map((one) => real.get(one) ?? one));
      },
    };
  });
  return () => trips;
}

/** Records the statements that are run one by one from here on, until mocks are restored. */
export function recordQueries(): { text: string; values: unknown[] }[] {
  const recorded: { text: string; values: unknown[] }[] = [];
  const open = bindings.DB.withSession.bind(bindings.DB);
  vi.spyOn(bindings.DB, "withSession").mockImplementation((start) => {
    const session = open(start);
    const prepare = session.prepare.bind(session);
    session.prepare = (text) => {
      const statement = prepare(text);
      const bind = statement.bind.bind(statement);
      statement.bind = (...values) => {
        recorded.push({ text, values });
        return bind(...values);
      };
      return statement;
    };
    return session;
  });
  return recorded;
}

/** Counts the rows that batches of statements read from here on, until mocks are restored. */
export function countRowsRead(): () => number {
  return countRows("rows_read");
}

/** Counts the rows that batches of statements write from here on, until mocks are restored. */
export function countRowsWritten(): () => number {
  return countRows("rows_written");
}

function countRows(which: "rows_read" | "rows_written"): () => number {
  let counted = 0;
  const open = bindings.DB.withSession.bind(bindings.DB);
  vi.spyOn(bindings.DB, "withSession").mockImplementation((start) => {
    const session = open(start);
    return {
      getBookmark: () => session.getBookmark(),
      prepare: (text) => session.prepare(text),
      batch: async <T>(statements: D1PreparedStatement[]) => {
        const results = await session.batch<T>(statements);
        for (const { meta } of results) counted += meta[which];
        return results;
      },
    };
  });
  return () => counted;
}

/** The rows that each statement read of the batches that this mock of drizzle's `batch` settled, as far as D1 tells them. */
export function rowsReadByEach(batch: {
  mock: { settledResults: readonly { value: unknown }[] };
}): number[] {
  return batch.mock.settledResults.flatMap(({ value }) =>
    (value as readonly Partial<D1Result>[]).map(({ meta }) => meta?.rows_read ?? 0),
  );
}
