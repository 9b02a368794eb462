// A database whose every execution passes through the test: to count, to break, or to do something meanwhile.
import { createContext } from "../../../src/runtime.ts";
import { bindings } from "../../support/worker.ts";
import type { World } from "./sending.ts";

/**
 * @param around is given the statement (`batch` for several at once) and what executes it; its answer is the
 * database's
 */
export function aroundDatabase(
  real: D1Database,
  around: (query: string, run: () => Promise<any>) => Promise<any>,
): D1Database {
  const originals = new WeakMap<object, D1PreparedStatement>();
  const watched = (query: string, statement: D1PreparedStatement): D1PreparedStatement => {
    const shown = {
      bind: (...values: unknown[]) => watched(query, statement.bind(...values)),
      all: async () => around(query, async () => statement.all()),
      run: async () => around(query, async () => statement.run()),
      raw: async () => around(query, async () => statement.raw()),
    } as unknown as D1PreparedStatement;
    originals.set(shown, statement);
    return shown;
  };
  return {
    withSession: (at: string) => {
      const session = real.withSession(at);
      return {
        getBookmark: () => session.getBookmark(),
        prepare: (query: string) => watched(query, session.prepare(query)),
        batch: async (statements: D1PreparedStatement[]) =>
          around("batch", async () =>
            session.batch(statements.map((one) => originals.get(one) ?? one)),
          ),
      };
    },
  } as unknown as D1Database;
}

/** Every statement of the runs' objects passes through `around`. */
export function watchDatabase(
  world: Pick<World, "context">,
  around: Parameters<typeof aroundDatabase>[1],
): void {
  const DB = aroundDatabase(bindings.DB, around);
  const { db } = createContext({ ...bindings, DB }, "primary", () => undefined).ctx;
  world.context = (ctx) => ({ ...ctx, db });
}
