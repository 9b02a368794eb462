// Deliveries to receivers that are slow: they leave the queue for their account's lane, so that nobody else's wait for
// them, and none is lost or counted twice on the way.
import { runInDurableObject } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import type { Ctx } from "../../../../src/domain/context.ts";
import {
  deliverFromLane,
  deliverWebhook,
} from "../../../../src/domain/webhooks/attempt-delivery.ts";
import { HostPace, SLOW_MS } from "../../../../src/kit/host-pace.ts";
import { InFlight } from "../../../../src/domain/webhooks/in-flight.ts";
import { testContext } from "../../../support/context.ts";
import { emit } from "../../../support/emit.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";
import { api, bindings, eventually, rows } from "../../../support/worker.ts";
import { untilPasses } from "../../../support/until-passes.ts";

const internet = useInternet();

interface Owner {
  account: number;
  key: string;
  app: { id: number; uuid: string };
  webhook: string;
}

let now: number;
let enqueued: number[];
let woken: [account: number, at: number][];
/** The context of an isolate that has seen nothing yet. */
let isolate: () => Ctx;
let settled: () => Promise<void>;

beforeEach(() => {
  now = Date.now();
  enqueued = [];
  woken = [];
  const made = testContext(() => now);
  settled = made.settled;
  isolate = () => ({
    ...made.ctx,
    receiverPace: new HostPace(() => now),
    queuedAttempts: new InFlight(() => now),
    enqueueWebhooks: async (ids) => void enqueued.push(...ids),
    webhookLane: (account) => ({ wake: async (_, at) => void woken.push([account, at]) }),
  });
});

/** An account with a webhook at `url`. */
async function newOwner(url: string): Promise<Owner> {
  const { id: account, key } = await newAccount();
  const app = await newApp(key);
  const path = `/api/v1/push/apps/${app.uuid}/webhooks`;
  const json = { url, events: ["build.failed"] };
  const made = await api("POST", path, { token: key, json });
  return { account, key, app, webhook: made.body.data.id };
}

/** Emits an event; the id of its delivery. */
async function begun(ctx: Ctx, { app, webhook }: Owner): Promise<number> {
  await emit(ctx, app.id, "build.failed", {});
  const [last] = await rows(
    `SELECT max(d.id) AS id FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id WHERE w.uuid = ?`,
    webhook,
  );
  return last.id;
}

const delivery = async (id: number): Promise<any> =>
  (await rows("SELECT * FROM webhook_deliveries WHERE id = ?", id))[0];

/** Has the receiver hang; returns what ends that, with the answer to all that hang. */
function hang(): (status: number) => void {
  const { promise, resolve } = Promise.withResolvers<number>();
  internet.answer = async () => new Response(null, { status: await promise });
  return resolve;
}

test("nobody waits for a receiver that hangs: its next deliveries leave for the lane, without an attempt", async () => {
  const ctx = isolate();
  const [slow, other] = [
    await newOwner("https://hooks.example.com/a"),
    await newOwner("https://hooks.example.com/b"),
  ];
  const [first, second] = [await begun(ctx, slow), await begun(ctx, slow)];
  const answer = hang();
  await deliverWebhook(ctx, first);
  expect(await delivery(first), "the attempt goes on").toMatchObject({
    status: "pending",
    attempts: 1,
    next_attempt_at: now + 60_000,
  });
  await deliverWebhook(ctx, second);
  expect(internet.received).toHaveLength(1);
  expect(await delivery(second)).toMatchObject({
    status: "pending",
    attempts: 0,
    next_attempt_at: now,
    lane: slow.account,
  });
  expect(woken).toEqual([[slow.account, now]]);
  // What one account met at a host is not held against another.
  internet.answer = () => new Response();
  const theirs = await begun(ctx, other);
  await deliverWebhook(ctx, theirs);
  expect(await delivery(theirs)).toMatchObject({ status: "delivered", lane: null });

  answer(500);
  await settled();
  expect(await delivery(first), "it is tried again in the lane").toMatchObject({
    status: "pending",
    attempts: 1,
    next_attempt_at: now + 15_000,
    lane: slow.account,
  });
  expect(woken.at(-1)).toEqual([slow.account, now + 15_000]);
  expect(await deliverFromLane(ctx, slow.account)).toBe(now + 15_000);
  now += 15_000;
  expect(await deliverFromLane(ctx, slow.account)).toBeNull();
  expect(await delivery(second)).toMatchObject({ status: "delivered", attempts: 1, lane: null });
  expect(await delivery(first)).toMatchObject({ status: "delivered", attempts: 2, lane: null });
});

test("a burst of one account takes four places of the queue at most, and the rest leave for its lane", async () => {
  const ctx = isolate();
  const [busy, other] = [
    await newOwner("https://hooks.example.com/a"),
    await newOwner("https://hooks.example.com/b"),
  ];
  const ids: number[] = [];
  for (let count = 0; count < 6; count += 1) ids.push(await begun(ctx, busy));
  const theirs = await begun(ctx, other);
  // It answers, but only after all others have left.
  const answer = hang();
  const attempts = ids.map(async (id) => deliverWebhook(ctx, id));
  await untilPasses(() =>
    expect(woken).toEqual([busy.account, busy.account].map((id) => [id, now])),
  );
  await untilPasses(() => expect(internet.received).toHaveLength(4));
  const left = (await Promise.all(ids.map(delivery))).filter(({ lane }) => lane === busy.account);
  expect(left).toHaveLength(2);
  for (const row of left) {
    expect(row).toMatchObject({ status: "pending", attempts: 0, next_attempt_at: now });
  }
  enqueued = [];
  const next = await begun(ctx, busy);
  expect(enqueued, "its next ones go there at once").toEqual([]);
  expect(await delivery(next)).toMatchObject({ lane: busy.account });
  const waited = deliverWebhook(ctx, theirs);
  await untilPasses(() =>
    expect(internet.received.map(({ url }) => url)).toContain("https://hooks.example.com/b"),
  );
  answer(200);
  await Promise.all([...attempts, waited]);
  await settled();
  expect(await delivery(theirs)).toMatchObject({ status: "delivered", lane: null });
  expect(await deliverFromLane(ctx, busy.account)).toBeNull();
  for (const id of [...ids, next]) {
    expect(await delivery(id)).toMatchObject({ status: "delivered", attempts: 1 });
  }
});

test("places that were given back are taken again", async () => {
  const ctx = isolate();
  const owner = await newOwner("https://hooks.example.com/");
  for (let count = 0; count < 6; count += 1) {
    const id = await begun(ctx, owner);
    // Neither an attempt that fails nor one that is held keeps its place.
    internet.answer = () => new Response(null, { status: count % 2 === 0 ? 500 : 429 });
    await deliverWebhook(ctx, id);
    await rows("UPDATE webhooks SET pause_ends_at = NULL WHERE uuid = ?", owner.webhook);
  }
  expect(internet.received).toHaveLength(6);
  expect(woken).toEqual([]);
});

test("an isolate that has seen nothing learns from the webhook's row, until the receiver's slow time is over", async () => {
  const owner = await newOwner("https://hooks.example.com/");
  await rows("UPDATE webhooks SET slow_until = ? WHERE uuid = ?", now + SLOW_MS, owner.webhook);
  const [ctx, emitting] = [isolate(), isolate()];
  const id = await begun(emitting, owner);
  expect(enqueued, "a new delivery goes into the lane at once").toEqual([]);
  expect(woken).toEqual([[owner.account, now]]);
  await rows("UPDATE webhook_deliveries SET lane = NULL WHERE id = ?", id);
  await deliverWebhook(ctx, id);
  expect(internet.received).toEqual([]);
  expect(await delivery(id)).toMatchObject({ attempts: 0, lane: owner.account });
  now += SLOW_MS + 1;
  const later = await begun(emitting, owner);
  expect(enqueued).toEqual([later]);
  await deliverWebhook(ctx, later);
  expect(await delivery(later)).toMatchObject({ status: "delivered", attempts: 1 });
});

test("a webhook that gets another URL is not slow any more, with the same one it still is", async () => {
  const owner = await newOwner("https://hooks.example.com/a");
  await rows("UPDATE webhooks SET slow_until = ? WHERE uuid = ?", now + SLOW_MS, owner.webhook);
  const path = `/api/v1/push/apps/${owner.app.uuid}/webhooks/${owner.webhook}`;
  const moveTo = async (url: string) => {
    const { status } = await api("PATCH", path, { token: owner.key, json: { url } });
    expect(status).toBe(200);
  };
  await moveTo("https://hooks.example.com/a");
  await begun(isolate(), owner);
  expect(enqueued).toEqual([]);
  await moveTo("https://quick.example.com/a");
  const later = await begun(isolate(), owner);
  expect(enqueued).toEqual([later]);
});

test("a name that is not resolved in time makes its receiver slow as well", async () => {
  const ctx = isolate();
  const owner = await newOwner("https://hooks.example.com/");
  const { promise, resolve } = Promise.withResolvers<void>();
  const { fetch } = ctx;
  const unresolved: Ctx = {
    ...ctx,
    fetch: async (input, init) => {
      if (new Request(input).url.includes("dns-query")) await promise;
      return fetch(input, init);
    },
  };
  const [first, second] = [await begun(ctx, owner), await begun(ctx, owner)];
  await deliverWebhook(unresolved, first);
  await deliverWebhook(unresolved, second);
  expect(await delivery(second)).toMatchObject({ attempts: 0, lane: owner.account });
  resolve();
  await settled();
  expect(await delivery(first)).toMatchObject({ status: "delivered" });
});

test("a lane attempts six of its account's deliveries at once, the longest due first, and no other's", async () => {
  const [owner, other] = [
    await newOwner("https://one.example.com/"),
    await newOwner("https://two.example.com/"),
  ];
  const until = now + SLOW_MS;
  await rows(
    "UPDATE webhooks SET slow_until = ? WHERE uuid IN (?, ?)",
    until,
    owner.webhook,
    other.webhook,
  );
  const ctx = isolate();
  const ids: number[] = [];
  for (let count = 0; count < 8; count += 1) {
    ids.push(await begun(ctx, owner));
    now += 1000;
  }
  await begun(ctx, other);
  await Promise.all([deliverFromLane(ctx, owner.account), deliverFromLane(ctx, 999_999_999)]);
  expect(new Set(internet.received.map(({ url }) => url))).toEqual(
    new Set(["https://one.example.com/"]),
  );
  const states = await Promise.all(ids.map(delivery));
  expect(states.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 6 }, () => "delivered"),
    "pending",
    "pending",
  ]);
  expect(await deliverFromLane(ctx, owner.account), "nothing is left").toBeNull();
  expect(internet.received).toHaveLength(8);
});

test("a lane holds the deliveries of a webhook that is disabled, and lets them go once they are held", async () => {
  const owner = await newOwner("https://hooks.example.com/");
  await rows("UPDATE webhooks SET slow_until = ? WHERE uuid = ?", now + SLOW_MS, owner.webhook);
  const ctx = isolate();
  const id = await begun(ctx, owner);
  await rows("UPDATE webhooks SET enabled = 0 WHERE uuid = ?", owner.webhook);
  expect(await deliverFromLane(ctx, owner.account)).toBeNull();
  expect(await delivery(id)).toMatchObject({
    status: "pending",
    attempts: 0,
    next_attempt_at: null,
    lane: null,
  });
});

test("the account's object sends what is in the lane, and keeps nothing", async () => {
  const owner = await newOwner("https://hooks.example.com/");
  await rows("UPDATE webhooks SET slow_until = ? WHERE uuid = ?", now + SLOW_MS, owner.webhook);
  const { ctx } = testContext();
  const id = await begun(ctx, owner);
  await eventually(async () => (await delivery(id)).status === "delivered");
  expect(internet.received).toHaveLength(1);
  const lanes = bindings.WEBHOOK_LANE;
  const lane = lanes.get(lanes.idFromName(`account:${owner.account}`));
  const kept = async () =>
    runInDurableObject(lane, async (_, { storage }) => [
      [...storage.kv.list()].length,
      await storage.getAlarm(),
    ]);
  await untilPasses(async () => expect(await kept()).toEqual([0, null]));
});
