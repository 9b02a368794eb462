// Headers: those of every answer, the bookmark that lets a client read what it wrote, and CORS.
import { createExecutionContext } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { createApp } from "../../../src/api/app.ts";
import { connect } from "../../../src/runtime.ts";
import { api, bindings, ORIGIN, send } from "../../support/worker.ts";
import { newAccount, newApp } from "../../support/scenario.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const { id: accountId, key } = await newAccount();

test.each([
  ["GET", "/healthz", 200],
  ["GET", "/openapi.json", 200],
  ["GET", "/docs/postman.json", 200],
  ["GET", "/nope", 404],
  ["GET", "/api/v1/account", 401],
  ["POST", "/api/v1/account", 405],
  ["GET", "/api/v1/nope", 404],
  ["GET", "/public/nope", 404],
  ["POST", "/builder/v1/lease", 401],
])(
  "%s %s answers %i as JSON, with nosniff and a request id of its own",
  async (method, path, status) => {
    const [first, second] = [await send(method, path), await send(method, path)];
    expect(first.status).toBe(status);
    expect(first.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(first.headers.get("x-content-type-options")).toBe("nosniff");
    const id = first.headers.get("x-request-id");
    expect(id).toMatch(UUID);
    expect(second.headers.get("x-request-id")).not.toBe(id);
    await Promise.all([first.json(), second.json()]);
  },
);

test("GET /healthz answers that the status is ok", async () => {
  expect((await api("GET", "/healthz")).body).toEqual({ status: "ok" });
});

const EVERYWHERE = [
  "/healthz",
  "/openapi.json",
  "/docs/postman.json",
  "/nope",
  "/api/v1/account",
  "/api/v1/nope",
  "/api/v1/push/apps",
  "/api/b/v2/apps",
  "/api/r/v2/nope",
  "/public/nope",
  "/channels/nope/subscriptions",
  "/builder/v1/lease",
  "/builder/v1/nope",
];

test("caches store no JSON answer, whatever its status", async () => {
  for (const path of EVERYWHERE) {
    for (const method of ["GET", "HEAD", "POST", "PATCH"]) {
      // Documents are the same for everyone, and say themselves that they may be kept.
      const isDocument = path === "/openapi.json" || path === "/docs/postman.json";
      if (isDocument && (method === "GET" || method === "HEAD")) continue;
      const answer = await send(method, path, { token: key });
      await answer.text();
      expect(answer.headers.get("content-type"), path).toMatch(/^application\/json/);
      expect(answer.headers.get("cache-control"), `${method} ${path}`).toBe("no-store");
    }
  }
});

test("answers that are not JSON say themselves what caches may store", async () => {
  const page = await send("GET", "/qrcode/nope");
  await page.text();
  expect(page.headers.get("content-type")).toMatch(/^text\/html/);
  expect(page.headers.get("cache-control")).toBe("no-store");
  const preflight = await send("OPTIONS", "/api/v1/apps", {
    headers: { "access-control-request-method": "GET" },
  });
  await preflight.text();
  expect(preflight.headers.get("cache-control")).toBeNull();
});

test.each([
  ["https://slipway.example", "max-age=31536000"],
  ["http://slipway.example", null],
  ["", null],
])("behind PUBLIC_URL %j, strict-transport-security is %j", async (url, expected) => {
  const answerTo = createApp();
  for (const path of [...EVERYWHERE, "/qrcode/nope"]) {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      const headers = { "access-control-request-method": "GET" };
      const connection = connect(
        { ...bindings, PUBLIC_URL: url } as never,
        createExecutionContext(),
      );
      const answer = await answerTo(new Request(ORIGIN + path, { method, headers }), connection);
      await answer.text();
      expect(answer.headers.get("strict-transport-security"), `${method} ${path}`).toBe(expected);
    }
  }
});

describe("bookmarks", () => {
  const bookmarkOf = (headers: Headers) => headers.get("x-slipway-bookmark") ?? "";
  const FORM = /^[0-9a-f]{8}(-[0-9a-f]{8}){2}-[0-9a-f]{32}$/;

  test("are in every answer to a write, and a read accepts them", async () => {
    const token = key;
    const json = { name: "A", url: "https://example.com" };
    const made = await api("POST", "/api/v1/apps", { token, json });
    const path = `/api/v1/apps/${made.body.data.id}`;
    const keyMade = await api("POST", "/api/v1/api-keys", { token, json: { name: "x" } });
    const keystore = { name: "x", algorithm: "ec" };
    const keystoreMade = await api("POST", "/api/v1/keystores", { token, json: keystore });
    const keystorePath = `/api/v1/keystores/${keystoreMade.body.data.id}`;
    const operator = { token: bindings.ADMIN_TOKEN };
    const person = { name: "A", email: "a@example.com" };
    const plan = { name: "Free", price: 0, monthly_credits: 10, rate_limit: 600 };
    const named = { ...operator, json: { name: "x" } };
    const builder = await api("POST", "/api/v1/admin/builders", named);
    const writes = [
      made,
      keyMade,
      keystoreMade,
      await api("PUT", path, { token, json: { name: "B" } }),
      await api("DELETE", `/api/v1/api-keys/${keyMade.body.data.id}`, { token }),
      await api("DELETE", keystorePath, { token }),
      await api("DELETE", path, { token }),
      await api("POST", "/api/v1/admin/accounts", { ...operator, json: person }),
      await api("PATCH", `/api/v1/admin/accounts/${accountId}`, { ...operator, json: {} }),
      await api("PUT", "/api/v1/admin/plans", { ...operator, json: { plans: [plan] } }),
      builder,
      await api("DELETE", `/api/v1/admin/builders/${builder.body.data.id}`, operator),
    ];
    for (const { status, headers } of writes) {
      expect(status).toBeLessThan(300);
      expect(bookmarkOf(headers)).toMatch(FORM);
      const read = await api("GET", "/api/v1/apps", {
        token,
        headers: { "x-slipway-bookmark": bookmarkOf(headers) },
      });
      expect(read.status).toBe(200);
      expect(read.headers.get("x-slipway-bookmark")).toBeNull();
    }
  });

  test.each([
    "garbage",
    "1",
    "first-primary",
    "-",
    "a-b-",
    "0-0",
    "é",
    "1-2;drop",
    "f".repeat(300),
  ])("a malformed one, %j, is refused on a read and ignored on a write", async (bookmark) => {
    const headers = { "x-slipway-bookmark": encodeURI(bookmark) };
    const refused = await api("GET", "/api/v1/apps", { token: key, headers });
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({ message: "The x-slipway-bookmark header is not a bookmark." });
    expect((await api("GET", "/api/v1/apps", { headers })).status).toBe(401);
    const write = await api("PUT", "/api/v1/apps/1e3", { token: key, headers, json: {} });
    expect(write.status).toBe(404);
  });
});

describe("CORS", () => {
  const origin = "https://dashboard.example";

  test("answers a preflight with the methods and headers that a page may send", async () => {
    const asked = await send("OPTIONS", "/api/v1/apps", {
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type, idempotency-key",
      },
    });
    expect(asked.status).toBe(204);
    expect(await asked.text()).toBe("");
    const { headers } = asked;
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-allow-methods")).toBe("GET, POST, PUT, PATCH, DELETE");
    expect(headers.get("access-control-allow-headers")).toContain("idempotency-key");
    expect(Number(headers.get("access-control-max-age"))).toBeGreaterThan(0);
    expect(headers.get("access-control-allow-credentials")).toBeNull();
  });

  test("lets pages read answers, refusals and their headers, without credentials", async () => {
    const app = await newApp(key);
    const calls = [
      await send("GET", `/api/v1/apps/${app.id}`, { token: key, headers: { origin } }),
      await send("GET", "/api/v1/apps", { headers: { origin } }),
      await send("GET", "/api/v1/nope", { headers: { origin } }),
    ];
    for (const { headers, body } of calls) {
      expect(headers.get("access-control-allow-origin")).toBe("*");
      const exposed = headers.get("access-control-expose-headers") ?? "";
      for (const name of [
        "x-slipway-bookmark",
        "x-request-id",
        "retry-after",
        "idempotency-replayed",
      ]) {
        expect(exposed).toContain(name);
      }
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      await body?.cancel();
    }
  });

  test("does not cover the builders' routes", async () => {
    const asked = await send("OPTIONS", "/builder/v1/lease", {
      headers: { origin, "access-control-request-method": "POST" },
    });
    expect(asked.status).toBe(405);
    expect(asked.headers.get("access-control-allow-origin")).toBeNull();
    await asked.text();
  });
});
