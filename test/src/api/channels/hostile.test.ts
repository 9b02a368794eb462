// Whatever is sent to an operation of channels or of their devices, the answer is one the OpenAPI document names:
// never a 500. Those that manage channels are tested with the rest of API v1 (http/hostile.test.ts).
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { channels, channelsBelowApi } from "../../../../src/api/channels/index.ts";
import { publicSurface } from "../../../../src/api/public/index.ts";
import type { Operation } from "../../../../src/http/operation.ts";
import type { Surface } from "../../../../src/http/surface.ts";
import { channelWorld, newDevice, subscribe } from "../../../support/channels.ts";
import { useInternet } from "../../../support/receiver.ts";
import { api, send } from "../../../support/worker.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

useInternet();

const RUNS = 40;

const ofChannels = publicSurface.operations.filter(({ docs }) =>
  /^\/(codes|subscriptions)\//.test(docs.path),
);
const walked: [string, Operation, Surface][] = [
  ...[channels, channelsBelowApi].flatMap((surface) =>
    surface.operations.map((operation) => [operation, surface] as const),
  ),
  ...ofChannels.map((operation) => [operation, publicSurface] as const),
].map(([operation, surface]) => {
  const { method, path } = operation.docs;
  return [`${method.toUpperCase()} ${surface.prefix}${path}`, operation, surface];
});

let documented: Record<string, Record<string, { responses: Record<string, unknown> }>>;
beforeAll(async () => {
  documented = (await api("GET", "/openapi.json")).body.paths;
});

/** What fills paths and headers: a channel with a muted subscription, and limits nobody has used yet. */
async function newFillings() {
  const world = await channelWorld();
  const device = await newDevice(world);
  const { id } = await subscribe(world, device, "ann");
  await api("PUT", `/public/subscriptions/${id}/mute`, { token: device.token });
  const values: Record<string, string> = {
    channelId: world.channel.id,
    iuid: "ann",
    id,
    nid: "0".repeat(24),
    code: "x",
  };
  const headers = {
    authorization: `Bearer ${device.token}`,
    "x-channel-api-key": world.channel.api_key,
    "cf-connecting-ip": crypto.randomUUID(),
  };
  return { values, headers };
}

test("every operation is tested", () => {
  expect(walked).toHaveLength(5 + 5 + 6);
});

/** Fails unless the answer is one that the document gives the operation, in the surface's form. */
async function expectDocumented(operation: Operation, surface: Surface, response: Response) {
  const text = await response.text();
  const { method, path } = operation.docs;
  const prefix = surface === channelsBelowApi ? channels.prefix : surface.prefix;
  const statuses = Object.keys(documented[prefix + path]?.[method]?.responses ?? {});
  expect(statuses, `${response.status} ${text.slice(0, 300)}`).toContain(String(response.status));
  if (response.status < 400) return;
  const body = JSON.parse(text);
  if (surface === publicSurface) expect(body.message).toEqual(expect.any(String));
  else if (response.status === 429) expect(Object.keys(body)).toEqual(["statusCode", "message"]);
  else {
    expect(Object.keys(body)).toEqual(["statusCode", "message", "error"]);
    expect(body.statusCode).toBe(response.status);
  }
}

describe.each(walked)("%s", (_name, operation, surface) => {
  const { docs } = operation;
  let values: Record<string, string>;
  let headers: Record<string, string>;
  beforeAll(async () => {
    ({ values, headers } = await newFillings());
  });
  const address = (given: Record<string, string | undefined> = {}) =>
    surface.prefix +
    docs.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => given[name] ?? values[name] ?? "x");

  const text = fc.oneof(
    fc.string({ unit: "binary" }).map((value) => encodeURIComponent(value.toWellFormed())),
    fc.constantFrom(
      "%00",
      "%ff",
      "%E0%A4%A",
      "..",
      "%2e%2e",
      "'",
      "💥",
      "a".repeat(24),
      "_",
      "__proto__",
    ),
  );

  test("answers any path and query with a documented status", { timeout: 60_000 }, async () => {
    const names = [...docs.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    const given = fc.record(Object.fromEntries(names.map((name) => [name, text] as const)), {
      requiredKeys: [],
    });
    await fc.assert(
      fc.asyncProperty(given, text, async (params, value) => {
        fc.pre(Object.values(params).every((part) => part !== ""));
        const path = address(params);
        const url = new URL(
          `https://slipway.test${path}?limit=${value}&offset=${value}&__proto__=1`,
        );
        // "..", once resolved, is another route
        fc.pre(url.pathname.split("/").length === path.split("/").length);
        fc.pre(!Object.values(params).some((part = "") => /^(\.|%2e)+$/i.test(part)));
        const body = docs.method === "get" ? {} : { body: "{}" };
        const response = await send(docs.method.toUpperCase(), url.href, { headers, ...body });
        await expectDocumented(operation, surface, response);
      }),
      { numRuns: propertyRuns(RUNS) },
    );
  });

  // a GET has no body
  const bodied = docs.method === "get" ? [] : [docs.method];
  test.each(bodied)("answers any JSON of %s as documented", { timeout: 60_000 }, async () => {
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom("\u0000\u0000\u0000", "\ud800", "x".repeat(70_000), "abc", 1e308, null),
    );
    const near = fc.record({ title: anything, text: anything }, { requiredKeys: [] });
    const body = fc.oneof(
      fc.oneof(near, anything).map((value) => JSON.stringify(value)),
      fc.constantFrom(
        '{"__proto__":1}',
        "[".repeat(5000),
        "",
        "null",
        "{",
        '{"title":"\\ud800abc","text":"\\u0000abc"}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(body, async (json) => {
        const response = await send(docs.method.toUpperCase(), address(), {
          headers,
          body: json,
        });
        await expectDocumented(operation, surface, response);
      }),
      { numRuns: propertyRuns(RUNS) },
    );
  });

  test("answers 405 with Allow to other methods, without asking for a key", async () => {
    const path = address();
    const own = walked
      .filter(([, other, at]) => at === surface && other.docs.path === docs.path)
      .map(([, other]) => other.docs.method.toUpperCase());
    const allowed = own.includes("GET") ? [...own, "HEAD"] : own;
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      if (allowed.includes(method)) continue;
      const refused = await api(method, path);
      expect(refused.status, method).toBe(405);
      expect(refused.headers.get("allow")?.split(", ").toSorted()).toEqual(allowed.toSorted());
    }
  });

  test("answers any headers with a documented status", { timeout: 60_000 }, async () => {
    const value = fc.string({
      unit: fc.constantFrom("a", "Z", "0", " ", "-", "_", "=", ",", "%", "\t"),
      maxLength: 100,
    });
    const odd = fc.dictionary(
      fc.constantFrom(
        "authorization",
        "x-channel-api-key",
        "x-slipway-bookmark",
        "content-type",
        "idempotency-key",
      ),
      value,
    );
    await fc.assert(
      fc.asyncProperty(odd, async (given) => {
        const body = docs.method === "get" ? {} : { body: "{}" };
        const response = await send(docs.method.toUpperCase(), address(), {
          headers: { ...headers, ...given },
          ...body,
        });
        await expectDocumented(operation, surface, response);
      }),
      { numRuns: propertyRuns(RUNS) },
    );
  });
});
