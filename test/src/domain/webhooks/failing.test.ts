// A webhook that goes on failing: one delivery at a time is tried while ten failed, and it is disabled after three days or
// a 410. What waits keeps its attempts. The tests set the clock.
import { beforeEach, describe, expect, test, vi } from "vitest";
import {
  deliverFromLane,
  deliverWebhook,
} from "../../../../src/domain/webhooks/attempt-delivery.ts";
import { MAX_FAILURES_IN_A_ROW } from "../../../../src/domain/webhooks/hold.ts";
import { recoverDeliveries } from "../../../../src/domain/webhooks/recover-deliveries.ts";
import { emit } from "../../../support/emit.ts";
import { useInternet } from "../../../support/receiver.ts";
import { rowsReadByEach } from "../../../support/trips.ts";
import { newHook, useHook } from "../../../support/webhooks.ts";
import { eventually, rows } from "../../../support/worker.ts";

const internet = useInternet();
const hook = useHook();
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const HELD = { status: "pending", next_attempt_at: null };

const webhook = async (): Promise<any> =>
  (await rows("SELECT * FROM webhooks WHERE uuid = ?", hook.path.split("/").at(-1)))[0];
const away = () => void (internet.answer = () => new Response("no", { status: 503 }));
const back = () => void (internet.answer = () => new Response());
/** Makes `count` deliveries that fail once each. */
async function fail(count: number): Promise<number[]> {
  away();
  const ids: number[] = [];
  for (let made = 0; made < count; made += 1) {
    const id = await hook.begun();
    await deliverWebhook(hook.ctx, id);
    ids.push(id);
  }
  return ids;
}

describe("while the last ten deliveries failed", () => {
  let first: number;
  let others: number[];
  beforeEach(async () => {
    [first = 0, ...others] = await fail(MAX_FAILURES_IN_A_ROW);
    expect(await hook.shown()).toMatchObject({ enabled: true, failures_in_a_row: 10 });
    internet.received = [];
    hook.now += 15 * SECOND_MS;
  });

  test("one at a time is tried, and the others wait without using attempts", async () => {
    for (const id of [first, ...others]) await deliverWebhook(hook.ctx, id);
    expect(internet.received).toHaveLength(1);
    for (const id of others) {
      expect(await hook.delivery(id)).toMatchObject({ ...HELD, attempts: 1 });
    }
    await recoverDeliveries(hook.ctx);
    for (const attempts of [3, 4, 5]) {
      await hook.attempt(first);
      expect(await hook.delivery(first)).toMatchObject({ status: "pending", attempts });
    }
    expect(internet.received).toHaveLength(4);
    expect((await hook.shown()).failures_in_a_row, "a delivery counts once").toBe(10);
  });

  test("in a lane as well, where the rest is held in one statement", async () => {
    const until = hook.now + HOUR_MS;
    await rows("UPDATE webhooks SET slow_until = ? WHERE id = ?", until, (await webhook()).id);
    await rows("UPDATE webhook_deliveries SET lane = ?", hook.account);
    await deliverFromLane(hook.ctx, hook.account);
    expect(internet.received).toHaveLength(1);
    const states = await Promise.all([first, ...others].map(hook.delivery));
    expect(states.filter(({ next_attempt_at: at }) => at === null)).toHaveLength(9);
    expect(states.map(({ attempts }) => attempts).toSorted((a, b) => a - b)).toEqual([
      1, 1, 1, 1, 1, 1, 1, 1, 1, 2,
    ]);
  });

  test("the one whose turn it is goes on, though others of the lane are held before it", async () => {
    const [turn = 0] = others.slice(-1);
    await rows("UPDATE webhook_deliveries SET lane = ?", hook.account);
    // More than the lane attempts at once are due before it.
    await rows("UPDATE webhook_deliveries SET next_attempt_at = ? WHERE id = ?", hook.now, turn);
    const ahead = hook.now - SECOND_MS;
    await rows("UPDATE webhook_deliveries SET next_attempt_at = ? WHERE id <> ?", ahead, turn);
    await rows(
      "UPDATE webhooks SET turn_of = ?, turn_until = ? WHERE id = ?",
      turn,
      hook.now + MINUTE_MS,
      (await webhook()).id,
    );
    await hook.runLane();
    expect(await hook.delivery(turn)).toMatchObject({ status: "pending", attempts: 2 });
    expect((await hook.delivery(turn)).next_attempt_at).toBe(hook.now + 30 * SECOND_MS);
    expect(internet.received).toHaveLength(1);
  });

  test("another webhook of the account gets its deliveries", async () => {
    await newHook(hook, "https://other.example.com/");
    back();
    for (const id of [first, ...others]) {
      await rows("UPDATE webhook_deliveries SET lane = ? WHERE id = ?", hook.account, id);
    }
    await rows(
      "UPDATE webhooks SET turn_of = 1, turn_until = ? WHERE id = ?",
      hook.now + 1e6,
      (await webhook()).id,
    );
    await emit(hook.ctx, hook.app.id, "build.failed", {});
    await rows(
      "UPDATE webhook_deliveries SET lane = ? WHERE next_attempt_at IS NOT NULL",
      hook.account,
    );
    await hook.runLane();
    expect(internet.received.map(({ url }) => url)).toEqual(["https://other.example.com/"]);
  });

  test("new deliveries wait from the beginning", async () => {
    const id = await hook.begun();
    expect(await hook.delivery(id)).toMatchObject({ ...HELD, attempts: 0 });
    expect(hook.enqueued).toEqual([]);
  });

  test("those that waited are due at once when one succeeds", async () => {
    for (const id of [first, ...others]) await deliverWebhook(hook.ctx, id);
    const late = await hook.begun();
    back();
    hook.woken = [];
    await hook.attempt(first);
    expect(hook.woken).toEqual([[hook.account, hook.now]]);
    for (const id of [...others, late]) {
      expect(await hook.delivery(id)).toMatchObject({
        next_attempt_at: hook.now,
        lane: hook.account,
      });
    }
    await hook.runLane();
    for (const id of [...others, late]) {
      expect((await hook.delivery(id)).status).toBe("delivered");
    }
    expect(await hook.shown()).toMatchObject({ failures_in_a_row: 0, failing_since: null });
  });

  test("the turn passes after an hour, when the one that is tried waits for longer", async () => {
    for (const id of [first, ...others]) await deliverWebhook(hook.ctx, id);
    for (let attempts = 3; attempts <= 8; attempts += 1) await hook.attempt(first);
    const { next_attempt_at: due } = await hook.delivery(first);
    expect(due - hook.now).toBeGreaterThan(HOUR_MS);
    hook.now += HOUR_MS - SECOND_MS;
    await recoverDeliveries(hook.ctx);
    expect(await hook.delivery(others[0]!)).toMatchObject(HELD);
    hook.now += SECOND_MS;
    back();
    await recoverDeliveries(hook.ctx);
    expect(await hook.delivery(others[0]!)).toMatchObject({ next_attempt_at: hook.now });
    expect(await hook.delivery(others[1]!)).toMatchObject(HELD);
    await hook.runLane();
    for (const id of others) expect((await hook.delivery(id)).status).toBe("delivered");
  });

  test("another URL ends that, and the others are sent there", async () => {
    for (const id of [first, ...others]) await deliverWebhook(hook.ctx, id);
    back();
    internet.received = [];
    const url = "https://new.example.com/";
    const { body } = await hook.call("PATCH", "", { url });
    expect(body.data).toMatchObject({ failures_in_a_row: 0, failing_since: null });
    hook.now = Date.now() + MINUTE_MS;
    await hook.runLane();
    expect(internet.received.map((received) => received.url)).toEqual(others.map(() => url));
  });

  test("a test is tried though another has the turn", async () => {
    await deliverWebhook(hook.ctx, first);
    internet.received = [];
    back();
    await hook.call("POST", "/test");
    const [{ id }] = await rows("SELECT max(id) AS id FROM webhook_deliveries");
    // By the queue itself, into which the API has put it.
    await eventually(async () => (await hook.delivery(id)).status === "delivered");
  });

  test("what was held just after a release is released by the cron", async () => {
    const id = await hook.begun();
    await rows("UPDATE webhooks SET failures_in_a_row = 0 WHERE id = ?", (await webhook()).id);
    await recoverDeliveries(hook.ctx);
    expect(await hook.delivery(id)).toMatchObject({
      next_attempt_at: hook.now,
      lane: hook.account,
    });
    await hook.runLane();
    await recoverDeliveries(hook.ctx);
    expect((await webhook()).holds, "nothing is left to look after").toBe(0);
  });
});

test("nine failures hold nothing", async () => {
  const ids = await fail(MAX_FAILURES_IN_A_ROW - 1);
  hook.now += 15 * SECOND_MS;
  internet.received = [];
  for (const id of ids) await deliverWebhook(hook.ctx, id);
  expect(internet.received).toHaveLength(9);
});

test("a success starts the count anew, and a delivery that failed before it counts again", async () => {
  const [one] = await fail(2);
  back();
  const well = await hook.begun();
  await deliverWebhook(hook.ctx, well);
  expect(await hook.shown()).toMatchObject({
    failures_in_a_row: 0,
    failing_since: null,
    last_success_at: expect.any(String),
  });
  away();
  await hook.attempt(one!);
  expect((await hook.shown()).failures_in_a_row).toBe(1);
});

test("delivers everything to a receiver that was away for a minute, however much came at once", async () => {
  const ids: number[] = [];
  for (let count = 0; count < 40; count += 1) ids.push(await hook.begun());
  const end = hook.now + MINUTE_MS;
  internet.answer = () => new Response(null, { status: hook.now < end ? 503 : 200 });
  for (; hook.now <= end + MINUTE_MS; hook.now += 15 * SECOND_MS) {
    await Promise.all(ids.map(async (id) => deliverWebhook(hook.ctx, id)));
    await hook.runLane();
  }
  expect(await webhook()).toMatchObject({ failures_in_a_row: 0, enabled: 1 });
  for (const id of ids) expect((await hook.delivery(id)).status).toBe("delivered");
});

describe("a webhook without a success for three days", () => {
  test("is disabled by the failure after that, counted from the first one, and no sooner", async () => {
    const [one, two] = await fail(2);
    const since = hook.now;
    hook.now = since + 3 * DAY_MS - 1;
    await deliverWebhook(hook.ctx, one!);
    expect(await hook.shown()).toMatchObject({ enabled: true, disabled_reason: null });
    hook.now = since + 3 * DAY_MS;
    await deliverWebhook(hook.ctx, two!);
    expect(await hook.shown()).toMatchObject({
      enabled: false,
      disabled_reason: "failing",
      disabled_at: `${new Date(hook.now).toISOString().slice(0, 19)}Z`,
      failing_since: `${new Date(since).toISOString().slice(0, 19)}Z`,
    });
  });

  test("is not meant of one that was quiet", async () => {
    back();
    await deliverWebhook(hook.ctx, await hook.begun());
    hook.now += 10 * DAY_MS;
    await fail(1);
    expect(await hook.shown()).toMatchObject({ enabled: true, failures_in_a_row: 1 });
  });

  test("nor of one that had a success in between", async () => {
    const [one] = await fail(1);
    hook.now += 2 * DAY_MS;
    back();
    await deliverWebhook(hook.ctx, await hook.begun());
    away();
    hook.now += 2 * DAY_MS;
    await deliverWebhook(hook.ctx, one!);
    expect(await hook.shown()).toMatchObject({ enabled: true });
  });

  test("is disabled by the last attempt at a single delivery", async () => {
    const [one] = await fail(1);
    for (let attempts = 2; attempts <= 14; attempts += 1) {
      expect(await hook.shown()).toMatchObject({ enabled: true });
      await hook.attempt(one!);
    }
    expect((await hook.delivery(one!)).status).toBe("failed");
    expect(await hook.shown()).toMatchObject({ enabled: false, disabled_reason: "failing" });
  });
});

describe("a 410", () => {
  let gone: number;
  let held: number;
  beforeEach(async () => {
    [gone, held] = [await hook.begun(), await hook.begun()];
    internet.answer = () => new Response("gone", { status: 410 });
    await deliverWebhook(hook.ctx, gone);
    await deliverWebhook(hook.ctx, held);
  });

  test("disables the webhook at once, and ends the delivery", async () => {
    expect(await hook.delivery(gone)).toMatchObject({
      status: "failed",
      attempts: 1,
      response_status: 410,
      ended_at: hook.now,
    });
    expect(await hook.shown()).toMatchObject({ enabled: false, disabled_reason: "gone" });
  });

  test("holds the others, which use no attempt, and no new ones are made", async () => {
    expect(internet.received).toHaveLength(1);
    expect(await hook.delivery(held)).toMatchObject({ ...HELD, attempts: 0 });
    hook.now += 2 * MINUTE_MS;
    await recoverDeliveries(hook.ctx);
    expect(await hook.delivery(held)).toMatchObject(HELD);
    await emit(hook.ctx, hook.app.id, "build.failed", {});
    expect(hook.enqueued).toEqual([]);
  });

  test("is forgotten when the webhook is enabled, and what was held is sent", async () => {
    back();
    const { body } = await hook.call("PATCH", "", { enabled: true });
    expect(body.data).toMatchObject({
      enabled: true,
      disabled_at: null,
      disabled_reason: null,
      failures_in_a_row: 0,
      failing_since: null,
    });
    hook.now = Date.now() + SECOND_MS;
    await hook.runLane();
    expect(await hook.delivery(held)).toMatchObject({ status: "delivered", attempts: 1 });
  });

  test("costs what is held after three days, counted from then, however old it is", async () => {
    await rows("UPDATE webhook_deliveries SET created_at = ?", hook.now - 5 * DAY_MS);
    hook.now += 3 * DAY_MS - SECOND_MS;
    await recoverDeliveries(hook.ctx);
    expect(await hook.delivery(held)).toMatchObject(HELD);
    hook.now += 2 * SECOND_MS;
    await recoverDeliveries(hook.ctx);
    expect(await hook.delivery(held)).toMatchObject({
      status: "failed",
      error: "the webhook was disabled",
      ended_at: hook.now,
    });
  });
});

describe("an attempt at a URL that is changed meanwhile", () => {
  const NEW = "https://new.example.com/";
  /** Has the old URL answer so once the owner has given another. */
  const answerLate = (status: number, headers: Record<string, string> = {}) => {
    internet.answer = async ({ url }) => {
      if (url === NEW) return new Response();
      await rows("UPDATE webhooks SET url = ? WHERE id = ?", NEW, (await webhook()).id);
      return new Response(null, { status, headers });
    };
  };

  test("says nothing of the new one by a 410, and the delivery is sent there", async () => {
    const id = await hook.begun();
    answerLate(410);
    await hook.attempt(id);
    expect(await hook.shown()).toMatchObject({ enabled: true, failures_in_a_row: 0 });
    await hook.attempt(id);
    expect(internet.received.map(({ url }) => url).at(-1)).toBe(NEW);
    expect(await hook.delivery(id)).toMatchObject({ status: "delivered", attempts: 2 });
  });

  test("does not pause the new one", async () => {
    const id = await hook.begun();
    answerLate(429, { "retry-after": "600" });
    await hook.attempt(id);
    expect(await webhook()).toMatchObject({ pause_ends_at: null, failing_since: null });
    const next = await hook.begun();
    await hook.attempt(next);
    expect((await hook.delivery(next)).status).toBe("delivered");
  });

  test("does not end the new one's failures by a success", async () => {
    await fail(3);
    const id = await hook.begun();
    answerLate(200);
    await hook.attempt(id);
    expect((await hook.delivery(id)).status).toBe("delivered");
    expect((await hook.shown()).failures_in_a_row).toBe(3);
  });
});

test("a delivery that is held looks at the front of its lane only, however long that is", async () => {
  const id = await hook.begun();
  const other = await newHook(hook, "https://other.example.com/");
  await rows("UPDATE webhooks SET enabled = 0 WHERE id = ?", (await webhook()).id);
  await rows(
    "UPDATE webhook_deliveries SET lane = ?, next_attempt_at = 0 WHERE id = ?",
    hook.account,
    id,
  );
  await rows(
    `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, next_attempt_at, created_at, lane)
     WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 20000)
     SELECT 'front-' || value, w.id, 'build.failed', '{}', 'pending', 0, ?2, ?2, w.account_id
     FROM n CROSS JOIN webhooks AS w WHERE w.uuid = ?1`,
    other.split("/").at(-1)!,
    hook.now,
  );
  const batch = vi.spyOn(hook.ctx.db, "batch");
  await deliverFromLane(hook.ctx, hook.account);
  expect(await hook.delivery(id)).toMatchObject(HELD);
  const read = rowsReadByEach(batch);
  expect(read.length).toBeGreaterThan(4);
  expect(Math.max(...read)).toBeLessThan(16_000);
});

test("of many webhooks at once, each is looked after in a transaction of its own", async () => {
  for (let count = 0; count < 5; count += 1)
    await newHook(hook, `https://hooks.example.com/${count}`);
  await rows(
    "UPDATE webhooks SET pause_ends_at = ? WHERE account_id = ?",
    hook.now + 1,
    hook.account,
  );
  await emit(hook.ctx, hook.app.id, "build.failed", {});
  hook.now += SECOND_MS;
  const batch = vi.spyOn(hook.ctx.db, "batch");
  hook.woken = [];
  await recoverDeliveries(hook.ctx);
  const held = await rows("SELECT id FROM webhook_deliveries WHERE next_attempt_at IS NULL");
  expect(held).toEqual([]);
  expect(hook.woken).toEqual([[hook.account, hook.now]]);
  // One of them may have thousands to release, and all others of the database wait for a batch.
  expect(batch.mock.calls).toHaveLength(1);
});

test("an owner's disabling is called so", async () => {
  const { body } = await hook.call("PATCH", "", { enabled: false });
  expect(body.data).toMatchObject({
    enabled: false,
    disabled_reason: "owner",
    disabled_at: expect.any(String),
  });
});
