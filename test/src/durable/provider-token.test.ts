// Bearer tokens: made once for all isolates, kept over evictions, renewed when a provider says so, and for APNs
// never twice within twenty minutes.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { MINUTE_MS } from "../../../src/kit/time.ts";
import { api, bindings, rows } from "../../support/worker.ts";
import { apnsKey, importAll, iosSubscriber, PUSH, serviceAccount } from "../../support/push.ts";
import { newIsolate, Send, useWorld } from "../delivery/sending.ts";
import { newPushOwner, type PushOwner } from "../../support/scenario.ts";

const world = useWorld();

const GOOGLE = "https://oauth2.googleapis.com/token";

/** Has Google hand out tokens 1, 2, 3 ... */
function countTokens(): void {
  let minted = 0;
  world.answer = async () => {
    minted += 1;
    const access_token = String(minted);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return Response.json({ access_token, expires_in: 3599 });
  };
}

async function set(owner: PushOwner, provider: "fcm" | "apns", json: object): Promise<number> {
  const answer = await api("PUT", `${PUSH}/apps/${owner.app.id}/credentials/${provider}`, {
    token: owner.account.key,
    json,
  });
  expect(answer.status).toBeLessThan(300);
  const [row] = await rows(
    "SELECT id FROM push_credentials WHERE app_id = ? AND provider = ?",
    owner.app.v1_id,
    provider,
  );
  return row.id;
}

async function fcmCredential(): Promise<number> {
  const id = await set(await newPushOwner(0), "fcm", { service_account: await serviceAccount() });
  countTokens();
  return id;
}

function tokens(id: number) {
  return bindings.PROVIDER_TOKEN.get(bindings.PROVIDER_TOKEN.idFromName(`credential:${id}`));
}

/** Has APNs take everything, and answers the bearer tokens it gets. */
function noteBearers(): Set<string> {
  const bearers = new Set<string>();
  world.answer = (url, init) => {
    bearers.add(new Headers(init.headers).get("authorization") ?? "");
    const isFake = url.endsWith("0".repeat(64));
    return isFake ? Response.json({ reason: "BadDeviceToken" }, { status: 400 }) : new Response();
  };
  return bearers;
}

async function sendToPhone(owner: PushOwner): Promise<void> {
  await importAll(owner.account, owner.app.id, [iosSubscriber()]);
  const send = await Send.create(world, owner);
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { failed_count: 0 } });
}

async function token(id: number, stale: string | null = null): Promise<string> {
  const answer = await tokens(id).token(id, stale);
  if (!answer.ok) throw new Error(answer.reason);
  return answer.token;
}

test("twenty isolates that ask at once get one token, minted once", async () => {
  const id = await fcmCredential();
  const got = await Promise.all(Array.from({ length: 20 }, () => token(id)));
  expect(new Set(got)).toEqual(new Set(["1"]));
  expect(world.asked.get(GOOGLE)).toBe(1);
});

test("a token is stored sealed, survives an eviction, and is replaced after 50 minutes", async () => {
  // a timer that is still set would hold the eviction up
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(new AbortController().signal);
  const id = await fcmCredential();
  expect(await token(id)).toBe("1");
  await evictDurableObject(tokens(id));
  world.pass(49 * MINUTE_MS);
  expect(await token(id)).toBe("1");
  const kept = await runInDurableObject(tokens(id), (_, { storage }) =>
    storage.kv.get<{ sealed: string }>("token"),
  );
  expect(kept?.sealed).toMatch(/^v1\./);
  world.pass(2 * MINUTE_MS);
  expect(await token(id)).toBe("2");
});

test("a token that can't be unsealed any more is replaced", async () => {
  const id = await fcmCredential();
  await token(id);
  await runInDurableObject(tokens(id), (_, { storage }) => {
    const kept = storage.kv.get<{ sealed: string }>("token");
    storage.kv.put("token", { ...kept, sealed: kept?.sealed.replace(/^v1\.[^.]+/, "v1.old") });
  });
  expect(await token(id)).toBe("2");
});

test("a changed credential gets another token, and a removed one gets none", async () => {
  const owner = await newPushOwner(0);
  const id = await set(owner, "fcm", { service_account: await serviceAccount() });
  countTokens();
  expect(await token(id)).toBe("1");
  await set(owner, "fcm", { service_account: await serviceAccount() });
  expect(await token(id)).toBe("2");
  await rows("DELETE FROM push_credentials WHERE id = ? RETURNING id", id);
  const none = await tokens(id).token(id, null);
  expect(none).toEqual({ ok: false, retry: false, reason: "the credential was removed" });
  const kept = await runInDurableObject(tokens(id), (_, { storage }) => [...storage.kv.list()]);
  expect(kept).toEqual([]);
});

test("a token that Google refuses is replaced once and at once, however many report it", async () => {
  const id = await fcmCredential();
  expect(await token(id)).toBe("1");
  // those who do not know of it ask first, and those who do may not be given what they found stale
  const got = await Promise.all([token(id), token(id, "1"), token(id, "1"), token(id, "1")]);
  expect(got.slice(1)).toEqual(["2", "2", "2"]);
  expect(world.asked.get(GOOGLE)).toBe(2);
  expect(await token(id, "1")).toBe("2");
  // a replacement that is refused as well may have been good in between, but a third one is not, before a minute is over
  expect(await token(id, "2")).toBe("3");
  expect(await token(id, "3")).toBe("3");
  world.pass(61_000);
  expect(await token(id, "3")).toBe("4");
});

test("a token that Google gives for a shorter time is replaced before it expires", async () => {
  const id = await fcmCredential();
  world.answer = () => Response.json({ access_token: "short", expires_in: 600 });
  expect(await token(id)).toBe("short");
  countTokens();
  world.pass(8 * MINUTE_MS);
  expect(await token(id)).toBe("short");
  world.pass(1.5 * MINUTE_MS);
  expect(await token(id)).toBe("1");
});

test("an APNs key has one token for checks and sends, in all apps, and when it is set again", async () => {
  const key = await apnsKey();
  const owner = await newPushOwner(0);
  await set(owner, "apns", key);
  const bearers = noteBearers();
  const path = `${PUSH}/apps/${owner.app.id}/credentials/apns/verify`;
  const verified = await api("POST", path, { token: owner.account.key });
  expect(verified.body).toMatchObject({ ok: true });
  await sendToPhone(owner);
  await set(owner, "apns", { ...key, private_key: `${key.private_key}\n` });
  world.pass(2 * MINUTE_MS);
  await sendToPhone(owner);
  const other = await newPushOwner(0);
  await set(other, "apns", { ...key, topic: "com.example.other" });
  await sendToPhone(other);
  expect(bearers.size).toBe(1);
  // neither does one app that takes it away take it from the other
  const removed = await api("DELETE", `${PUSH}/apps/${owner.app.id}/credentials/apns`, {
    token: owner.account.key,
  });
  expect(removed.status).toBeLessThan(300);
  world.pass(2 * MINUTE_MS);
  await sendToPhone(other);
  expect(bearers.size).toBe(1);
});

test("an app's new APNs key gets a token of its own at once", async () => {
  const owner = await newPushOwner(0);
  await set(owner, "apns", await apnsKey());
  const bearers = noteBearers();
  await sendToPhone(owner);
  await set(owner, "apns", await apnsKey());
  await sendToPhone(owner);
  expect(bearers.size).toBe(2);
});

test("an outage at Google is retryable and a refusal is not, and neither is remembered", async () => {
  const id = await fcmCredential();
  world.answer = () => new Response(null, { status: 503 });
  expect(await tokens(id).token(id, null)).toMatchObject({ ok: false, retry: true });
  world.answer = () => Response.json({ error: "invalid_grant" }, { status: 400 });
  const refused = await tokens(id).token(id, null);
  expect(refused).toMatchObject({ ok: false, retry: false });
  expect(refused.ok ? "" : refused.reason).toMatch(/^invalid_grant: /);
  countTokens();
  expect(await token(id)).toBe("1");
});

test("a token that APNs calls expired during a send is replaced once, and each device is sent to once", async () => {
  const owner = await newPushOwner(0);
  await set(owner, "apns", await apnsKey());
  const devices = Array.from({ length: 120 }, () => iosSubscriber());
  await importAll(owner.account, owner.app.id, devices);
  const first = noteBearers();
  await sendToPhone(owner);
  const [old = ""] = first;
  world.pass(21 * MINUTE_MS);
  const used = new Set<string>();
  let sent = 0;
  world.answer = (_url, init) => {
    const bearer = new Headers(init.headers).get("authorization") ?? "";
    used.add(bearer);
    if (bearer === old) {
      return Response.json({ reason: "ExpiredProviderToken" }, { status: 403 });
    }
    sent += 1;
    return new Response(null, { status: 200 });
  };
  const send = await Send.create(world, owner);
  await send.look();
  const queued = send.take();
  // each batch in an isolate of its own, at once
  await Promise.all(
    queued.map(async ({ message }) => {
      const isolated = new Send(world, owner, send.uuid, send.id);
      isolated.isolate = newIsolate();
      await isolated.deliver(message);
    }),
  );
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 121 } });
  await send.expectAccounted(121);
  expect(used.size).toBe(2);
  expect(sent).toBe(121);
});

test("a run fails when APNs refuses even a new token", async () => {
  const owner = await newPushOwner(0);
  await set(owner, "apns", await apnsKey());
  await importAll(owner.account, owner.app.id, [iosSubscriber(), iosSubscriber()]);
  world.answer = () => Response.json({ reason: "ExpiredProviderToken" }, { status: 403 });
  const send = await Send.create(world, owner);
  const ended = await send.finish();
  expect(ended).toMatchObject({ status: "failed", stats: { failed_count: 2 } });
  expect(ended.failure_reason).toMatch(/^apns: ExpiredProviderToken: /);
  await send.expectAccounted(2);
});
