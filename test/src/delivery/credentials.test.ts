// Credentials that stop working in the middle of a send: the run ends with a reason its owner can act on, and what was
// not sent is counted.
import { expect, test } from "vitest";
import { api } from "../../support/worker.ts";
import { androidSubscriber, importAll, PUSH, serviceAccount } from "../../support/push.ts";
import { newIsolate, Send, useWorld } from "./sending.ts";
import { newPushOwner, type PushOwner } from "../../support/scenario.ts";

const world = useWorld();

const TOKEN = "https://oauth2.googleapis.com/token";
const FCM_SEND = "https://fcm.googleapis.com/v1/projects/slipway-test/messages:send";

test("a send tells why it reached nobody more when its service account is revoked, and hardly asks FCM again", async () => {
  const owner = await newAndroids(230);
  const send = await Send.create(world, owner);
  await send.look();
  const [first, ...others] = send.take();
  if (!first) throw new Error("no batch");
  await send.deliver(first.message);
  answerAsFcm({ isRevoked: true });
  world.queue.push(...others);
  const ended = await send.finish();
  expect(ended).toMatchObject({ status: "sent", stats: { sent_count: 50, failed_count: 180 } });
  expect(ended.failure_reason).toMatch(/^fcm: UNAUTHENTICATED: FCM does not accept/);
  await send.expectAccounted(230);
  const asked = world.asked.get(FCM_SEND) ?? 0;
  // what was under way when the first was refused
  expect(asked).toBeLessThanOrEqual(50 + 2 * 6);
  const reasons = (await send.results()).map(({ error }) => error);
  expect(reasons.filter((error) => error?.includes("UNAUTHENTICATED"))).toHaveLength(180);
});

test("a send tells why it reached nobody more when its credential is removed", async () => {
  const owner = await newAndroids(60);
  const send = await Send.create(world, owner);
  await send.look();
  const [first, second] = send.take();
  if (!first || !second) throw new Error("no batches");
  await send.deliver(first.message);
  const path = `${PUSH}/apps/${owner.app.id}/credentials/fcm`;
  const removed = await api("DELETE", path, { token: owner.account.key });
  expect(removed.status).toBeLessThan(300);
  send.isolate = newIsolate();
  await send.deliver(second.message);
  const ended = await send.finish();
  expect(ended).toMatchObject({ status: "sent", stats: { sent_count: 50, failed_count: 10 } });
  expect(ended.failure_reason).toBe("fcm: no credential for fcm is set");
  await send.expectAccounted(60);
});

test("nobody is lost while Google's token endpoint is down, and a batch asks it once", async () => {
  const send = await Send.create(world, await newAndroids(50));
  answerAsFcm({ isDown: true });
  await send.look();
  for (const { message } of send.take()) await send.deliver(message);
  expect(world.asked.get(TOKEN)).toBe(1);
  answerAsFcm({});
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 50 } });
  await send.expectAccounted(50);
});

test("a token object that can't be reached costs an attempt only for those who asked it", async () => {
  const send = await Send.create(world, await newAndroids(50));
  await send.look();
  const real = world.ctx;
  let failures = 0;
  world.ctx = () => {
    const ctx = real();
    const token = async () => {
      failures += 1;
      throw new Error("the object is being moved");
    };
    return { ...ctx, providerToken: (id) => (failures === 0 ? { token } : ctx.providerToken(id)) };
  };
  for (const { message } of send.take()) await send.deliver(message);
  world.ctx = real;
  expect(failures).toBe(1);
  const [again] = send.take();
  expect(again?.message.recipients.length).toBeLessThanOrEqual(6);
  if (again) world.queue.push(again);
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 50 } });
  await send.expectAccounted(50);
  expect(world.asked.get(FCM_SEND)).toBe(50);
});

test("a token that was refused and can't be replaced at present is sent with no more", async () => {
  const send = await Send.create(world, await newAndroids(50));
  await send.look();
  const real = world.ctx;
  world.ctx = () => ({
    ...real(),
    providerToken: () => ({
      token: async (_, refused) =>
        refused === null
          ? { ok: true, token: "old", expiresAt: Date.now() + 3_000_000, version: 0 }
          : { ok: false, retry: true, reason: "HTTP 503" },
    }),
  });
  answerAsFcm({ isRevoked: true });
  for (const { message } of send.take()) await send.deliver(message);
  // Those who were under way when it was refused.
  expect(world.asked.get(FCM_SEND)).toBeLessThanOrEqual(6);
  world.ctx = real;
  answerAsFcm({});
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 50 } });
  await send.expectAccounted(50);
});

function answerAsFcm({ isRevoked = false, isDown = false }): void {
  world.answer = (url) => {
    if (url === TOKEN) {
      return isDown
        ? new Response(null, { status: 503 })
        : Response.json({ access_token: "token", expires_in: 3599 });
    }
    return isRevoked
      ? Response.json({ error: { code: 401, status: "UNAUTHENTICATED" } }, { status: 401 })
      : Response.json({ name: "projects/slipway-test/messages/1" });
  };
}

/** An app with a service account and `count` Android devices. */
async function newAndroids(count: number): Promise<PushOwner> {
  const owner = await newPushOwner(0);
  const set = await api("PUT", `${PUSH}/apps/${owner.app.id}/credentials/fcm`, {
    token: owner.account.key,
    json: { service_account: await serviceAccount() },
  });
  expect(set.status).toBeLessThan(300);
  const androids = Array.from({ length: count }, () => androidSubscriber());
  await importAll(owner.account, owner.app.id, androids);
  answerAsFcm({});
  return owner;
}
