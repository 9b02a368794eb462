// What a suspension stops: builds and sends that are under way, those that begin in the same moment, what falls due meanwhile,
// imports, what was built, and what webhooks hear. Interleavings are made by hand.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { stopSuspended } from "../../../../src/domain/operators/suspend-account.ts";
import { findApp } from "../../../../src/domain/apps/find-app.ts";
import { stepImport } from "../../../../src/domain/imports/step-import.ts";
import { triggerBuild } from "../../../../src/domain/builds/trigger-build.ts";
import { sendDue, startRuns } from "../../../../src/domain/notifications/start-runs.ts";
import { sendScheduled } from "../../../../src/domain/notifications/send-notification.ts";
import { credits, getLogs, pool, triggered, useTestClock } from "../../../support/builds.ts";
import { channelWorld, newDevice, sendTo, subscribe } from "../../../support/channels.ts";
import { testContext } from "../../../support/context.ts";
import { emit } from "../../../support/emit.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { counted, importAt, importWorld } from "../../../support/imports.ts";
import { installable } from "../../../support/install.ts";
import { as, join, newPerson } from "../../../support/members.ts";
import { newNotifier, newOwner, suspend } from "../../../support/scenario.ts";
import { afterBatch, beforeBatch } from "../../../support/trips.ts";
import { admin, api, eventually, rows, send } from "../../../support/worker.ts";
import { clockedWorld, create, HOUR, NOW, stored } from "../notifications/clocked-world.ts";

const REASON = "Its apps imitate a bank";
const WHY = "the account was suspended";

const resume = async (accountId: number) => admin("POST", `/accounts/${accountId}/resume`);

/** The flag alone, as after a suspension that was interrupted right behind its transaction. */
const flag = async (accountId: number) =>
  rows("UPDATE accounts SET suspended_at = 1, suspended_reason = 'x' WHERE id = ?", accountId);

const buildRow = async (id: number) => (await rows("SELECT * FROM builds WHERE id = ?", id))[0];

afterEach(() => void vi.restoreAllMocks());

describe("builds", () => {
  useTestClock();

  test("that wait and that are made end, with their credit back, and their builder is told", async () => {
    const builder = await FakeBuilder.start();
    const owner = await newOwner({ build_credits: 5 });
    const first = await triggered(owner);
    const { lease } = await builder.take();
    await builder.log(lease, 0, "Working\n");
    const { data: other } = (
      await api("POST", "/api/v1/apps", {
        token: owner.account.key,
        json: { name: "B", url: "https://example.com" },
      })
    ).body;
    const second = await triggered({ ...owner, app: other });

    await suspend(owner.account.id);
    expect((await buildRow(first)).status).toBe("cancelled");
    expect((await buildRow(second)).status).toBe("cancelled");
    expect(await credits(owner)).toEqual({ balance: 5, moved: [-1, -1, 1, 1] });
    expect(await builder.heartbeat(lease)).toEqual({ cancel: true, reason: "cancelled" });
    expect(await builder.lease(), "nothing is offered").toBeNull();

    await resume(owner.account.id);
    expect((await getLogs(owner, first)).body.logs).toBe(
      "Working\nCancelled: the account was suspended.\n",
    );
    await triggered(owner);
  });

  test("a log that somebody follows ends", async () => {
    const builder = await FakeBuilder.start();
    const owner = await newOwner({ build_credits: 5 });
    const id = await triggered(owner);
    await builder.take();
    const stream = await send("GET", `/api/v1/builds/${id}/logs`, {
      token: owner.account.key,
      headers: { accept: "text/event-stream" },
    });
    const text = stream.text();
    await suspend(owner.account.id);
    expect(await text).toMatch(/Cancelled: the account was suspended[^]*event: end/);
  });

  test("one that is triggered in the same moment is not made: no row, no credit, and the lock is free", async () => {
    await FakeBuilder.start();
    const owner = await newOwner({ build_credits: 5 });
    const person = await newPerson();
    await join(owner.account.id, person, "owner");
    // It was let in before.
    const ctx = await as(person, owner.account.id);
    const app = await findApp(ctx, owner.app.id);
    await suspend(owner.account.id);
    const begun = triggerBuild(ctx, app, "https://slipway.test", {});
    await expect(begun).rejects.toMatchObject({
      refusal: { code: "account_suspended", reason: REASON },
    });
    expect(await credits(owner)).toEqual({ balance: 5, moved: [] });
    expect(await rows("SELECT id FROM builds WHERE account_id = ?", owner.account.id)).toEqual([]);
    await resume(owner.account.id);
    await triggered(owner);
  });

  test("one whose builder accepts it behind the flag is not handed out, and ends", async () => {
    const builder = await FakeBuilder.start();
    const owner = await newOwner({ build_credits: 5 });
    const id = await triggered(owner);
    const lease = await builder.lease(5000);
    await flag(owner.account.id);
    const accepted = await builder.accept(lease!);
    expect([accepted.status, accepted.body.reason]).toEqual([409, "cancelled"]);
    expect((await buildRow(id)).status).toBe("cancelled");
    expect(await credits(owner)).toEqual({ balance: 5, moved: [-1, 1] });
  });

  test("one that begins after the account was let go on is not stopped by a suspension that is just ending", async () => {
    await FakeBuilder.start();
    const owner = await newOwner();
    let begun = 0;
    afterBatch(/^update "accounts" set "suspended_at"/, async () => {
      await resume(owner.account.id);
      begun = await triggered(owner);
    });
    await suspend(owner.account.id);
    expect((await buildRow(begun)).status).toBe("pending");
    await pool().dequeue(begun);
  });

  test("the cron ends what an interrupted suspension left, and nothing of others", async () => {
    await FakeBuilder.start();
    const [owner, other] = [await newOwner(), await newOwner()];
    const [id, others] = [await triggered(owner), await triggered(other)];
    await flag(owner.account.id);
    await stopSuspended(testContext().ctx);
    expect((await buildRow(id)).status).toBe("cancelled");
    expect((await buildRow(others)).status).toBe("pending");
    await pool().dequeue(others);
  });

  test("what was built is handed out to nobody, which strangers are told without the reason", async () => {
    const { owner, id, link } = await installable();
    const { account } = owner;
    const page = new URL((await link()).body.data.url).pathname;
    const download = await api("GET", `/api/v1/builds/${id}/download`, { token: account.key });
    const file = download.body.download_url;
    await suspend(account.id);
    for (const path of [page, `${page}/icon`, `${page}/My%20App.apk`]) {
      const answer = await send("GET", path);
      expect(answer.status, path).toBe(403);
      const html = await answer.text();
      expect(html).toContain("This app is not handed out");
      expect(html).not.toContain(REASON);
      expect(html).not.toContain("My App");
    }
    const { status, body } = await api("GET", file);
    expect(status).toBe(403);
    expect(body).toEqual({
      message: expect.stringContaining("has stopped the account"),
      error: "account_suspended",
    });
    await resume(account.id);
    expect((await send("GET", page)).status).toBe(200);
    expect((await send("GET", file)).status).toBe(200);
  });
});

describe("sends", () => {
  test("that are on are cancelled with the reason, and their runs told", async () => {
    const { account, make, call } = await newNotifier();
    const { id } = await make({ targeting: { type: "all" } });
    await rows("UPDATE notifications SET status = 'sending', started_at = 1 WHERE uuid = ?", id);
    const draft = await make();
    await suspend(account.id);
    await resume(account.id);
    const { data } = (await call("GET", `/${id}`)).body;
    expect(data).toMatchObject({ status: "cancelled", failure_reason: WHY });
    expect((await call("GET", `/${draft.id}`)).body.data.status).toBe("draft");
  });

  test("one that is made in the same moment is refused, and nothing is there", async () => {
    const { account, call } = await newNotifier();
    beforeBatch(/^insert into "notifications"/, async () => suspend(account.id));
    const refused = await call("POST", "", { title: "A", body: "B", send: true });
    expect(refused.status).toBe(403);
    expect(refused.body.error).toContain(REASON);
    expect(await rows("SELECT id FROM notifications WHERE account_id = ?", account.id)).toEqual([]);
  });

  test("a draft that is sent in the same moment stays one", async () => {
    const { account, make, call } = await newNotifier();
    const { id } = await make();
    beforeBatch(/^update "notifications" set "status"/, async () => suspend(account.id));
    const refused = await call("POST", `/${id}/send`);
    expect(refused.status).toBe(403);
    const [row] = await rows("SELECT status FROM notifications WHERE uuid = ?", id);
    expect(row.status).toBe("draft");
  });

  test("a channel's message in the same moment is refused whole", async () => {
    const world = await channelWorld();
    const device = await newDevice(world);
    await subscribe(world, device, "person");
    beforeBatch(/^insert into "channel_messages"/, async () => suspend(world.account.id));
    expect((await sendTo(world, "person")).status).toBe(403);
    expect(
      await rows(
        `SELECT m.id FROM channel_messages AS m JOIN channel_subscriptions AS s ON s.id = m.subscription_id
         WHERE s.channel_id = ?`,
        world.channel.id,
      ),
    ).toEqual([]);
  });

  describe("that fall due meanwhile", () => {
    let world: Awaited<ReturnType<typeof clockedWorld>>;
    let other: typeof world;
    const due = { scheduled_at: new Date(NOW + HOUR).toISOString() };
    beforeEach(async () => {
      [world, other] = [await clockedWorld(), await clockedWorld()];
    });

    test("are cancelled, by their alarm", async () => {
      const { id } = await create(world, due);
      await flag(world.account.id);
      expect(await sendScheduled(world.ctx, id)).toBe(NOW + HOUR);
      world.clock.now = NOW + HOUR;
      expect(await sendScheduled(world.ctx, id)).toBeNull();
      expect(await stored(id)).toMatchObject({
        status: "cancelled",
        failure_reason: WHY,
        started_at: null,
      });
    });

    test("are cancelled, by the cron, among others that go out", async () => {
      const [mine, others] = [await create(world, due), await create(other, due)];
      await flag(world.account.id);
      world.clock.now = other.clock.now = NOW + HOUR;
      world.told.length = 0;
      await startRuns(world.ctx, [mine.id, others.id]);
      expect(await stored(mine.id)).toMatchObject({ status: "cancelled", failure_reason: WHY });
      expect(await stored(others.id)).toMatchObject({ status: "sending" });
      expect(world.told).toEqual([{ call: "start", id: others.id }]);
      await sendDue(world.ctx);
      expect((await stored(mine.id)).status).toBe("cancelled");
    });

    test("go out if the account goes on before", async () => {
      const { id } = await create(world, due);
      await flag(world.account.id);
      await resume(world.account.id);
      world.clock.now = NOW + HOUR;
      expect(await sendScheduled(world.ctx, id)).toBe("sending");
    });
  });
});

describe("imports", () => {
  const FILE = `platform,token\nandroid,fcm:${crypto.randomUUID()}\n`;

  test("that go on end, which their page says, and one that begins in the same moment does not", async () => {
    const world = await importWorld();
    const path = await counted(world, FILE);
    const { account } = world.owner;
    beforeBatch(/^update "imports" set "state"/, async () => flag(account.id));
    const refused = await world.owner.post(`${path}/start`, { leave_out: "on" });
    expect(refused.status).toBe(403);
    expect(refused.html).toContain("This account is suspended");
    expect((await importAt(path)).state).toBe("ready");
    await stopSuspended(testContext().ctx);
    expect(await importAt(path)).toMatchObject({ state: "failed", failure: "suspended" });
    await resume(account.id);
    expect((await world.owner.get(path)).html).toContain("The account was suspended.");
  });

  test("one that was refused in that moment begins once the account goes on, by the same form", async () => {
    const world = await importWorld();
    const path = await counted(world, FILE);
    const { account } = world.owner;
    const fields = { leave_out: "on", once: crypto.randomUUID() };
    beforeBatch(/^update "imports" set "state"/, async () => flag(account.id));
    expect((await world.owner.post(`${path}/start`, fields)).status).toBe(403);
    await resume(account.id);
    expect((await world.owner.post(`${path}/start`, fields)).status).toBe(303);
  });

  test("one that ends in the middle of a chunk says what that did", async () => {
    const world = await importWorld();
    const path = await counted(world, FILE);
    const { id } = await importAt(path);
    await rows("UPDATE imports SET state = 'running', cursor = 0 WHERE id = ?", id);
    const { account } = world.owner;
    beforeBatch(/^update "imports" set .*"created"/, async () => suspend(account.id));
    expect(await stepImport(testContext().ctx, id)).toBe(false);
    expect(await importAt(path)).toMatchObject({
      state: "failed",
      failure: "suspended",
      created: 1,
    });
  });
});

test("a webhook's test in the same moment is refused for what it is", async () => {
  const { account } = await newOwner();
  const json = { url: "https://hooks.example.com/", events: ["build.failed"] };
  const made = await api("POST", "/api/v1/webhooks", { token: account.key, json });
  beforeBatch(/^insert into "webhook_deliveries"/, async () => flag(account.id));
  const path = `/api/v1/webhooks/${made.body.data.id}/test`;
  const refused = await api("POST", path, { token: account.key });
  expect([refused.status, refused.body.error]).toEqual([403, "account_suspended"]);
});

test("webhooks hear of nothing new, and what was on its way goes on", async () => {
  const { account, app } = await newOwner();
  const json = { url: "https://hooks.example.com/", events: ["build.failed"] };
  await api("POST", "/api/v1/webhooks", { token: account.key, json });
  const { ctx } = testContext();
  const count = async () =>
    (
      await rows(
        `SELECT count(*) AS n FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id
         WHERE w.account_id = ?`,
        account.id,
      )
    )[0].n;
  await emit({ ...ctx, enqueueWebhooks: async () => {} }, app.id, "build.failed", {});
  expect(await count()).toBe(1);
  await suspend(account.id);
  await emit(ctx, app.id, "build.failed", {});
  expect(await count()).toBe(1);
  await resume(account.id);
  await emit({ ...ctx, enqueueWebhooks: async () => {} }, app.id, "build.failed", {});
  await eventually(async () => (await count()) === 2);
});
