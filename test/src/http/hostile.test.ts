// Fuzzes every operation: whatever body, path, query or headers are sent, the answer is one that the OpenAPI
// document names for the operation, and never a 500.
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { v1 } from "../../../src/api/v1/index.ts";
import type { Operation } from "../../../src/http/operation.ts";
import { operations, pathOf } from "../../support/operations.ts";
import { api, bindings, send } from "../../support/worker.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { newOneOfEach, type OneOfEach } from "../../support/scenario.ts";

const RUNS = 25;

/** What clients send by mistake or on purpose, beside what fast-check thinks of. */
const NASTY: readonly unknown[] = [
  "\u0000",
  "\ud800",
  "a\udc00b",
  "x".repeat(70_000),
  "'; DROP TABLE apps; --",
  "%00",
  "💥",
  1e308,
  -1,
  0,
  2 ** 53,
  1.5,
  [],
  {},
  [[[[]]]],
  { toString: 1, valueOf: 2, toJSON: 3 },
  { length: -1 },
  "2026-13-45T99:99:99Z",
  "9999-12-31T23:59:59Z",
];

/** Valid values for the fields that operations require. */
const GOOD: Record<string, unknown> = {
  name: "A",
  url: "https://example.com",
  algorithm: "ec",
  email: "a@example.com",
  password: "secret-pass",
};

/** Bodies that are JSON, or almost. */
const odd = fc.constantFrom(
  '{"__proto__":1}',
  '{"constructor":{"prototype":1}}',
  '{"config":{"__proto__":{"a":1},"constructor":1}}',
  '{"name":"A","url":"https://e.com","version_code":1e999}',
  "[".repeat(5000),
  "",
  "null",
);

/** Bodies with an operation's own fields, whatever is in them. */
function bodies(operation: Operation): fc.Arbitrary<string> {
  const anything = fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue({ maxDepth: 3 }));
  const fields = fieldsOf(operation).map((field) => [field, anything] as const);
  const near = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  return fc.oneof(
    fc.oneof(near, anything).map((value) => JSON.stringify(value)),
    odd,
  );
}

function fieldsOf({ docs }: Operation): string[] {
  const schema = docs.body as { shape?: object; options?: { shape: object }[] } | undefined;
  const shapes = [schema?.shape, ...(schema?.options ?? []).map((option) => option.shape)];
  return shapes.flatMap((shape) => Object.keys(shape ?? {}));
}

let world: OneOfEach;
let documented: Record<string, Record<string, { responses: Record<string, unknown> }>>;
beforeAll(async () => {
  world = await newOneOfEach();
  // the many requests below must not run into the rate limit
  const plans = ["Free"].map((name) => ({ name, price: 0, monthly_credits: 10, rate_limit: 1e6 }));
  await api("PUT", "/api/v1/admin/plans", { token: bindings.ADMIN_TOKEN, json: { plans } });
  documented = (await api("GET", "/openapi.json")).body.paths;
});

// One of the operations suspends the account, whose key the others need.
afterEach(async () => {
  const path = `/api/v1/admin/accounts/${world.id}/resume`;
  await api("POST", path, { token: bindings.ADMIN_TOKEN });
});

/** Fails unless the answer is one that the document gives the operation. */
async function expectDocumented(operation: Operation, response: Response): Promise<void> {
  const text = Buffer.from(await response.arrayBuffer()).toString();
  const { method, path } = operation.docs;
  const statuses = Object.keys(documented[v1.prefix + path]?.[method]?.responses ?? {});
  expect(response.status, text.slice(0, 500)).not.toBe(500);
  expect(statuses, text.slice(0, 500)).toContain(String(response.status));
  if (response.status >= 400) expect(JSON.parse(text).message).toEqual(expect.any(String));
}

const tokenFor = ({ access }: Operation) =>
  access === "operator" ? bindings.ADMIN_TOKEN : world.key;

// deleting would remove what the other operations need
const fuzzed = operations.filter(([, { docs }]) => docs.method !== "delete");

describe.each(fuzzed.filter(([, { docs }]) => docs.body))("%s", (_name, operation) => {
  test("gives a documented answer whatever is in any field", { timeout: 60_000 }, async () => {
    const { method } = operation.docs;
    const [path, token] = [pathOf(operation, world.ids), tokenFor(operation)];
    const fields = fieldsOf(operation);
    const good = Object.fromEntries(
      Object.entries(GOOD).filter(([field]) => fields.includes(field)),
    );
    for (const field of fields) {
      for (const value of NASTY) {
        const json = { ...good, [field]: value };
        await expectDocumented(operation, await send(method.toUpperCase(), path, { token, json }));
      }
    }
  });

  test("gives a documented answer to any JSON", { timeout: 60_000 }, async () => {
    const method = operation.docs.method.toUpperCase();
    await fc.assert(
      fc.asyncProperty(bodies(operation), async (body) => {
        const path = pathOf(operation, world.ids);
        const response = await send(method, path, { token: tokenFor(operation), body });
        await expectDocumented(operation, response);
      }),
      { numRuns: propertyRuns(RUNS) },
    );
  });
});

describe.each(fuzzed.filter(([, { docs }]) => docs.query ?? docs.params))(
  "%s",
  (_name, operation) => {
    test("gives a documented answer to any path and query", { timeout: 60_000 }, async () => {
      const method = operation.docs.method.toUpperCase();
      const text = fc.oneof(
        fc.string({ unit: "binary" }).map((value) => encodeURIComponent(value.toWellFormed())),
        fc.constantFrom("%00", "%ff", "%E0%A4%A", "..", "%2e%2e", "0x1", "1e9", "٣", "+1", "1%00"),
      );
      await fc.assert(
        fc.asyncProperty(text, text, async (id, value) => {
          const path = pathOf(operation).replace("999999999", id === "" ? "x" : id);
          const query = `?per_page=${value}&page=${value}&__proto__=1&constructor=${value}`;
          const url = new URL(`https://slipway.test${path}${query}`);
          // "..", once resolved, is another route
          fc.pre(url.pathname.split("/").length === path.split("/").length);
          const response = await send(method, url.href, { token: tokenFor(operation) });
          await expectDocumented(operation, response);
        }),
        { numRuns: propertyRuns(RUNS) },
      );
    });
  },
);

test("GET and POST /api/v1/apps give a documented answer to any headers", async () => {
  const value = fc.string({
    unit: fc.constantFrom("a", "Z", "0", " ", "-", "_", "=", "/", "+", ",", ":", ";", "%", "\t"),
    maxLength: 300,
  });
  const names = ["x-slipway-bookmark", "idempotency-key", "content-type", "accept"];
  const headers = fc.dictionary(fc.constantFrom(...names), value);
  await fc.assert(
    fc.asyncProperty(headers, fc.constantFrom("GET", "POST"), async (given, method) => {
      const response = await send(method, "/api/v1/apps", {
        token: world.key,
        headers: given,
        ...(method === "POST" ? { body: "{}" } : {}),
      });
      await response.text();
      expect([200, 400, 409, 422]).toContain(response.status);
    }),
    { numRuns: propertyRuns(100) },
  );
});
