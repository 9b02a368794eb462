// The OpenAPI document describes every operation of API v1, as it really behaves. Its style is linted by
// `npm run check` (redocly, recommended-strict).
import { createExecutionContext } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createApp } from "../../../src/api/app.ts";
import { v1 } from "../../../src/api/v1/index.ts";
import { connect } from "../../../src/runtime.ts";
import { operations } from "../../support/operations.ts";
import { api, bindings, ORIGIN, send } from "../../support/worker.ts";

const document = (await api("GET", "/openapi.json")).body;

test("the document is OpenAPI 3.1 and names the server it was asked from", () => {
  expect(document.openapi).toMatch(/^3\.1\.\d+$/);
  expect(document.servers[0].url).toBe("https://slipway.test");
});

describe("the document as it is served", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const ask = async (method: string, ifNoneMatch?: string) => {
    const headers = ifNoneMatch === undefined ? {} : { "if-none-match": ifNoneMatch };
    const response = await send(method, "/openapi.json", { headers });
    return { response, text: await response.text() };
  };

  test("is made once, whatever is asked and from whichever origin", async () => {
    const answerTo = createApp();
    const get = async (origin: string) => {
      const connection = connect(bindings, createExecutionContext());
      const answer = await answerTo(new Request(`${origin}/openapi.json`), connection);
      return { etag: answer.headers.get("etag"), body: await answer.json<any>() };
    };
    const written = vi.spyOn(JSON, "stringify");
    const first = await get(ORIGIN);
    const origins = Array.from({ length: 10 }, (_, at) => `https://${at}.slipway.test`);
    for (const origin of [...origins, ...origins]) {
      const { etag, body } = await get(origin);
      expect(body.servers).toEqual([{ url: origin }]);
      expect(etag).not.toBe(first.etag);
    }
    expect(await get(ORIGIN)).toEqual(first);
    const documents = written.mock.calls.filter(([value]) => Object(value).openapi !== undefined);
    expect(documents).toHaveLength(1);
  });

  test("has a strong entity tag, and may be kept by whoever asks before using it", async () => {
    const { response, text } = await ask("GET");
    expect(response.status).toBe(200);
    expect(JSON.parse(text)).toEqual(document);
    expect(response.headers.get("etag")).toMatch(/^"[0-9a-f]{64}"$/);
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-expose-headers")).toMatch(/\betag\b/);
    const head = await ask("HEAD");
    expect(head.response.status).toBe(200);
    expect(head.text).toBe("");
    expect(head.response.headers.get("etag")).toBe(response.headers.get("etag"));
  });

  test("is not sent again to whoever has it", async () => {
    const { response } = await ask("GET");
    const etag = response.headers.get("etag") ?? "";
    const same = [etag, `W/${etag}`, `"other", ${etag}`, `"other",W/${etag} , "more"`, "*"];
    for (const ifNoneMatch of same) {
      for (const method of ["GET", "HEAD"]) {
        const kept = await ask(method, ifNoneMatch);
        expect(kept.response.status, ifNoneMatch).toBe(304);
        expect(kept.text).toBe("");
        expect(kept.response.headers.get("etag")).toBe(etag);
        expect(kept.response.headers.get("cache-control")).toBe("no-cache");
        expect(kept.response.headers.get("content-type")).toBeNull();
      }
    }
    for (const ifNoneMatch of ['"other"', etag.replaceAll('"', ""), 'W/"other"', ""]) {
      const { response: sent, text } = await ask("GET", ifNoneMatch);
      expect(sent.status, ifNoneMatch).toBe(200);
      expect(text).not.toBe("");
    }
  });
});

test.each(operations)("%s is described with its statuses and parameters", (_name, operation) => {
  const { docs, access } = operation;
  const described = document.paths[v1.prefix + docs.path][docs.method];
  expect(described.operationId).toBe(docs.operationId);
  expect(described.security).toEqual([access === "key" ? { apiKey: [] } : { adminToken: [] }]);
  const statuses = Object.keys(described.responses);
  const expected = [String(docs.success.status), "401", "403", "429"];
  if (docs.params) expected.push("404");
  if (docs.body) expected.push("400", "413", "422");
  if (docs.idempotent) expected.push("409");
  if (docs.query) expected.push("422");
  for (const status of expected) expect(statuses).toContain(status);
  const names = (described.parameters ?? []).map(({ name }: { name: string }) => name);
  if (docs.idempotent) expect(names).toContain("Idempotency-Key");
  if (access === "key" && docs.method === "get") {
    expect(names).toContain("x-slipway-bookmark");
    expect(statuses).toContain("400");
  }
  const success = described.responses[docs.success.status];
  const told = Object.keys(success.headers ?? {}).map((name) => name.toLowerCase());
  if (access === "key") expect(told).toContain("x-ratelimit-remaining");
  if (docs.method !== "get") expect(told).toContain("x-slipway-bookmark");
  if (docs.query) expect(names).toEqual(expect.arrayContaining(["page", "per_page"]));
});

test("the document describes exactly the paths that API v1 has", () => {
  // the push API's prefix lies below this one's
  const described = Object.keys(document.paths).filter(
    (path) => path.startsWith(`${v1.prefix}/`) && !path.startsWith(`${v1.prefix}/push/`),
  );
  expect(new Set(described)).toEqual(
    new Set(v1.operations.map(({ docs }) => v1.prefix + docs.path)),
  );
});

test("the schema of an app's body states the rules that the server checks", () => {
  const { requestBody } = document.paths["/api/v1/apps"].post;
  expect(requestBody.required).toBe(true);
  const { properties, required } = requestBody.content["application/json"].schema;
  expect(required).toEqual(["name", "url"]);
  expect(properties.name).toEqual({ type: "string", minLength: 1, maxLength: 100 });
  expect(properties.version_code).toMatchObject({ type: "integer", minimum: 1, maximum: 2.1e9 });
  expect(properties.config.additionalProperties).toBe(false);
  expect(document.paths["/api/v1/apps/{id}"].put.requestBody.required).toBe(false);
  const patterns = JSON.stringify(document).match(/"pattern":"[^"]*"/g) ?? [];
  expect(patterns.filter((pattern) => pattern.endsWith('/u"'))).toEqual([]);
});

test("every operation has an id of its own", () => {
  const all = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap(
    (item) => Object.values(item).map(({ operationId }) => operationId),
  );
  expect(new Set(all).size).toBe(all.length);
});
