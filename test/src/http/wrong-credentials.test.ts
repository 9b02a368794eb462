// Guessing is bounded: after a hundred wrong credentials a minute, on whatever surface, an address is answered 429 to
// further ones, while right ones go on working.
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { hashSecret } from "../../../src/kit/secret.ts";
import { FakeBuilder } from "../../support/fake-builder.ts";
import { channelWorld, newDevice, type ChannelWorld } from "../../support/channels.ts";
import { androidSubscriber } from "../../support/push.ts";
import { countTrips, recordQueries } from "../../support/trips.ts";
import {
  admin,
  api,
  beginMinute,
  bindings,
  newAddress,
  rows,
  type Reply,
} from "../../support/worker.ts";
import {
  counted,
  counter,
  guessALot,
  hitsOf,
  LIMIT,
  notingCounters,
} from "../../support/wrong-credentials.ts";

/** A well-formed secret that nobody has, and never the same. */
const madeUp = (prefix: string) =>
  prefix + Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

interface Door {
  method: string;
  path: string;
  /** A credential that nobody has, and one that lets in. */
  wrong: () => Record<string, string>;
  right: () => Record<string, string>;
  json?: unknown;
  /** The body of a 429. */
  tooMany: object;
}

const TOO_MANY_V1 = { message: "Too Many Attempts." };
const TOO_MANY_PUBLIC = { message: "Too many requests.", error: "rate_limited" };

let world: ChannelWorld;
let doors: Record<string, Door>;
beforeAll(async () => {
  world = await channelWorld();
  const { app, channel } = world;
  const device = await newDevice(world);
  const builder = await FakeBuilder.register();
  const key = { wrong: () => bearer(madeUp("sw_live_")), right: () => bearer(world.account.key) };
  doors = {
    "API v1": { method: "GET", path: "/api/v1/account", ...key, tooMany: TOO_MANY_V1 },
    "the push API": {
      method: "GET",
      path: "/api/v1/push/apps",
      ...key,
      tooMany: { error: "Rate limit exceeded", retry_after: expect.any(Number) },
    },
    "the instant-send API": {
      method: "GET",
      path: "/api/b/v2/apps",
      ...key,
      tooMany: { error: "too many requests", req_id: expect.any(String) },
    },
    operators: {
      method: "GET",
      path: "/api/v1/admin/builders",
      wrong: () => bearer(madeUp("")),
      right: () => bearer(bindings.ADMIN_TOKEN),
      tooMany: TOO_MANY_V1,
    },
    builders: {
      method: "POST",
      path: "/builder/v1/lease",
      json: {
        capabilities: { platforms: ["android-webview"], formats: ["apk"] },
        wait_ms: 0,
        current_jobs: [],
      },
      wrong: () => bearer(madeUp("sw_bld_")),
      right: () => bearer(builder.token),
      tooMany: { error: "invalid_request", message: "Too many requests." },
    },
    "an app's pages": {
      method: "POST",
      path: `/public/apps/${app.id}/subscribers`,
      json: androidSubscriber(),
      wrong: () => ({ "x-app-key": `pk_${crypto.randomUUID().replaceAll("-", "")}` }),
      right: () => ({ "x-app-key": app.public_key }),
      tooMany: TOO_MANY_PUBLIC,
    },
    devices: {
      method: "PATCH",
      path: `/public/subscribers/${device.id}`,
      json: {},
      wrong: () => bearer(madeUp("sw_sub_")),
      right: () => bearer(device.token),
      tooMany: TOO_MANY_PUBLIC,
    },
    channels: {
      method: "GET",
      path: `/channels/${channel.id}/subscriptions`,
      wrong: () => ({ "x-channel-api-key": madeUp("sw_chn_") }),
      right: () => ({ "x-channel-api-key": channel.api_key }),
      tooMany: { statusCode: 429, message: "ThrottlerException: Too Many Requests" },
    },
  };
});

afterEach(() => {
  vi.restoreAllMocks();
});

const NAMES = [
  "API v1",
  "the push API",
  "the instant-send API",
  "operators",
  "builders",
  "an app's pages",
  "devices",
  "channels",
];

async function knock(door: Door, address: string, headers: Record<string, string>): Promise<Reply> {
  const { method, path, json } = door;
  return api(method, path, {
    headers: { "cf-connecting-ip": address, ...headers },
    ...(json === undefined ? {} : { json }),
  });
}

/** The statuses of `count` requests at once, each of them once. */
async function statuses(count: number, request: () => Promise<Reply>): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: count }, request));
  return [...new Set(answers.map(({ status }) => status))];
}

describe.each(NAMES)("at the door of %s", (name) => {
  test("wrong credentials get 401 a hundred times, then 429, but a right one goes on working", async () => {
    const door = doors[name]!;
    const address = newAddress();
    const endMinute = beginMinute();
    const guess = async (from = address) => knock(door, from, door.wrong());
    expect(await statuses(LIMIT, guess)).toEqual([401]);
    const refused = await guess();
    expect(refused.status).toBe(429);
    expect(refused.body).toEqual(door.tooMany);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(refused.headers.get("x-ratelimit-limit")).toBe(String(LIMIT));
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect((await knock(door, address, {})).status).toBe(401);
    expect((await knock(door, address, door.right())).status).toBeLessThan(300);
    expect((await guess(newAddress())).status).toBe(401);

    endMinute();
    expect((await guess()).status).toBe(401);
    expect((await knock(door, address, door.right())).status).toBeLessThan(300);
  });

  test("a request without any credential is answered 401 and not counted", async () => {
    const door = doors[name]!;
    const address = newAddress();
    beginMinute();
    expect(await statuses(LIMIT + 20, async () => knock(door, address, {}))).toEqual([401]);
    expect((await knock(door, address, door.wrong())).status).toBe(401);
    expect(await counted(address)).toBe(1);
  });

  test("right credentials are not counted", async () => {
    const door = doors[name]!;
    const address = newAddress();
    beginMinute();
    for (let n = 0; n < 3; n += 1) {
      expect((await knock(door, address, door.right())).status).toBeLessThan(300);
    }
    expect(await counted(address)).toBe(0);
  });

  test("a wrong credential takes at most one read, by an index", async () => {
    const door = doors[name]!;
    const queries = recordQueries();
    expect((await knock(door, newAddress(), door.wrong())).status).toBe(401);
    expect(queries.length).toBe(name === "operators" ? 0 : 1);
    for (const { text, values } of queries) {
      const plan = await rows(`EXPLAIN QUERY PLAN ${text}`, ...values);
      const steps = plan.map(({ detail }) => String(detail));
      expect(steps.join("\n")).toMatch(/USING (?:COVERING )?INDEX/);
      expect(steps.filter((step) => step.startsWith("SCAN"))).toEqual([]);
    }
  });
});

test("all surfaces share one count", async () => {
  const address = newAddress();
  beginMinute();
  await guessALot(address, NAMES.length);
  for (const name of NAMES) {
    const door = doors[name]!;
    expect((await knock(door, address, door.wrong())).status, name).toBe(401);
  }
  for (const name of NAMES) {
    const door = doors[name]!;
    expect((await knock(door, address, door.wrong())).status, name).toBe(429);
  }
});

test.each([
  { authorization: "Basic YTpi" },
  { authorization: "Bearer x" },
  { "x-app-key": "pk_1" },
])("a malformed credential, %j, is counted without a look into the database", async (headers) => {
  const address = newAddress();
  beginMinute();
  const trips = countTrips();
  for (const name of NAMES) {
    expect((await knock(doors[name]!, address, headers)).status, name).toBe(401);
  }
  expect(trips()).toBe(0);
  expect(await counted(address)).toBe(NAMES.length);
});

test("API keys are wrong credentials to the operators' operations, also those that exist", async () => {
  const address = newAddress();
  beginMinute();
  const statuses: number[] = [];
  for (let n = 0; n <= 100; n += 1) {
    const key = n % 2 === 0 ? world.account.key : `sw_live_${n}`;
    statuses.push((await knock(doors["operators"]!, address, bearer(key))).status);
  }
  expect(statuses).toEqual([...Array(100).fill(403), 429]);
  // where they are right, they go on working
  expect(
    (
      await api("GET", "/api/v1/apps", {
        token: world.account.key,
        headers: { "cf-connecting-ip": address },
      })
    ).status,
  ).toBe(200);
});

test("wrong credentials make one object for their address, which ends with its minute", async () => {
  const address = newAddress();
  const endMinute = beginMinute();
  const { ask, names } = notingCounters();
  for (const name of NAMES) {
    const { method, path, json, wrong } = doors[name]!;
    for (let n = 0; n < 3; n += 1) {
      const headers = { "cf-connecting-ip": address, ...wrong() };
      expect((await ask(method, path, { headers, json })).status, name).toBe(401);
    }
  }
  expect(names()).toEqual([`wrong-credentials:${address}`]);
  const stub = counter(`wrong-credentials:${address}`);
  const stored = async () =>
    runInDurableObject(stub, (_instance, { storage }) => [...storage.kv.list()].length);
  expect(await stored()).toBe(1);
  endMinute();
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await stored()).toBe(0);
});

test("a key that was deleted is counted as wrong, and soon makes no object any more", async () => {
  const minted = await admin("POST", `/accounts/${world.account.id}/api-keys`, { name: "brief" });
  const { id, key } = minted.body.data;
  const address = newAddress();
  beginMinute();
  const door = doors["API v1"]!;
  expect((await knock(door, address, bearer(key))).status).toBe(200);
  await rows("DELETE FROM api_keys WHERE id = ?", id);
  const hits = async () => hitsOf(`v1:${await hashSecret(key)}`);
  // The isolate knew it, so that it was counted while it was looked up.
  expect((await knock(door, address, bearer(key))).status).toBe(401);
  expect(await hits()).toBe(2);
  expect((await knock(door, address, bearer(key))).status).toBe(401);
  expect(await hits()).toBe(2);
  expect(await counted(address)).toBe(2);
});
