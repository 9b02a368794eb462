// Deliveries to webhooks that go wrong: which are tried again and when, which are given up, and that a duplicate
// message sends nothing twice. The tests set the clock.
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Ctx } from "../../../../src/domain/context.ts";
import {
  deliverFromLane,
  deliverWebhook,
} from "../../../../src/domain/webhooks/attempt-delivery.ts";
import { recoverDeliveries } from "../../../../src/domain/webhooks/recover-deliveries.ts";
import { testContext } from "../../../support/context.ts";
import { emit } from "../../../support/emit.ts";
import { useInternet } from "../../../support/receiver.ts";
import { api, rows } from "../../../support/worker.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";
import { rowsReadByEach } from "../../../support/trips.ts";

const internet = useInternet();
const DAY_MS = 86_400_000;

let now: number;
let enqueued: [id: number, delaySeconds: number][];
/** The accounts whose lanes were woken. */
let woken: number[];
let ctx: Ctx;
let app: { id: number; uuid: string };
let webhook: string;
let key: string;

beforeEach(async () => {
  now = Date.now();
  enqueued = [];
  woken = [];
  const made = testContext(() => now).ctx;
  ctx = {
    ...made,
    enqueueWebhooks: async (ids, delay) => {
      for (const id of ids) enqueued.push([id, delay]);
    },
    webhookLane: (id) => ({ wake: async () => void woken.push(id) }),
  };
  ({ key } = await newAccount());
  app = await newApp(key);
  await rows("DELETE FROM webhook_deliveries");
  const answer = await api("POST", `/api/v1/push/apps/${app.uuid}/webhooks`, {
    token: key,
    json: { url: "https://hooks.example.com/", events: ["build.failed"] },
  });
  webhook = answer.body.data.id;
});

/** Makes an app with a webhook for builds that fail. */
async function newListener(token: string, url: string): Promise<{ id: number; uuid: string }> {
  const { id, uuid } = await newApp(token);
  const path = `/api/v1/push/apps/${uuid}/webhooks`;
  const made = await api("POST", path, { token, json: { url, events: ["build.failed"] } });
  expect(made.status).toBe(201);
  return { id, uuid };
}

/** Emits an event; the id of its delivery. */
async function begun(): Promise<number> {
  await emit(ctx, app.id, "build.failed", {});
  const [id, delay] = enqueued.shift()!;
  expect(delay).toBe(0);
  return id;
}

const delivery = async (id: number): Promise<any> =>
  (await rows("SELECT * FROM webhook_deliveries WHERE id = ?", id))[0];
const hook = async (): Promise<any> =>
  (await rows("SELECT * FROM webhooks WHERE uuid = ?", webhook))[0];

/** Takes what is in the queue, each after its delay, until it is empty. */
async function drain(): Promise<void> {
  for (let next = enqueued.shift(); next; next = enqueued.shift()) {
    now += next[1] * 1000;
    await deliverWebhook(ctx, next[0]);
  }
}

test("stops trying once the receiver answers, and resets the webhook's count of failures", async () => {
  let asked = 0;
  internet.answer = () => new Response(null, { status: ++asked < 3 ? 503 : 204 });
  await rows("UPDATE webhooks SET failures_in_a_row = 9 WHERE uuid = ?", webhook);
  const id = await begun();
  await deliverWebhook(ctx, id);
  await drain();
  expect(await delivery(id)).toMatchObject({
    status: "delivered",
    attempts: 3,
    response_status: 204,
    error: null,
  });
  expect(await hook()).toMatchObject({ failures_in_a_row: 0, enabled: 1 });
});

describe("an attempt", () => {
  test.each([
    [
      "a redirect, which is not followed",
      () => Response.redirect("https://elsewhere.example/", 307),
      "the receiver answered 307",
    ],
    [
      "a connection that breaks",
      () => {
        throw new TypeError("Network connection lost.");
      },
      "no connection: Network connection lost.",
    ],
    [
      "a receiver that takes too long",
      () => {
        throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
      },
      "no answer within 10 s",
    ],
  ])("is made again 15 s after %s", async (_what, answer, error) => {
    internet.answer = answer;
    const id = await begun();
    await deliverWebhook(ctx, id);
    expect(internet.received).toHaveLength(1);
    expect(await delivery(id)).toMatchObject({ status: "pending", attempts: 1, error });
    expect(enqueued).toEqual([[id, 15]]);
  });

  test("gives the receiver 10 s to answer", async () => {
    let signal: AbortSignal | undefined;
    internet.answer = (_request, given) => {
      signal = given;
      return new Response();
    };
    const timeout = vi.spyOn(AbortSignal, "timeout");
    await deliverWebhook(ctx, await begun());
    const made = timeout.mock.calls.findIndex(([ms]) => ms === 10_000);
    expect(signal).toBe(timeout.mock.results[made]?.value);
    expect(signal).toBeInstanceOf(AbortSignal);
  });

  test.each([
    [["10.0.0.1"], "the host leads to a private address"],
    [["93.184.215.14", "::1"], "the host leads to a private address"],
    [[], "the host could not be resolved"],
  ])("sends nothing when the host's name leads to %j", async (addresses, error) => {
    const id = await begun();
    internet.names["hooks.example.com"] = addresses;
    await deliverWebhook(ctx, id);
    expect(internet.received).toEqual([]);
    expect(await delivery(id)).toMatchObject({ status: "pending", attempts: 1, error });
  });

  test("sends nothing when the stored URL is not allowed, as a private one is unless in local use", async () => {
    await rows("UPDATE webhooks SET url = 'https://127.0.0.1/' WHERE uuid = ?", webhook);
    const id = await begun();
    await deliverWebhook(ctx, id);
    expect(internet.received).toEqual([]);
    await rows("UPDATE webhooks SET url = 'http://127.0.0.1/' WHERE uuid = ?", webhook);
    now += 15_000;
    await deliverWebhook({ ...ctx, allowPrivateTargets: true }, id);
    expect(internet.received, "local use allows it").toHaveLength(1);
  });
});

describe("duplicates and races", () => {
  test("duplicate messages send one request", async () => {
    const id = await begun();
    await Promise.all(Array.from({ length: 5 }, async () => deliverWebhook(ctx, id)));
    await deliverWebhook(ctx, id);
    expect(internet.received).toHaveLength(1);
    expect(await delivery(id)).toMatchObject({ status: "delivered", attempts: 1 });
  });

  test("a message that comes before its time sends nothing", async () => {
    internet.answer = () => new Response(null, { status: 500 });
    const id = await begun();
    await deliverWebhook(ctx, id);
    now += 10_000;
    await deliverWebhook(ctx, id);
    expect(internet.received).toHaveLength(1);
  });

  test.each([
    [200, "delivered"],
    [503, "pending"],
  ])(
    "an attempt whose time ran out does not overwrite the next attempt's %d",
    async (second, status) => {
      let release = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      let arrive = () => {};
      const arrived = new Promise<void>((resolve) => (arrive = resolve));
      let asked = 0;
      internet.answer = async () => {
        asked += 1;
        if (asked > 1) return new Response(null, { status: second });
        arrive();
        await held;
        return new Response(null, { status: 500 });
      };
      const id = await begun();
      const slow = deliverWebhook(ctx, id);
      await arrived;
      now += 61_000;
      await deliverWebhook(ctx, id);
      const written = await delivery(id);
      expect(written).toMatchObject({ status, attempts: 2, response_status: second });
      release();
      await slow;
      expect(await delivery(id)).toEqual(written);
    },
  );

  test("nothing is sent for a delivery that is deleted or whose webhook is", async () => {
    const id = await begun();
    await rows("DELETE FROM webhooks WHERE uuid = ?", webhook);
    await deliverWebhook(ctx, id);
    await deliverWebhook(ctx, 999_999_999);
    expect(internet.received).toEqual([]);
    expect(await delivery(id)).toMatchObject({
      status: "failed",
      error: "the webhook was deleted",
    });
  });

  test("a connection that breaks after a 2xx counts as delivered", async () => {
    const broken = () => new ReadableStream({ cancel: () => Promise.reject(new Error("reset")) });
    internet.answer = () => new Response(broken());
    const id = await begun();
    await deliverWebhook(ctx, id);
    expect(await delivery(id)).toMatchObject({ status: "delivered", response_status: 200 });
  });
});

describe("recoverDeliveries", () => {
  test("sends overdue deliveries from their account's lane, and no others", async () => {
    const lost = await begun();
    now += 31_000;
    const fresh = await begun();
    await recoverDeliveries(ctx);
    expect(woken).toHaveLength(1);
    await deliverWebhook(ctx, lost);
    expect(internet.received, "its message comes late").toEqual([]);
    expect(await deliverFromLane(ctx, woken[0]!)).toBeNull();
    expect((await delivery(lost)).status).toBe("delivered");
    expect((await delivery(fresh)).status).toBe("pending");
  });

  test("one account's thousands do not keep another's delivery waiting", async () => {
    await rows(
      `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, next_attempt_at, created_at)
       WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 2500)
       SELECT 'pile-' || value, (SELECT id FROM webhooks WHERE uuid = ?), 'build.failed', '{}', 'pending', 0, ?, ?
       FROM n`,
      webhook,
      now,
      now,
    );
    const other = await newAccount();
    const { id } = await newListener(other.key, "https://other.example.com/");
    now += 1000;
    await emit(ctx, id, "build.failed", {});
    now += 31_000;
    await recoverDeliveries(ctx);
    await deliverFromLane(ctx, other.id);
    expect(internet.received.map(({ url }) => url)).toEqual(["https://other.example.com/"]);
    for (const lane of woken)
      expect(await deliverFromLane(ctx, lane)).toBe(lane === other.id ? null : now - 32_000);
  });

  test("ends an overdue delivery whose webhook was deleted", async () => {
    const id = await begun();
    await rows("DELETE FROM webhooks WHERE uuid = ?", webhook);
    now += 31_000;
    await recoverDeliveries(ctx);
    expect(await delivery(id)).toMatchObject({
      status: "failed",
      error: "the webhook was deleted",
      next_attempt_at: null,
    });
  });

  test("ends a delivery that was interrupted in its last attempt", async () => {
    const id = await begun();
    await rows("UPDATE webhook_deliveries SET attempts = 14 WHERE id = ?", id);
    now += 31_000;
    await recoverDeliveries(ctx);
    await deliverFromLane(ctx, woken[0]!);
    expect(internet.received).toEqual([]);
    expect(await delivery(id)).toMatchObject({
      status: "failed",
      attempts: 14,
      error: "the last attempt was cut off",
      next_attempt_at: null,
      lane: null,
    });
  });

  test("reads little, however many deliveries wait in lanes", async () => {
    await rows(
      `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, next_attempt_at, created_at, lane)
       WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 5000)
       SELECT 'lane-' || value, w.id, 'build.failed', '{}', 'pending', 0, ?2, ?2, w.account_id
       FROM n CROSS JOIN webhooks AS w WHERE w.uuid = ?1`,
      webhook,
      now,
    );
    now += 31_000;
    const batch = vi.spyOn(ctx.db, "batch");
    await recoverDeliveries(ctx);
    expect(woken).toHaveLength(1);
    const read = rowsReadByEach(batch);
    expect(read.length).toBeGreaterThan(4);
    expect(Math.max(...read)).toBeLessThan(100);
  });

  test("keeps deliveries for 30 days", async () => {
    const [old, recent, pending] = [await begun(), await begun(), await begun()];
    for (const id of [old, recent]) await deliverWebhook(ctx, id);
    await rows(
      "UPDATE webhook_deliveries SET created_at = ? WHERE id = ?",
      now - 31 * DAY_MS,
      pending,
    );
    await rows(
      "UPDATE webhook_deliveries SET created_at = ? WHERE id = ?",
      now - 30 * DAY_MS - 1,
      old,
    );
    await rows(
      "UPDATE webhook_deliveries SET created_at = ? WHERE id = ?",
      now - 30 * DAY_MS,
      recent,
    );
    await recoverDeliveries(ctx);
    expect(await delivery(old)).toBeUndefined();
    expect(await delivery(recent)).toBeDefined();
    expect(await delivery(pending), "a replay that goes on").toBeDefined();
  });
});
