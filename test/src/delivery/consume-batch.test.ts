// Providers that fail during a send: every recipient gets one final outcome, and retries come when they should.
import { runInDurableObject } from "cloudflare:test";
import { expect, onTestFinished, test, vi } from "vitest";
import type {
  ClaimTicketPort,
  NotificationRunPort,
} from "../../../src/domain/ports/notifications.ts";
import { HOUR_MS, MINUTE_MS } from "../../../src/kit/time.ts";
import { browserKeys } from "../../support/keys.ts";
import { PUSH, serviceAccount } from "../../support/push.ts";
import { api, rows } from "../../support/worker.ts";
import { browserOf, Send, useWorld } from "./sending.ts";
import { newPushOwner, type PushOwner } from "../../support/scenario.ts";

const world = useWorld();

const ok = () => new Response(null, { status: 201 });
const status = (code: number, headers: Record<string, string> = {}) =>
  new Response(null, { status: code, headers });

test("sends to six recipients at once and no more", async () => {
  const send = await Send.create(world, await newPushOwner(50));
  let [underWay, most] = [0, 0];
  world.answer = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, 1));
    underWay -= 1;
    return ok();
  };
  await send.finish();
  expect(most).toBe(6);
});

test("only a recipient answered with 500 is tried again, with growing waits", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  const tries: number[] = [];
  let failing = 3;
  world.answer = (url) => {
    if (browserOf(url) !== 7) return ok();
    tries.push(Date.now());
    failing -= 1;
    return status(failing >= 0 ? 500 : 201);
  };
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 60 } });
  await send.expectAccounted(60);
  expect(send.repeats()).toBe(3);
  const waits = tries.slice(1).map((at, index) => (at - (tries[index] ?? 0)) / 1000);
  for (const [index, wait] of waits.entries()) {
    const full = 10 * 2 ** index;
    expect(wait).toBeGreaterThanOrEqual(full / 2);
    expect(wait).toBeLessThan(full + 25);
  }
  const [seventh] = (await send.results()).filter(({ attempts }) => attempts > 1);
  expect(seventh).toMatchObject({ status: "sent", attempts: 4, error: null });
});

test("a recipient is given up after six attempts", async () => {
  const send = await Send.create(world, await newPushOwner(3));
  world.answer = () => status(503);
  const ended = await send.finish();
  expect(ended).toMatchObject({
    status: "failed",
    failure_reason: "webpush: HTTP 503",
  });
  await send.expectAccounted(3);
  expect([...world.asked.values()]).toEqual([6, 6, 6]);
  const [first] = await send.results();
  expect(first).toMatchObject({ status: "failed", attempts: 6, error: "HTTP 503" });
});

test("a message with a TTL of 0 is tried once", async () => {
  const send = await Send.create(world, await newPushOwner(3), { send: true, ttl: 0 });
  world.answer = () => status(503);
  await send.finish();
  await send.expectAccounted(3);
  expect([...world.asked.values()]).toEqual([1, 1, 1]);
});

test("nothing is tried again once the TTL is over", async () => {
  const begin = Date.now();
  const send = await Send.create(world, await newPushOwner(3), { send: true, ttl: 60 });
  const tries: number[] = [];
  world.answer = () => {
    tries.push(Date.now() - begin);
    return status(503);
  };
  await send.finish();
  await send.expectAccounted(3);
  expect(tries.length).toBeGreaterThan(3);
  expect(Math.max(...tries)).toBeLessThan(62_000);
});

test("one recipient's Retry-After does not delay the others", async () => {
  const owner = await newPushOwner(5);
  await useKnownService(owner);
  const send = await Send.create(world, owner);
  const begin = Date.now();
  const reached: number[] = [];
  world.answer = (url) => {
    if (world.asked.get(url) === 1) {
      return status(503, browserOf(url) === 0 ? { "retry-after": "7200" } : {});
    }
    reached.push(Date.now() - begin);
    return ok();
  };
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 5 } });
  await send.expectAccounted(5);
  expect(Math.max(...reached.slice(0, 4))).toBeLessThan(MINUTE_MS);
  expect(reached[4]).toBeGreaterThanOrEqual(2 * HOUR_MS);
  expect((await send.results()).map(({ attempts }) => attempts)).toEqual([2, 2, 2, 2, 2]);
});

test("a host that is no known push service is waited for 15 minutes at most, and then the run ends", async () => {
  const send = await Send.create(world, await newPushOwner(3));
  const begin = Date.now();
  world.answer = (url) => (browserOf(url) === 0 ? status(503, { "retry-after": "43000" }) : ok());
  expect(await send.finish()).toMatchObject({
    status: "sent",
    stats: { sent_count: 2, failed_count: 1 },
  });
  await send.expectAccounted(3);
  expect(Date.now() - begin).toBeGreaterThanOrEqual(15 * MINUTE_MS);
  expect(Date.now() - begin).toBeLessThan(17 * MINUTE_MS);
  const [failed] = (await send.results()).filter((result) => result.status === "failed");
  expect(failed).toMatchObject({ error: "HTTP 503", attempts: 2 });
});

test("Retry-After: 0 does not use up all attempts at once", async () => {
  const send = await Send.create(world, await newPushOwner(1));
  const tries: number[] = [];
  world.answer = () => {
    tries.push(Date.now());
    return status(503, { "retry-after": "0" });
  };
  await send.finish();
  await send.expectAccounted(1);
  expect(tries).toHaveLength(6);
  expect((tries[5] ?? 0) - (tries[0] ?? 0)).toBeGreaterThan(150_000);
});

test("the Retry-After of a 429 is respected, up to twelve hours", async () => {
  const owner = await newPushOwner(2);
  await useKnownService(owner);
  const send = await Send.create(world, owner);
  const tries: number[] = [];
  world.answer = (url) => {
    if (browserOf(url) === 0) return ok();
    tries.push(Date.now());
    const after = ["120", "86400"][tries.length - 1];
    return after === undefined ? ok() : status(429, { "retry-after": after });
  };
  await send.finish();
  await send.expectAccounted(2);
  const [first = 0, second = 0, third = 0] = tries;
  expect(second - first).toBeGreaterThanOrEqual(120_000);
  expect(second - first).toBeLessThan(180_000);
  expect(third - second).toBeGreaterThanOrEqual(12 * HOUR_MS - 1000);
  expect(third - second).toBeLessThan(12 * HOUR_MS + 60_000);
});

test("a service that hangs or resets costs only its own recipients an attempt", async () => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  // ten seconds in a blink
  const waits = vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout(ms / 500));
  const send = await Send.create(world, await newPushOwner(20));
  const tried = new Set<number>();
  world.answer = async (url, { signal }) => {
    const browser = browserOf(url);
    if (browser > 5 || tried.has(browser)) return ok();
    tried.add(browser);
    if (browser % 2 === 0) throw new TypeError("Network connection lost.");
    return new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason as Error));
    });
  };
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 20 } });
  await send.expectAccounted(20);
  expect(send.repeats()).toBe(6);
  expect(waits).toHaveBeenCalledWith(10_000);
});

test("dead tokens are retired, except one registered again since the batch was made", async () => {
  const send = await Send.create(world, await newPushOwner(10));
  await send.look();
  const [queued] = send.take();
  if (!queued) throw new Error("no batch");
  const [dead, again] = queued.message.recipients.map(({ id }) => id);
  world.pass(5000);
  await rows(
    "UPDATE subscribers SET token = token || '-new', token_since = ? WHERE id = ? RETURNING id",
    Date.now(),
    again,
  );
  world.pass(5000);
  world.answer = (url) => status(browserOf(url) < 2 ? 410 : 201);
  await send.deliver(queued.message);
  await send.finish();
  await send.expectAccounted(10);
  const states = await rows(
    "SELECT id, status FROM subscribers WHERE id IN (?, ?) ORDER BY id",
    dead,
    again,
  );
  expect(states).toEqual([
    { id: dead, status: "inactive" },
    { id: again, status: "active" },
  ]);
  const gone = (await send.results()).filter((result) => result.status === "gone");
  expect(gone.map(({ id }) => id)).toEqual([dead, again]);
});

test("the batch is not sent again when the database fails to retire dead tokens", async () => {
  const send = await Send.create(world, await newPushOwner(10));
  await send.look();
  const [queued] = send.take();
  if (!queued) throw new Error("no batch");
  world.answer = (url) => status(browserOf(url) === 3 ? 410 : 201);
  const real = world.ctx;
  world.ctx = () => {
    const ctx = real();
    const update = () => {
      throw new Error("the database fails, as the test wishes");
    };
    return {
      ...ctx,
      db: new Proxy(ctx.db, {
        get: (db, name) => (name === "update" ? update : Reflect.get(db, name)),
      }),
    };
  };
  await send.deliver(queued.message);
  world.ctx = real;
  expect(await send.finish()).toMatchObject({ stats: { sent_count: 9, failed_count: 1 } });
  await send.expectAccounted(10);
  expect(send.repeats()).toBe(0);
});

test("a report that does not reach the run is repeated, and nobody is sent to twice", async () => {
  const send = await Send.create(world, await newPushOwner(10));
  await send.look();
  const [queued] = send.take();
  if (!queued) throw new Error("no batch");
  const real = world.ctx;
  let refusals = 0;
  world.ctx = () => {
    const ctx = real();
    const notificationRun: typeof ctx.notificationRun = (id) => {
      const port = ctx.notificationRun(id);
      return withComplete(port, async (...args) => {
        // the second time, only the answer is lost
        if (refusals++ === 0) throw new Error("the object is being moved");
        await port.complete(...args);
        if (refusals++ === 1) throw new Error("the answer was lost");
      });
    };
    return { ...ctx, notificationRun };
  };
  await send.deliver(queued.message);
  world.ctx = real;
  await send.finish();
  await send.expectAccounted(10);
  expect(refusals).toBeGreaterThanOrEqual(3);
  expect(send.repeats()).toBe(0);
});

test("a report is repeated after 0.1, 1 and 5 s to a run that is out of reach", async () => {
  const send = await Send.create(world, await newPushOwner(10));
  await send.look();
  const [queued] = send.take();
  if (!queued) throw new Error("no batch");
  const real = world.ctx;
  let refusals = 3;
  world.ctx = () => {
    const ctx = real();
    const notificationRun: typeof ctx.notificationRun = (id) => {
      const port = ctx.notificationRun(id);
      const complete: typeof port.complete = async (...args) => {
        refusals -= 1;
        if (refusals >= 0) throw new Error("the object is being moved");
        await port.complete(...args);
      };
      return withComplete(port, complete);
    };
    return { ...ctx, notificationRun };
  };
  const waits: number[] = [];
  const later = setTimeout;
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void, ms: number) => {
    // the longer ones are what sends may take
    const isWait = ms >= 100 && ms <= 5000;
    if (isWait) waits.push(ms);
    return later(run, isWait ? 0 : ms);
  }) as typeof setTimeout);
  await send.deliver(queued.message);
  world.ctx = real;
  await send.finish();
  expect(waits).toEqual([100, 1000, 5000]);
  await send.expectAccounted(10);
  expect(send.repeats()).toBe(0);
});

test("the session of the claim ends with the batch, also when no report reaches the run", async () => {
  const send = await Send.create(world, await newPushOwner(10));
  await send.look();
  const [queued] = send.take();
  if (!queued) throw new Error("no batch");
  const real = world.ctx;
  const end = vi.fn();
  const refuse = async () => Promise.reject(new Error("the object is being moved"));
  world.ctx = () => {
    const ctx = real();
    const notificationRun: typeof ctx.notificationRun = (id) => {
      const port = withComplete(ctx.notificationRun(id), refuse);
      const claim: typeof port.claim = async (...args) => {
        const claimed = await port.claim(...args);
        return claimed && { ...claimed, [Symbol.dispose]: end };
      };
      return { ...port, claim };
    };
    return { ...ctx, notificationRun };
  };
  const later = setTimeout;
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void, ms: number) => {
    return later(run, ms >= 100 && ms <= 5000 ? 0 : ms);
  }) as typeof setTimeout);
  await expect(send.deliver(queued.message)).rejects.toThrow("moved");
  world.ctx = real;
  expect(end).toHaveBeenCalledTimes(1);
});

test("a stranger's token for a provider that is not set up does not stop the run", async () => {
  const owner = await newPushOwner(60);
  await register(owner, { platform: "android", provider: "fcm", token: "nonsense".repeat(10) });
  const send = await Send.create(world, owner);
  expect(await send.finish()).toMatchObject({
    status: "sent",
    stats: { sent_count: 60, failed_count: 1 },
  });
  await send.expectAccounted(61);
  const [failed] = (await send.results()).filter((result) => result.status === "failed");
  expect(failed).toMatchObject({ error: "no credential for fcm is set" });
});

test.each([
  ["the only one of a batch", 50],
  ["the only browser among phones", 1],
])("a stranger's endpoint that refuses does not stop the run: %s", async (_what, browsers) => {
  const owner = await newPushOwner(browsers);
  await set(owner, "fcm");
  const isStrange = (url: string) => browserOf(url) === 0;
  if (browsers === 50) await register(owner, await strangeBrowser(owner));
  for (let phones = 0; phones < 3; phones += 1) {
    await register(owner, { platform: "android", provider: "fcm", token: `${phones}`.repeat(100) });
  }
  const send = await Send.create(world, owner);
  world.answer = (url) => {
    if (url.includes("oauth2")) return Response.json({ access_token: "x", expires_in: 3599 });
    if (url.includes("fcm.")) return Response.json({ name: "messages/1" });
    return status(url.includes("strange") || (browsers === 1 && isStrange(url)) ? 403 : 201);
  };
  await send.look();
  // the stranger's batch comes in first
  for (const { message } of send.take().toReversed()) await send.deliver(message);
  const ended = await send.finish();
  expect(ended).toMatchObject({ status: "sent", stats: { failed_count: 1 } });
});

test("a batch of browsers that all refuse does not stop the run once others were reached", async () => {
  const send = await Send.create(world, await newPushOwner(120));
  world.answer = (url) => status(browserOf(url) >= 50 && browserOf(url) < 100 ? 403 : 201);
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { failed_count: 50 } });
  await send.expectAccounted(120);
});

test("refusals too few to stop a run are its failure reason when nobody is reached", async () => {
  const send = await Send.create(world, await newPushOwner(3));
  world.answer = () => status(403);
  const ended = await send.finish();
  expect(ended.failure_reason).toMatch(/^webpush: .*VAPID/);
  await send.expectAccounted(3);
});

test("one refusal of the key among many other rejections does not stop the run", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  world.answer = (url) => status(browserOf(url) >= 50 ? 201 : browserOf(url) === 0 ? 403 : 413);
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 10 } });
  await send.expectAccounted(60);
});

test("a run that is over leaves nothing in its storage", async () => {
  const send = await Send.create(world, await newPushOwner(3));
  await send.finish();
  const kept = await runInDurableObject(send.stub, (_, { storage }) => [...storage.kv.list()]);
  expect(kept).toEqual([]);
});

/** Moves the owner's browsers to a push service that is a known one. */
async function useKnownService({ app }: PushOwner): Promise<void> {
  await rows(
    `UPDATE subscribers SET token = 'https://updates.push.services.mozilla.com/' || substr(token, instr(token, '//') + 2)
     WHERE app_id = ?`,
    app.v1_id,
  );
}

/** The run behind `port`, whose reports go to `complete`, those with a ticket too. */
function withComplete(
  port: NotificationRunPort,
  complete: NotificationRunPort["complete"],
): NotificationRunPort {
  const { schedule, start, begin, takeOver, cancel, clear, results, resultsOf } = port;
  const claim: typeof port.claim = async (batch, attempt) => {
    const claimed = await port.claim(batch, attempt);
    const ticket: ClaimTicketPort = {
      complete: async (...report) => complete(batch, attempt, ...report),
    };
    onTestFinished(() => claimed?.[Symbol.dispose]?.());
    return claimed && { ...claimed, ticket };
  };
  return { schedule, start, begin, takeOver, cancel, clear, results, resultsOf, claim, complete };
}

async function register(owner: PushOwner, json: object): Promise<void> {
  const answer = await api("POST", `/public/apps/${owner.app.id}/subscribers`, {
    headers: { "x-app-key": await publicKey(owner) },
    json,
  });
  expect(answer.status).toBe(201);
}

async function publicKey(owner: PushOwner): Promise<string> {
  const [{ public_key: key }] = await rows(
    "SELECT public_key FROM apps WHERE id = ?",
    owner.app.v1_id,
  );
  return key;
}

async function strangeBrowser(owner: PushOwner): Promise<object> {
  const endpoint = `https://strange.example.com/${owner.app.id}`;
  return { platform: "web", endpoint, keys: await browserKeys() };
}

async function set(owner: PushOwner, provider: "fcm"): Promise<void> {
  const answer = await api("PUT", `${PUSH}/apps/${owner.app.id}/credentials/${provider}`, {
    token: owner.account.key,
    json: { service_account: await serviceAccount() },
  });
  expect(answer.status).toBeLessThan(300);
}
