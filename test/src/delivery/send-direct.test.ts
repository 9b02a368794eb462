// The direct path: a send to a few devices is sent and ended in the tail of its request, without a run. Whoever is to be tried
// again goes to a run, and so does everybody where the tail was cut off; each outcome is recorded once.
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { followUpDirect } from "../../../src/domain/notifications/direct/follow-up.ts";
import { recoverRuns } from "../../../src/domain/notifications/start-runs.ts";
import { deliveryContextOf } from "../../../src/runtime.ts";
import { entries, newDevice } from "../../support/inbox.ts";
import { countPlatform } from "../../support/platform-use.ts";
import { PUSH } from "../../support/push.ts";
import { newPushOwner, suspend, type PushOwner } from "../../support/scenario.ts";
import { afterBatch, beforeBatch } from "../../support/trips.ts";
import { api, bindings, eventually, rows } from "../../support/worker.ts";
import { endBatchesOnce } from "./out-of-time.ts";
import { flagOf, refused, refusing, statuses } from "./refusing.ts";
import { browserOf, Send, useWorld } from "./sending.ts";

const world = useWorld();
const { answerAs, newAudience } = refusing(world);

/** How old what the follow-up goes past is, ms. */
const SETTLED_BY_MS = 61_000;
const FEW = { send: true, targeting: { type: "user_ids", ids: ["ann"] } };

/** Makes all the app's subscribers devices of Ann. */
async function ofAnn(owner: PushOwner): Promise<PushOwner> {
  await rows("UPDATE subscribers SET user_id = 'ann' WHERE app_id = ?", owner.app.v1_id);
  return owner;
}

const browsers = async (count: number) => ofAnn(await newPushOwner(count));

async function rowOf({ id }: Pick<Send, "id">): Promise<any> {
  return (await rows("SELECT * FROM notifications WHERE id = ?", id))[0];
}

/** Waits until the send says this. */
async function becomes(send: Send, status: string): Promise<void> {
  await eventually(async () => (await rowOf(send)).status === status);
}

/** Whether the send's object keeps a run. */
async function isRunning({ stub }: Send): Promise<boolean> {
  return runInDurableObject(stub, (_, { storage }) => [...storage.kv.list()].length > 0);
}

/** Providers that answer when they are told to. */
function held(answer = () => new Response(null, { status: 201 })) {
  const gate = { isOpen: false };
  world.answer = async () => {
    while (!gate.isOpen) await scheduler.wait(1);
    return answer();
  };
  return () => void (gate.isOpen = true);
}

/** Waits until a provider was asked. */
const asked = async () => eventually(async () => world.asked.size > 0);

async function newWebhook({ account, app }: PushOwner): Promise<void> {
  const json = {
    url: "https://hooks.example.com/",
    secret: "a secret of the owner",
    events: ["notification.sent", "notification.failed"],
  };
  const made = await api("POST", `${PUSH}/apps/${app.id}/webhooks`, { token: account.key, json });
  expect(made.status).toBe(201);
}

/** The events that webhooks of the app were sent, or will be. */
async function events({ app }: PushOwner): Promise<any[]> {
  const found = await rows(
    `SELECT d.event, d.body FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id WHERE w.app_id = ?`,
    app.v1_id,
  );
  return found.map(({ event, body }) => ({ event, ...JSON.parse(body).data }));
}

/** A minute later, the cron. */
async function followUp(): Promise<void> {
  world.pass(SETTLED_BY_MS);
  await followUpDirect(world.ctx());
}

describe("who takes it", () => {
  test("twelve devices do: each is asked once, and there is no run", async () => {
    const used = countPlatform();
    const send = await Send.create(world, await browsers(12), FEW);
    await becomes(send, "sent");
    expect(used.objects["NOTIFICATION_RUN"]).toBeUndefined();
    expect(used.messages).toEqual({});
    expect(world.asked.size).toBe(12);
    expect(send.repeats()).toBe(0);
    await send.expectAccounted(12);
  });

  test("devices without an address do too: it stands in their inbox", async () => {
    const owner = await newPushOwner(1);
    const device = await newDevice(owner);
    await ofAnn(owner);
    const send = await Send.create(world, owner, FEW);
    await becomes(send, "sent");
    expect(await entries(device)).toHaveLength(1);
    await send.expectAccounted(2);
    expect((await rowOf(send)).has_run).toBe(0);
  });

  test("thirteen take a run", async () => {
    const send = await Send.create(world, await browsers(13), FEW);
    expect(await rowOf(send)).toMatchObject({ status: "sending", has_run: 1 });
    await send.finish();
    await send.expectAccounted(13);
  });

  test("a device at a host that is known to be slow takes a run", async () => {
    const owner = await browsers(2);
    deliveryContextOf(bindings).pace.noteSlow(owner.account.id, "https://push.example.com");
    const send = await Send.create(world, owner, FEW);
    expect(await rowOf(send)).toMatchObject({ has_run: 1 });
  });

  test("a draft takes a run, and so does somebody without a device", async () => {
    const owner = await browsers(1);
    const draft = await Send.create(world, owner, { targeting: FEW.targeting });
    const path = `${PUSH}/apps/${owner.app.id}/notifications/${draft.uuid}/send`;
    expect((await api("POST", path, { token: owner.account.key })).status).toBe(200);
    expect(await rowOf(draft)).toMatchObject({ status: "sending", has_run: 1 });
    const targeting = { type: "user_ids", ids: ["bob"] };
    const nobody = await Send.create(world, owner, { ...FEW, targeting });
    expect((await nobody.finish()).stats.total_count).toBe(0);
  });
});

describe("what providers answer", () => {
  test.each([429, 503])("%i: a run tries that device again, and no other", async (status) => {
    const owner = await browsers(3);
    await newWebhook(owner);
    world.answer = (url) =>
      new Response(null, {
        status: browserOf(url) === 1 && world.asked.get(url) === 1 ? status : 201,
      });
    const send = await Send.create(world, owner, FEW);
    await eventually(async () => isRunning(send));
    expect((await send.finish()).status).toBe("sent");
    expect(await rowOf(send)).toMatchObject({ has_run: 1 });
    await send.expectAccounted(3);
    const results = await send.results();
    expect(results.map(({ attempts }) => attempts)).toEqual([1, 2, 1]);
    expect([...world.asked].map(([url, count]) => [browserOf(url), count])).toEqual(
      expect.arrayContaining([
        [0, 1],
        [1, 2],
        [2, 1],
      ]),
    );
    expect(await events(owner)).toMatchObject([{ event: "notification.sent" }]);
  });

  test("no answer: a run tries that device again", async () => {
    const owner = await browsers(2);
    world.answer = (url) => {
      if (browserOf(url) === 1 && world.asked.get(url) === 1) throw new TypeError("it broke off");
      return new Response(null, { status: 201 });
    };
    const send = await Send.create(world, owner, FEW);
    await eventually(async () => isRunning(send));
    await send.finish();
    await send.expectAccounted(2);
    expect((await send.get()).stats.sent_count).toBe(2);
  });

  test("nothing within the time of a batch: a run tries that device again, and who has it gets it no more", async () => {
    const owner = await browsers(2);
    world.answer = async (url) =>
      browserOf(url) === 1 ? new Promise(() => undefined) : new Response(null, { status: 201 });
    const restore = endBatchesOnce(world, { asked: 2, noted: 1 });
    const send = await Send.create(world, owner, FEW);
    await eventually(async () => isRunning(send));
    restore();
    world.answer = () => new Response(null, { status: 201 });
    await send.finish();
    expect(await rowOf(send)).toMatchObject({ status: "sent", has_run: 1 });
    await send.expectAccounted(2);
    const results = await send.results();
    expect(results.map(({ attempts }) => attempts)).toEqual([1, 2]);
    const times = new Map([...world.asked].map(([url, count]) => [browserOf(url), count]));
    expect(times).toEqual(
      new Map([
        [0, 1],
        [1, 2],
      ]),
    );
  });

  test("410: the device is retired, and who is told that nobody was reached", async () => {
    const owner = await browsers(1);
    await newWebhook(owner);
    world.answer = () => new Response(null, { status: 410 });
    const send = await Send.create(world, owner, FEW);
    await becomes(send, "failed");
    const { failure_reason: why, stats } = await send.get();
    expect(why).toBe("no recipient could be reached");
    expect(await statuses(owner, "webpush")).toEqual({ inactive: 1 });
    expect(await events(owner)).toEqual([
      {
        event: "notification.failed",
        notification_id: send.uuid,
        status: "failed",
        failure_reason: why,
        sent_at: expect.stringMatching(/Z$/),
        stats: expect.objectContaining({ total_count: 1, failed_count: 1 }),
      },
    ]);
    expect(stats).toMatchObject({ total_count: 1, sent_count: 0, failed_count: 1 });
    expect((await send.totals()).reasons).toMatchObject({ unregistered: 1 });
  });

  test("a refused credential is flagged, and stops its own devices alone", async () => {
    const owner = await ofAnn(await newAudience(2, 2));
    answerAs({ apns: () => refused(403, "InvalidProviderToken") });
    const send = await Send.create(world, owner, FEW);
    await becomes(send, "sent");
    expect(await flagOf(owner, "apns")).toContain("InvalidProviderToken");
    expect(await flagOf(owner, "webpush")).toBeNull();
    expect((await send.get()).failure_reason).toMatch(/^apns: InvalidProviderToken/);
    await send.expectAccounted(4);
  });
});

describe("what comes in between", () => {
  test("a repeated request is answered from the kept answer: there is one send", async () => {
    const { account, app } = await browsers(1);
    const headers = { "idempotency-key": crypto.randomUUID() };
    const call = { token: account.key, headers, json: { title: "a", body: "b", ...FEW } };
    const path = `${PUSH}/apps/${app.id}/notifications`;
    const first = await api("POST", path, call);
    const second = await api("POST", path, call);
    expect(second.body).toEqual(first.body);
    await eventually(async () => {
      const all = await rows("SELECT status FROM notifications WHERE app_id = ?", app.v1_id);
      return all.length === 1 && all[0].status === "sent";
    });
    expect([...world.asked.values()]).toEqual([1]);
  });

  test("a cancelled send stays cancelled, gets its counters, and calls no run into being", async () => {
    const owner = await browsers(1);
    await newWebhook(owner);
    const free = held();
    const send = await Send.create(world, owner, FEW);
    await asked();
    const used = countPlatform();
    expect(await send.cancel()).toBe(200);
    free();
    await eventually(async () => (await rowOf(send)).completed_batches === 1);
    expect(await rowOf(send)).toMatchObject({ status: "cancelled", has_run: 0, sent_count: 1 });
    expect((await send.results()).map(({ status }) => status)).toEqual(["sent"]);
    expect(used.objects["NOTIFICATION_RUN"]).toBeUndefined();
    expect(await events(owner)).toEqual([]);
  });

  test("who is to be tried again after it was cancelled is not", async () => {
    const owner = await browsers(2);
    const free = held(() => new Response(null, { status: 503 }));
    const send = await Send.create(world, owner, FEW);
    await asked();
    expect(await send.cancel()).toBe(200);
    free();
    await eventually(async () => isRunning(send));
    // The run looks at once, and the message comes seconds later.
    await send.look();
    await send.finish();
    expect(await rowOf(send)).toMatchObject({ status: "cancelled", failed_count: 2 });
    expect([...world.asked.values()]).toEqual([1, 1]);
  });

  test("a suspension ends nothing that is under way", async () => {
    const owner = await browsers(1);
    const free = held();
    const send = await Send.create(world, owner, FEW);
    await asked();
    await suspend(owner.account.id);
    free();
    await becomes(send, "sent");
  });

  test("of a deleted app nothing is written", async () => {
    const owner = await browsers(1);
    const free = held();
    let isBack = false;
    afterBatch(/batch_results/, async () => void (isBack = true));
    const send = await Send.create(world, owner, FEW);
    await asked();
    const path = `/api/v1/apps/${owner.app.v1_id}`;
    expect((await api("DELETE", path, { token: owner.account.key })).status).toBeLessThan(300);
    await eventually(async () => (await rowOf(send)) === undefined);
    free();
    await eventually(async () => isBack);
    await followUp();
    expect(await send.results()).toEqual([]);
    expect(await isRunning(send)).toBe(false);
  });
});

describe("a tail that is cut off", () => {
  const dies = async (): Promise<never> => {
    throw new Error("the tail dies");
  };
  const hangs = async () => new Promise<never>(() => undefined);
  afterEach(() => void vi.restoreAllMocks());

  const lost = async (): Promise<never> => {
    throw new Error("the answer is lost");
  };

  test("where its end is never written, is found by the follow-up: a run sends it, and it counts once", async () => {
    const owner = await browsers(2);
    await newWebhook(owner);
    beforeBatch(/batch_results/, hangs);
    const send = await Send.create(world, owner, FEW);
    await eventually(async () => world.asked.size === 2);
    await followUpDirect(world.ctx());
    expect(await rowOf(send), "it may be under way").toMatchObject({ has_run: 0 });
    await followUp();
    expect(await rowOf(send)).toMatchObject({ status: "sending", has_run: 1 });
    await send.finish();
    await send.expectAccounted(2);
    expect(await events(owner)).toMatchObject([{ event: "notification.sent" }]);
  });

  test.each([
    ["fails before it is written", () => beforeBatch(/batch_results/, dies)],
    ["was written, and its answer lost", () => afterBatch(/batch_results/, lost)],
  ])("where its end %s, is not: it is written again, and once", async (_, breaks) => {
    const owner = await browsers(2);
    await newWebhook(owner);
    breaks();
    const send = await Send.create(world, owner, FEW);
    await becomes(send, "sent");
    await followUp();
    expect(await rowOf(send)).toMatchObject({ status: "sent", has_run: 0 });
    await send.expectAccounted(2);
    expect(send.repeats()).toBe(0);
    expect(await events(owner)).toMatchObject([{ event: "notification.sent" }]);
  });

  test("of an account that was suspended meanwhile is cancelled, and nobody is asked again", async () => {
    const owner = await browsers(2);
    await newWebhook(owner);
    beforeBatch(/batch_results/, hangs);
    const send = await Send.create(world, owner, FEW);
    await eventually(async () => world.asked.size === 2);
    await suspend(owner.account.id);
    await followUp();
    expect(await rowOf(send)).toMatchObject({
      status: "cancelled",
      failure_reason: "the account was suspended",
      has_run: 0,
    });
    await recoverRuns(world.ctx());
    expect(await isRunning(send)).toBe(false);
    expect(send.repeats()).toBe(0);
    expect(await events(owner)).toEqual([]);
  });

  test.each([
    ["fails is handed over by another", dies],
    ["never returns is found by the follow-up", hangs],
  ])("where the call that hands it over %s", async (_, cut) => {
    const get = bindings.NOTIFICATION_RUN.get.bind(bindings.NOTIFICATION_RUN);
    let isCut = false;
    const spy = vi.spyOn(bindings.NOTIFICATION_RUN, "get").mockImplementation((id) => {
      spy.mockRestore();
      isCut = true;
      return { ...get(id), takeOver: cut };
    });
    world.answer = (url) => new Response(null, { status: world.asked.get(url) === 1 ? 503 : 201 });
    const send = await Send.create(world, await browsers(2), FEW);
    await eventually(async () => isCut);
    if (cut === dies) await eventually(async () => isRunning(send));
    else await followUp();
    await send.finish();
    await send.expectAccounted(2);
    expect((await send.get()).stats.sent_count).toBe(2);
  });

  test("that comes back to have a run go on, after one has ended the send, changes nothing", async () => {
    const owner = await browsers(1);
    const free = held(() => new Response(null, { status: 503 }));
    const send = await Send.create(world, owner, FEW);
    await asked();
    await followUp();
    world.answer = () => new Response(null, { status: 410 });
    await send.finish();
    const ended = await rowOf(send);
    expect(ended).toMatchObject({ status: "failed", failed_count: 1 });
    free();
    await eventually(async () => isRunning(send));
    while (await send.look());
    expect(await isRunning(send)).toBe(false);
    expect(await rowOf(send)).toEqual(ended);
    expect((await send.results()).map(({ status }) => status)).toEqual(["gone"]);
  });

  test("that comes back after a run took the send changes nothing", async () => {
    const owner = await browsers(1);
    await newWebhook(owner);
    const free = held();
    let isBack = false;
    afterBatch(/batch_results/, async () => void (isBack = true));
    const send = await Send.create(world, owner, FEW);
    await asked();
    await followUp();
    world.answer = () => new Response(null, { status: 410 });
    await send.finish();
    const ended = await rowOf(send);
    expect(ended).toMatchObject({ status: "failed", failed_count: 1 });
    free();
    await eventually(async () => isBack);
    expect(await rowOf(send)).toEqual(ended);
    expect((await send.results()).map(({ status }) => status)).toEqual(["gone"]);
    expect(await events(owner)).toHaveLength(1);
  });
});
