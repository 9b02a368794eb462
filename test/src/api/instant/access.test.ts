// Access to the instant-send API and to its API for devices, the one form of their errors, and the cost of calls.
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { instances, instant } from "../../../../src/api/instant/index.ts";
import { Scope } from "../../../../src/domain/scopes.ts";
import type { Operation } from "../../../../src/http/operation.ts";
import {
  callAs,
  DEVICES,
  INSTANT,
  instantWorld,
  PUSH,
  type InstantWorld,
} from "../../../support/instant.ts";
import { countTrips } from "../../../support/trips.ts";
import { newAddress, api, rows, type Reply } from "../../../support/worker.ts";
import { newAccount, newKey } from "../../../support/scenario.ts";

const MISSING = 999_999_999;
/** What a key is told that expired 1 ms after 1970 began. */
const ENDED =
  'Bearer error="invalid_token", error_description="The API key expired at 1970-01-01T00:00:00Z"';
const TOO_LARGE = " ".repeat(1024 * 1024 + 1);

const named = (prefix: string, operations: readonly Operation[]) =>
  operations.map((operation): [string, string, Operation] => [
    `${operation.docs.method.toUpperCase()} ${prefix}${operation.docs.path}`,
    prefix +
      operation.docs.path
        .replace("{sched_type}", "onesend")
        .replaceAll(/\{\w+\}/g, String(MISSING)),
    operation,
  ]);
const keyed = named(INSTANT, instant.operations);
const all = [...keyed, ...named(DEVICES, instances.operations)];

let world: InstantWorld;
beforeAll(async () => {
  world = await instantWorld();
});
afterEach(() => void vi.restoreAllMocks());

function expectError(answer: Reply, status: number): void {
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  const req_id = answer.headers.get("x-request-id");
  expect(req_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.body).toEqual({ error: expect.any(String), req_id });
}

const method = ({ docs }: Operation) => docs.method.toUpperCase();
const bodyOf = (operation: Operation, body: string) =>
  operation.docs.method === "get" ? {} : { body };

describe.each(keyed)("%s", (_name, path, operation) => {
  test("answers 401 without a valid key", async () => {
    const ended = await newKey(world.account.id);
    await rows("UPDATE api_keys SET expires_at = 1 WHERE key_prefix = ?", ended.slice(0, 12));
    for (const token of [undefined, "nonsense", `sw_live_${"A".repeat(43)}`, ended]) {
      const given = token === undefined ? {} : { token };
      const refused = await api(method(operation), path, { ...given, ...bodyOf(operation, "{") });
      expectError(refused, 401);
      expect(refused.headers.get("www-authenticate")).toBe(token === ended ? ENDED : "Bearer");
    }
  });

  test("answers 403 to a key with every other scope, before it looks for anything", async () => {
    const scopes = Scope.options.filter((scope) => scope !== operation.scope && scope !== "*");
    const token = await newKey(world.account.id, { scopes });
    await api("GET", "/api/v1/account", { token });
    for (const body of ["{}", "{", '{"filters":{"app_ids_include":[1]}}']) {
      const trips = countTrips();
      expectError(await api(method(operation), path, { token, ...bodyOf(operation, body) }), 403);
      expect(trips()).toBe(1);
      vi.restoreAllMocks();
    }
  });

  test("lets in a key that has only its own scope", async () => {
    const token = await newKey(world.account.id, { scopes: [operation.scope ?? "*"] });
    const answer = await api(method(operation), path, { token, ...bodyOf(operation, "{}") });
    expect([200, 400, 404]).toContain(answer.status);
    expect(Number(answer.headers.get("x-ratelimit-remaining"))).toBeGreaterThan(0);
  });
});

test("writes need the scope push:write, and reads push:read", () => {
  for (const [, , { docs, scope }] of keyed) {
    expect(scope).toBe(docs.method === "get" ? "push:read" : "push:write");
  }
});

describe.each(all)("%s", (_name, path) => {
  test("answers 405 to another method, with the allowed ones", async () => {
    const answer = await api("PATCH", path, { headers: { "cf-connecting-ip": newAddress() } });
    expectError(answer, 405);
    expect(answer.headers.get("allow")).toMatch(/^[A-Z, ]+$/);
  });
});

describe.each(all.filter(([, , { docs }]) => docs.body))("%s", (_name, path, operation) => {
  const call = async (body: string) => {
    const token = operation.access === "key" ? { token: world.account.key } : {};
    const headers = { "cf-connecting-ip": newAddress() };
    // a path whose ids exist, so that only the body is wrong
    const found = await thing(path);
    return api(method(operation), found, { ...token, headers, body });
  };

  test("answers 400 to a body that is not JSON", async () => {
    for (const body of ["{", "nonsense", "\u0000"]) {
      const refused = await call(body);
      expectError(refused, 400);
      expect(refused.body.error).toMatch(
        /^validation error: The request body is not valid JSON: .* line 1, column \d\.$/,
      );
    }
  });

  test("answers 413 to a body that is too large", async () => {
    expectError(await call(TOO_LARGE), 413);
  });
});

/** The path with ids of things that exist. */
async function thing(path: string): Promise<string> {
  if (path.startsWith(DEVICES)) {
    const [app] = world.apps;
    const made = await api("POST", `${DEVICES}/apps/${app}/instances`, {
      headers: { "cf-connecting-ip": newAddress() },
      json: { ic_token: crypto.randomUUID() },
    });
    return path
      .replace(`/apps/${MISSING}`, `/apps/${app}`)
      .replace(`/instances/${MISSING}`, `/instances/${made.body.id}`);
  }
  if (!path.includes("onesend/")) return path;
  const made = await world.send();
  return path.replace(String(MISSING), made.body.sched_id);
}

test.each(["/", "/nope", "/send", "/sched/onesend/1", "/apps/1"])(
  "the unknown path %s answers 404",
  async (path) => {
    for (const prefix of [INSTANT, DEVICES]) {
      const answer = await api("GET", prefix + path, { token: world.account.key });
      expectError(answer, 404);
      expect(answer.body.error).toBe("not found: path");
    }
  },
);

test("the log line of a refused request has the req_id of the answer", async () => {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  const refused = await world.call("POST", "/send/instant", {});
  const line = lines.map((text) => JSON.parse(text)).find(({ id }) => id === refused.body.req_id);
  expect(line).toMatchObject({ event: "request", route: `${INSTANT}/send/instant`, status: 400 });
});

test("a request over the rate limit answers 429 in the API's form", async () => {
  const { id } = await newAccount();
  const plans = [{ name: "Tiny", price: 0, monthly_credits: 1, rate_limit: 1 }];
  await rows(
    "INSERT INTO plans (name, price, monthly_credits, rate_limit, features) VALUES (?, 0, 1, 1, '[]')",
    plans[0]!.name,
  );
  await rows(
    "UPDATE accounts SET plan_id = (SELECT id FROM plans WHERE name = 'Tiny') WHERE id = ?",
    id,
  );
  const call = callAs(await newKey(id));
  let refused = await call("GET", "/apps");
  // the minute may end in between
  for (let tries = 0; tries < 3 && refused.status !== 429; tries += 1) {
    refused = await call("GET", "/apps");
  }
  expectError(refused, 429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
});

describe("the cost of a call", () => {
  test.each([
    ["POST", "/send/instant", { name: "Spring", filters: {}, push: PUSH }, 3],
    ["POST", "/pushes", PUSH, 2],
    [
      "POST",
      "/sched/onesend",
      { name: "x", date: "2027-06-01", time: "10:00", timezone: "+00:00", all_apps: true },
      3,
    ],
    ["PUT", "/sched/onesend/ID/pushes", { push_ids: ["PUSH"] }, 3],
    ["GET", "/apps", undefined, 2],
    ["GET", "/events", undefined, 2],
  ])("%s %s takes $3 round trips", async (verb, path, json, most) => {
    const made = await world.send();
    const body: any = json && JSON.parse(JSON.stringify(json).replace('"PUSH"', made.body.push_id));
    if (path === "/sched/onesend") {
      body.date = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
    }
    const trips = countTrips();
    const answer = await world.call(verb, path.replace("ID", made.body.sched_id), body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    expect(trips()).toBe(most);
  });
});
