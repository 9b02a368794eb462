// Whatever is sent to any operation, the answer is a success or an error in the API's own form that the OpenAPI
// document names, and never a 500.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { instances, instant } from "../../../../src/api/instant/index.ts";
import type { Operation } from "../../../../src/http/operation.ts";
import type { Surface } from "../../../../src/http/surface.ts";
import {
  instantWorld,
  newDevice,
  PUSH,
  type Device,
  type InstantWorld,
} from "../../../support/instant.ts";
import { newAddress, api, bindings, send } from "../../../support/worker.ts";
import { hasAllRuns, propertyRuns } from "../../../support/property-runs.ts";

const RUNS = 120;

let world: InstantWorld;
let device: Device;
let ids: Record<string, string>;
let documented: Record<string, Record<string, { responses: Record<string, unknown> }>>;
beforeAll(async () => {
  const plans = [{ name: "Free", price: 0, monthly_credits: 10, rate_limit: 1e6 }];
  await api("PUT", "/api/v1/admin/plans", { token: bindings.ADMIN_TOKEN, json: { plans } });
  world = await instantWorld(2);
  device = await newDevice(world.apps[0]!);
  const push = await world.call("POST", "/pushes", PUSH);
  const made = await world.call("POST", "/sched/onesend", onesend());
  ids = {
    app_id: String(world.apps[0]),
    ic_id: device.id,
    sched_type: "onesend",
    sched_id: String(made.body.id),
    push_id: String(push.body.id),
  };
  documented = (await api("GET", "/openapi.json")).body.paths;
});

function onesend() {
  const date = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  const moment = { date, time: "12:00", local_time: false, timezone: "+00:00" };
  return { name: "Later", filters: {}, ...moment };
}

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
  null,
  true,
  [],
  {},
  [[[[]]]],
  ["\u0000", "\ud800"],
  { toString: 1, valueOf: 2, toJSON: 3 },
  { "\ud800": "x", "": "", a: "b".repeat(5000) },
  { length: -1 },
  "2026-13-45",
  "24:00",
  "+99:99",
];
const anything = fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue({ maxDepth: 3 }));
const some = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 4, arbitrary: value }, anything);
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields, { requiredKeys: [] });

const numbers = fc.array(fc.oneof(fc.integer(), fc.nat(20), fc.double()), { maxLength: 3 });
const words = fc.array(
  fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("PT", "pt", "vip", "install")),
  { maxLength: 3 },
);
const filters = record({
  all_apps: some(fc.boolean()),
  app_ids_include: some(numbers),
  app_ids_exclude: some(numbers),
  app_groups_include: some(numbers),
  all_countries: some(fc.boolean()),
  countries_include: some(words),
  countries_exclude: some(words),
  languages_include: some(words),
  audiences_include: some(words),
  audiences_exclude: some(words),
  event_include: some(words),
  event_exclude: some(fc.string({ unit: "binary" })),
});
const translation = record({
  language: some(fc.constantFrom("en", "pt", "DE")),
  title: some(fc.string({ unit: "binary", minLength: 1 })),
  text: some(fc.string({ unit: "binary", minLength: 1 })),
  image: some(fc.webUrl()),
  link: some(fc.webUrl({ withFragments: true, withQueryParameters: true })),
});
const push = fc.oneof(
  fc.constant(PUSH),
  record({
    default_lang: some(fc.constant("en")),
    translations: some(fc.array(translation, { maxLength: 3 })),
  }),
);
const BODIES: Record<string, fc.Arbitrary<unknown>> = {
  sendInstantly: record({
    name: some(fc.string({ minLength: 1 })),
    filters: fc.oneof(fc.constant({}), some(filters)),
    push: some(push),
  }),
  createPush: push,
  createOneTimeSending: fc
    .tuple(
      fc.oneof(fc.constant({}), filters),
      record({ date: some(fc.constant("2030-01-01")), local_time: some(fc.boolean()) }),
    )
    .map(([given, wild]) => ({ ...onesend(), ...given, ...wild })),
  bindPushes: fc.oneof(
    record({ push_ids: some(numbers) }),
    fc.constant(null).map(() => ({ push_ids: [Number(ids["push_id"])] })),
  ),
  registerInstance: record({ ic_token: some(fc.uuid()), ext_id: some(fc.string()) }),
  updateInstance: record({
    transport_type: some(fc.constantFrom("fcm", "apns", "webpush", "fcm.data")),
    transport_token: some(
      fc.oneof(
        fc.string({ minLength: 1 }),
        fc.jsonValue().map((value) => JSON.stringify(value)),
      ),
    ),
    platform_type: some(fc.constantFrom("android", "ios", "browser")),
    lang: some(fc.constantFrom("en_US.UTF-8", "zh-Hans-CN-u-nu-latn", "x")),
    county: some(fc.constantFrom("BR", "zz")),
    tz_sec: some(fc.integer({ min: -50_000, max: 60_000 })),
    tags: some(fc.dictionary(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }))),
    ext_id: some(fc.string({ unit: "binary" })),
  }),
  reportInstanceNotification: record({
    msg_id: some(fc.uuid()),
    event: some(fc.constantFrom("delivered", "clicked")),
  }),
  reportInstanceLifecycle: record({ event: some(fc.stringMatching(/^[\w.:-]{1,70}$/)) }),
  deactivateInstance: anything,
};

const odd = fc.constantFrom('{"__proto__":1}', "[".repeat(5000), "", "null", "{", '{"a":1e999}');

const surfaces: [Surface, string][] = [
  [instant, "key"],
  [instances, "none"],
];
const operations = surfaces.flatMap(([surface]) =>
  surface.operations.map((operation): [string, Surface, Operation] => [
    `${operation.docs.method.toUpperCase()} ${surface.prefix}${operation.docs.path}`,
    surface,
    operation,
  ]),
);

async function call(surface: Surface, operation: Operation, path: string, body?: string) {
  return send(operation.docs.method.toUpperCase(), surface.prefix + path, {
    headers: { "cf-connecting-ip": newAddress() },
    ...(surface === instant ? { token: world.account.key } : {}),
    ...(body === undefined ? {} : { body }),
  });
}

async function expectDocumented(surface: Surface, operation: Operation, response: Response) {
  const text = await response.text();
  const { method, path } = operation.docs;
  const statuses = Object.keys(documented[surface.prefix + path]?.[method]?.responses ?? {});
  expect(statuses, text.slice(0, 500)).toContain(String(response.status));
  expect(response.status, text.slice(0, 500)).not.toBe(500);
  const body = JSON.parse(text);
  if (response.status >= 400) {
    const req_id = response.headers.get("x-request-id");
    expect(body).toEqual({ error: expect.any(String), req_id });
  }
  return response.status;
}

/** Methods of operations without a body: they are tried with any path below. */
const BARE: readonly string[] = ["get", "delete"];

describe.each(operations.filter(([, , { docs }]) => !BARE.includes(docs.method)))(
  "%s",
  (_name, surface, operation) => {
    test("answers any JSON with a documented status", { timeout: 120_000 }, async () => {
      const near = BODIES[operation.docs.operationId] ?? anything;
      const bodies = fc.oneof(
        { weight: 8, arbitrary: near.map((value) => JSON.stringify(value)) },
        { weight: 1, arbitrary: anything.map((value) => JSON.stringify(value)) },
        { weight: 1, arbitrary: odd },
      );
      const seen = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(bodies, async (body) => {
          const path = operation.docs.path.replaceAll(/\{(\w+)\}/g, (_, name) => ids[name] ?? "");
          const status = await expectDocumented(
            surface,
            operation,
            await call(surface, operation, path, body),
          );
          seen.set(status, (seen.get(status) ?? 0) + 1);
        }),
        { numRuns: propertyRuns(RUNS) },
      );
      // some of it was accepted, so the test does not only meet refusals
      const taken = (seen.get(200) ?? 0) + (seen.get(201) ?? 0);
      if (hasAllRuns()) expect(taken, JSON.stringify([...seen])).toBeGreaterThan(0);
    });
  },
);

describe.each(operations.filter(([, , { docs }]) => docs.params))(
  "%s",
  (_name, surface, operation) => {
    test("answers any path with a documented status", { timeout: 60_000 }, async () => {
      const text = fc.oneof(
        fc
          .string({ unit: "binary", minLength: 1 })
          .map((value) => encodeURIComponent(value.toWellFormed())),
        fc.constantFrom(
          "%00",
          "%ff",
          "%E0%A4%A",
          "0x1",
          "1e9",
          "٣",
          "+1",
          "1%00",
          "999999999999999",
        ),
      );
      await fc.assert(
        fc.asyncProperty(text, text, async (one, other) => {
          const given = [one, other];
          const path = operation.docs.path.replaceAll(/\{\w+\}/g, () => given.pop() ?? one);
          const url = new URL(`https://slipway.test${surface.prefix}${path}`);
          // "..", once resolved, is another route
          fc.pre(url.pathname.split("/").length === (surface.prefix + path).split("/").length);
          await expectDocumented(surface, operation, await call(surface, operation, path, "{}"));
        }),
        { numRuns: propertyRuns(25) },
      );
    });
  },
);
