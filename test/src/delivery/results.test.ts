// What a notification's totals by provider and reason say: each recipient once, whatever happens to the run, while it
// is on and after the results have gone; and who may read them.
import { expect, test } from "vitest";
import { expireResults } from "../../../src/domain/notifications/expire-results.ts";
import { FAILURE_REASONS, type Outcome } from "../../../src/domain/ports/notifications.ts";
import { PUSH } from "../../support/push.ts";
import { newAccount, newKey, newPushApp, newPushOwner } from "../../support/scenario.ts";
import { api, rows } from "../../support/worker.ts";
import { addBrowsers, Send, useWorld } from "./sending.ts";

const world = useWorld();

/** Adds subscribers of a provider, straight into the database: no provider is asked. */
async function add(owner: Send["owner"], provider: "fcm" | "apns", count: number): Promise<void> {
  await rows(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
     INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, tags, status,
       token_since, last_active_at, created_at, updated_at)
     SELECT app.uuid || ? || n, account_id, app.id, 'ios', ?, ? || app.id || '/' || n,
       '[]', 'active', 1, 1, 1, 1 FROM numbers, apps AS app WHERE app.id = ?`,
    count,
    provider,
    provider,
    provider,
    owner.app.v1_id,
  );
}

/** Every reason, with the counts that `wanted` says. */
const reasons = (wanted: Record<string, number>) => ({
  ...Object.fromEntries(FAILURE_REASONS.map((reason) => [reason, 0])),
  ...wanted,
});

test("totals say of each provider how many were sent to, and why the others were not", async () => {
  const owner = await newPushOwner();
  await addBrowsers(owner, 20);
  await add(owner, "fcm", 10);
  await add(owner, "apns", 5);
  const send = await Send.create(world, owner);
  await send.look();
  expect(await send.totals()).toMatchObject({ total_count: 35, pending_count: 35, sent_count: 0 });
  const [queued] = send.take();
  if (!queued) throw new Error("no batch");
  const { batch, attempt, recipients } = queued.message;
  await send.claim(batch, attempt);
  const counts = { fcm: 0, apns: 0, webpush: 0, inbox: 0 };
  const outcomes = recipients.map(({ id, provider }): Outcome => {
    const at = (counts[provider] += 1);
    if (provider === "apns") {
      return { id, status: "failed", error: "InvalidProviderToken: ...", reason: "credential" };
    }
    if (at <= 3) return { id, status: "gone", error: "UNREGISTERED", reason: "unregistered" };
    if (at <= 4) return { id, status: "failed", error: "expired", reason: "expired" };
    return { id, status: "sent" };
  });
  await send.stub.complete(batch, attempt, outcomes, [], []);
  // The same report once more, to an object that has lost its memory besides.
  await send.stub.complete(batch, attempt, outcomes, [], []);
  await send.move();
  await send.finish();
  const totals = await send.totals();
  expect(totals).toEqual({
    total_count: 35,
    pending_count: 0,
    sent_count: 22,
    failed_count: 13,
    reasons: reasons({ unregistered: 6, expired: 2, credential: 5 }),
    providers: [
      {
        provider: "fcm",
        sent_count: 6,
        failed_count: 4,
        reasons: reasons({ unregistered: 3, expired: 1 }),
      },
      { provider: "apns", sent_count: 0, failed_count: 5, reasons: reasons({ credential: 5 }) },
      {
        provider: "webpush",
        sent_count: 16,
        failed_count: 4,
        reasons: reasons({ unregistered: 3, expired: 1 }),
      },
    ],
  });
  await send.expectAccounted(35);

  // API v1 says the same, and the list of recipients has totals by status.
  const { key } = owner.account;
  const v1 = await api("GET", `/api/v1/notifications/${send.id}/results`, { token: key });
  expect([v1.status, v1.body.data]).toEqual([200, totals]);
  const list = async (query: string) => {
    const path = `${PUSH}/apps/${owner.app.id}/notifications/${send.uuid}/recipients${query}`;
    return (await api("GET", path, { token: key })).body;
  };
  expect((await list("?limit=1")).meta).toEqual({ total_count: 35, total_is_minimum: false });
  const byStatus = ["sent", "gone", "failed", "pending"].map(async (status) => {
    const { data, meta } = await list(`?status=${status}&limit=100`);
    expect(data).toHaveLength(meta.total_count);
    return meta.total_count;
  });
  expect(await Promise.all(byStatus)).toEqual([22, 6, 7, 0]);
  const [dead] = (await list("?status=gone&limit=1")).data;
  expect(dead).toMatchObject({ error: "UNREGISTERED", reason: "unregistered" });

  // The results go after 90 days; the totals stay.
  world.pass(91 * 24 * 3_600_000);
  await expireResults(world.ctx());
  expect(await send.results()).toEqual([]);
  expect(await send.totals()).toEqual(totals);
});

test("what a provider answers, and what only Slipway knows, have reasons of their own", async () => {
  const owner = await newPushOwner(6);
  const send = await Send.create(world, owner);
  world.answer = (url) => {
    switch (url.split("/").at(-1)) {
      case "0":
        return new Response(null, { status: 410 });
      case "1":
        return new Response(null, { status: 413 });
      case "2":
        return new Response(null, { status: 503 });
      case "3":
        throw new TypeError("connection refused");
      default:
        return new Response(null, { status: 201 });
    }
  };
  await send.finish();
  await send.expectAccounted(6);
  expect((await send.totals()).reasons).toEqual(
    reasons({ unregistered: 1, rejected: 1, unavailable: 1, no_answer: 1 }),
  );
});

test("a run whose messages are delivered twice, and that is evicted and cancelled, counts each recipient once", async () => {
  const owner = await newPushOwner(120);
  const send = await Send.create(world, owner);
  await send.look();
  const [first, ...others] = send.take();
  if (!first) throw new Error("no batch");
  await Promise.all([send.deliver(first.message), send.deliver(first.message)]);
  await send.evict();
  await send.deliver(first.message);
  expect(await send.cancel()).toBe(200);
  for (const { message } of others) await send.deliver(message);
  await send.finish();
  await send.expectAccounted(120);
  expect(await send.totals()).toMatchObject({
    sent_count: 50,
    failed_count: 70,
    reasons: reasons({ cancelled: 70 }),
  });
});

test("totals are read from one row, however many recipients there were, and by nobody else", async () => {
  const owner = await newPushOwner();
  const send = await Send.create(world, owner, {});
  const path = `${PUSH}/apps/${owner.app.id}/notifications/${send.uuid}/results`;
  expect(await send.totals()).toMatchObject({ total_count: 0, sent_count: 0, failed_count: 0 });
  const plan = await rows(
    "EXPLAIN QUERY PLAN SELECT * FROM apps LEFT JOIN notifications AS n ON n.app_id = apps.id AND n.uuid = ? WHERE apps.uuid = ?",
    send.uuid,
    owner.app.id,
  );
  expect(plan.map(({ detail }) => detail).join("\n")).not.toMatch(/SCAN/);
  const other = await newAccount();
  expect((await api("GET", path, { token: other.key })).status).toBe(404);
  const v1 = `/api/v1/notifications/${send.id}/results`;
  expect((await api("GET", v1, { token: other.key })).status).toBe(404);
  const another = await newPushApp(owner.account.key);
  const limited = await newKey(owner.account.id, { app_ids: [another.v1_id] });
  expect((await api("GET", path, { token: limited })).status).toBe(403);
  expect((await api("GET", v1, { token: limited })).status).toBe(404);
  const unable = await newKey(owner.account.id, { scopes: ["apps:read"] });
  expect((await api("GET", path, { token: unable })).status).toBe(403);
});
