// Notifications in the push API: sending and cancelling them, their recipients, and who may call the operations.
import { describe, expect, test } from "vitest";
import { addSubscribers, type TestSubscriber } from "../../../support/notifications.ts";
import { api, rows } from "../../../support/worker.ts";
import { newKey, newNotifier, type Notifier } from "../../../support/scenario.ts";

const NO_ONE = "00000000-0000-4000-8000-000000000000";

async function subscribe({ account, app }: Notifier, subscribers: TestSubscriber[]) {
  return addSubscribers({ id: app.v1_id, accountId: account.id }, subscribers);
}

async function setStatus(id: string, status: string): Promise<void> {
  await rows("UPDATE notifications SET status = ? WHERE uuid = ?", status, id);
}

describe("sending and cancelling", () => {
  test("a draft is sent on request, and only once", async () => {
    const { call, ended, make } = await newNotifier();
    const { id } = await make();
    const sent = await call("POST", `/${id}/send`);
    expect(sent.status).toBe(200);
    expect(sent.body.data.status).toBe("sending");
    expect((await ended(id)).status).toBe("sent");
    expect((await call("POST", `/${id}/send`)).status).toBe(409);
  });

  test.each(["draft", "scheduled", "sending"])(
    "a notification that is %s can be cancelled",
    async (status) => {
      const { call, make } = await newNotifier();
      const { id } = await make();
      await setStatus(id, status);
      const cancelled = await call("POST", `/${id}/cancel`);
      expect(cancelled.status).toBe(200);
      expect(cancelled.body.data).toMatchObject({ id, status: "cancelled", sent_at: null });
    },
  );

  test.each(["finalizing", "sent", "failed", "cancelled"])(
    "a notification that is %s can't be cancelled",
    async (status) => {
      const { call, make } = await newNotifier();
      const { id } = await make();
      await setStatus(id, status);
      const refused = await call("POST", `/${id}/cancel`);
      expect(refused.status).toBe(409);
      expect(refused.body).toEqual({ error: expect.stringContaining(status) });
    },
  );
});

describe("recipients", () => {
  test("are listed by limit, cursor and status", async () => {
    const world = await newNotifier();
    const { call, make } = world;
    const ids = await subscribe(world, [{}, {}, {}]);
    const { id, v1_id } = await make();
    const results = {
      ids,
      s: "sfp",
      a: [1, 6, 0],
      e: { 1: "UNAVAILABLE" },
      r: { 1: "unavailable" },
    };
    await rows(
      "UPDATE notifications SET total_count = 3, sent_count = 1, failed_count = 1 WHERE uuid = ?",
      id,
    );
    await rows(
      "INSERT INTO batch_results VALUES (?, ?)",
      v1_id * 1_000_000,
      JSON.stringify(results),
    );
    const uuids = await rows(
      "SELECT uuid FROM subscribers WHERE app_id = ? ORDER BY id",
      world.app.v1_id,
    );
    const all = [
      { subscriber_id: uuids[0].uuid, status: "sent", attempts: 1, error: null, reason: null },
      {
        subscriber_id: uuids[1].uuid,
        status: "failed",
        attempts: 6,
        error: "UNAVAILABLE",
        reason: "unavailable",
      },
      { subscriber_id: uuids[2].uuid, status: "pending", attempts: 0, error: null, reason: null },
    ];
    const meta = (count: number) => ({ total_count: count, total_is_minimum: false });
    const whole = await call("GET", `/${id}/recipients`);
    expect(whole.status).toBe(200);
    expect(whole.body).toEqual({ data: all, meta: meta(3), next_cursor: null });
    const first = await call("GET", `/${id}/recipients?limit=2`);
    expect(first.body.data).toEqual(all.slice(0, 2));
    const cursor = encodeURIComponent(first.body.next_cursor);
    const second = await call("GET", `/${id}/recipients?limit=2&cursor=${cursor}`);
    expect(second.body).toEqual({ data: all.slice(2), meta: meta(3), next_cursor: null });
    const failed = await call("GET", `/${id}/recipients?status=failed`);
    expect(failed.body).toEqual({ data: [all[1]], meta: meta(1), next_cursor: null });
    const bad = await call("GET", `/${id}/recipients?status=x&cursor=y&limit=0`);
    expect(bad.status).toBe(422);
    expect(Object.keys(bad.body.details)).toEqual(["status", "cursor", "limit"]);
  });
});

describe("access", () => {
  test.each([
    ["GET", "", "read"],
    ["POST", "", "write"],
    ["POST", "/estimate", "read"],
    ["GET", "/:id", "read"],
    ["PATCH", "/:id", "write"],
    ["POST", "/:id/send", "write"],
    ["POST", "/:id/cancel", "write"],
    ["GET", "/:id/recipients", "read"],
  ])("%s notifications%s needs push:%s and a key for the app", async (method, path, right) => {
    const [owner, stranger] = [await newNotifier(), await newNotifier()];
    const { id } = await owner.make();
    const ask = async (token: string | undefined, app: string, notification = id) =>
      api(method, `/api/v1/push/apps/${app}/notifications${path.replace(":id", notification)}`, {
        ...(token === undefined ? {} : { token }),
        ...(method === "GET" ? {} : { body: "{" }),
      });
    const before = await owner.call("GET", `/${id}`);

    const nobody = await ask(undefined, owner.app.id);
    expect(nobody.status).toBe(401);
    expect(nobody.body).toEqual({ error: "Invalid or missing API key" });

    const lesser = right === "read" ? "push:write" : "push:read";
    const narrow = await newKey(owner.account.id, { scopes: [lesser] });
    expect((await ask(narrow, owner.app.id)).status).toBe(403);
    const other = await api("POST", "/api/v1/push/apps", {
      token: owner.account.key,
      json: { name: "Other" },
    });
    const limited = await newKey(owner.account.id, { app_ids: [other.body.data.v1_id] });
    expect((await ask(limited, owner.app.id)).status).toBe(403);
    expect((await ask(limited, owner.app.id, NO_ONE)).status).toBe(403);

    const answers = [
      await ask(stranger.account.key, owner.app.id),
      await ask(owner.account.key, NO_ONE),
      await ask(owner.account.key, "1"),
    ];
    if (path.includes(":id")) {
      answers.push(
        await ask(owner.account.key, owner.app.id, NO_ONE),
        await ask(owner.account.key, owner.app.id, "1"),
        await ask(owner.account.key, other.body.data.id),
        await ask(stranger.account.key, stranger.app.id),
      );
    }
    for (const { status, body } of answers) {
      expect(status).toBe(404);
      expect(body).toEqual({ error: "Not found" });
    }
    expect((await owner.call("GET", `/${id}`)).body).toEqual(before.body);
  });
});
