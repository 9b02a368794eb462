// Round trips to the database, counted: one for the key, one for the data.
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { newWorld, operations, pathOf, type World } from "../support/operations.ts";
import { bindings, eventually, rows, send } from "../support/worker.ts";

/** Most round trips of a read. */
const MOST = 2;

let world: World;
beforeAll(async () => {
  world = await newWorld();
  await send("GET", "/api/v1/account", { token: world.key });
  // its last use is written after the answer, once a minute: let that be done
  await eventually(async () => {
    const [row] = await rows(
      "SELECT max(last_used_at) AS at FROM api_keys WHERE account_id = ?",
      world.id,
    );
    return row.at !== null;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

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

/** Counts what is sent to the database from here on. */
function countTrips(): () => number {
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

const reads = operations.filter(([, { docs }]) => docs.method === "get");

describe.each(reads)("%s", (_name, operation) => {
  test.each(["GET", "HEAD"])("%s", async (method) => {
    const token = operation.access === "operator" ? bindings.ADMIN_TOKEN : world.key;
    const trips = countTrips();
    const answer = await send(method, pathOf(operation, world.ids), { token });
    await answer.text();
    expect(answer.status).toBeLessThan(500);
    expect(trips()).toBeLessThanOrEqual(MOST);
    expect(trips()).toBeGreaterThanOrEqual(1);
  });
});

test("the account alone takes one", async () => {
  const trips = countTrips();
  const answer = await send("GET", "/api/v1/account", { token: world.key });
  await answer.text();
  expect(trips()).toBe(1);
});

test("a key of another form takes none", async () => {
  const trips = countTrips();
  for (const token of ["", "nonsense", "sw_live_short", bindings.ADMIN_TOKEN]) {
    expect((await send("GET", "/api/v1/account", { token })).status).toBe(401);
  }
  expect(trips()).toBe(0);
});
