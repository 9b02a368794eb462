// Counts the round trips to the database, and does something between two of them.
import { vi } from "vitest";
import { mayBeLate } from "./may-be-late.ts";
import { bindings } from "./worker.ts";

/** Does what stands around each round trip. */
type Around = (call: () => unknown) => unknown;

/** A statement whose runs are counted; `real` remembers what it stands for. */
function watched(
  statement: D1PreparedStatement,
  real: WeakMap<object, D1PreparedStatement>,
  around: Around,
): D1PreparedStatement {
  const proxy = new Proxy(statement, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        const call = (): unknown => Reflect.apply(value, target, given);
        if (name === "bind") return watched(call() as D1PreparedStatement, real, around);
        return around(call);
      };
    },
  });
  real.set(proxy, statement);
  return proxy;
}

/** Has `work` done before the next batch of statements that holds a write like `query`. */
export function beforeBatch(query: RegExp, work: () => Promise<unknown>): void {
  aroundBatch(query, async (run) => {
    await work();
    return run();
  });
}

/** Has `work` done right after the next batch of statements that holds a write like `query`. */
export function afterBatch(query: RegExp, work: () => Promise<unknown>): void {
  aroundBatch(query, async (run) => {
    const results = await run();
    await work();
    return results;
  });
}

function aroundBatch(
  query: RegExp,
  around: (run: () => Promise<D1Result[]>) => Promise<D1Result[]>,
): void {
  const texts = new WeakMap<object, string>();
  let isOver = false;
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
      batch: async <T>(statements: D1PreparedStatement[]) => {
        const run = async () => session.batch<T>(statements);
        if (isOver || !statements.some((one) => query.test(texts.get(one) ?? ""))) return run();
        isOver = true;
        spy.mockRestore();
        return around(run) as Promise<D1Result<T>[]>;
      },
    };
  });
}

/** Has `change` made of the next session that is opened, whatever comes late meanwhile. */
export function changeNextSession(change: (session: D1DatabaseSession) => D1DatabaseSession): void {
  const open = bindings.DB.withSession.bind(bindings.DB);
  const spy = vi.spyOn(bindings.DB, "withSession").mockImplementation((start) => {
    const session = open(start);
    if (mayBeLate()) return session;
    spy.mockRestore();
    return change(session);
  });
}

/** How long a round trip waits for others that go with it, ms: longer than what pages do between two of them. */
const GATHER_MS = 5;
/** How often one that is there looks whether those that went with it are, ms. */
const LOOK_MS = 1;

/** Counts what is sent to the database from here on, until mocks are restored. */
export function countTrips(): () => number {
  let trips = 0;
  watchTrips((call) => {
    trips += 1;
    return call();
  });
  return () => trips;
}

/**
 * Counts the round trips that wait for one another from here on, until mocks are restored: those that are on their way
 * together count as one.
 */
export function countTripsInTurn(): () => number {
  let turns = 0;
  let together: { open: number } | null = null;
  watchTrips(async (call) => {
    if (together === null) turns += 1;
    const turn = (together ??= { open: 0 });
    turn.open += 1;
    await scheduler.wait(GATHER_MS);
    if (together === turn) together = null;
    const [result] = await Promise.allSettled([call()]);
    turn.open -= 1;
    // None goes on before all are there, so that what each leads to goes together as well. Each looks by itself: what awaits
    // another request's promise in workerd hangs.
    while (turn.open > 0) await scheduler.wait(LOOK_MS);
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  return () => turns;
}

function watchTrips(around: Around): void {
  const real = new WeakMap<object, D1PreparedStatement>();
  const open = bindings.DB.withSession.bind(bindings.DB);
  vi.spyOn(bindings.DB, "withSession").mockImplementation((start) => {
    const session = open(start);
    if (mayBeLate()) return session;
    return {
      getBookmark: () => session.getBookmark(),
      prepare: (query) => watched(session.prepare(query), real, around),
      batch: async <T>(statements: D1PreparedStatement[]) =>
        around(async () =>
          session.batch<T>(statements.map((one) => real.get(one) ?? one)),
        ) as Promise<D1Result<T>[]>,
    };
  });
}

/** Records the statements that are run one by one from here on, until mocks are restored, but for what may be late. */
export function recordQueries(): { text: string; values: unknown[] }[] {
  const recorded: { text: string; values: unknown[] }[] = [];
  const open = bindings.DB.withSession.bind(bindings.DB);
  vi.spyOn(bindings.DB, "withSession").mockImplementation((start) => {
    const session = open(start);
    if (mayBeLate()) return session;
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
    if (mayBeLate()) return session;
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

/** What was asked of the database. */
export interface DatabaseUse {
  /** Round trips. */
  calls: number;
  statements: number;
  /** Rows, as D1 bills them. */
  written: number;
}

/** Counts what is asked of the database from here on, until mocks are restored. */
export function countDatabase(): DatabaseUse {
  const used: DatabaseUse = { calls: 0, statements: 0, written: 0 };
  const note = (results: readonly unknown[]) => {
    used.calls += 1;
    used.statements += results.length;
    for (const result of results as Partial<D1Result>[])
      used.written += result.meta?.rows_written ?? 0;
  };
  const real = new WeakMap<object, D1PreparedStatement>();
  const open = bindings.DB.withSession.bind(bindings.DB);
  vi.spyOn(bindings.DB, "withSession").mockImplementation((start) => {
    const session = open(start);
    if (mayBeLate()) return session;
    const around: Around = async (call) => {
      const result = await call();
      note([result]);
      return result;
    };
    return {
      getBookmark: () => session.getBookmark(),
      prepare: (query) => watched(session.prepare(query), real, around),
      batch: async <T>(statements: D1PreparedStatement[]) => {
        const results = await session.batch<T>(statements.map((one) => real.get(one) ?? one));
        note(results);
        return results;
      },
    };
  });
  return used;
}
