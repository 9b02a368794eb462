// What answers mean while a credential changes, and beside strangers, who can register tokens and push services of their
// own: no credential is judged by another's answers, and nobody else by a stranger's.
import { describe, expect, test } from "vitest";
import {
  androidSubscriber,
  apnsKey,
  importAll,
  iosSubscriber,
  PUSH,
  register,
  serviceAccount,
  webSubscriber,
} from "../../support/push.ts";
import type { PushOwner } from "../../support/scenario.ts";
import { api, rows } from "../../support/worker.ts";
import {
  fcmError,
  flagOf,
  GOOGLE,
  many,
  refused,
  refusing,
  set,
  statuses,
  strangerJoins,
} from "./refusing.ts";
import { Send, useWorld } from "./sending.ts";

const world = useWorld();
const { answerAs, newAudience, sendToAll } = refusing(world);

const MOZILLA = "updates.push.services.mozilla.com";
const ok = () => new Response(null, { status: 200 });
const wrongTopic = () => refused(400, "DeviceTokenNotForTopic");
const keyFor = async (topic: string) => ({ ...(await apnsKey()), topic });

const browserAt = async (host: string, n: number) => ({
  ...(await webSubscriber()),
  endpoint: `https://${host}/push/${n}`,
});

/** Begins a send to iPhones of which APNs takes the last one's message alone. */
async function sendTakenByTheLast(owner: PushOwner): Promise<Send> {
  const [{ token: last }] = await rows(
    "SELECT token FROM subscribers WHERE app_id = ? ORDER BY id DESC LIMIT 1",
    owner.app.v1_id,
  );
  answerAs({ apns: (token) => (token === last ? ok() : wrongTopic()) });
  const send = await Send.create(world, owner);
  await send.look();
  return send;
}

describe("a credential that is corrected in the middle of a run", () => {
  test("is used for the rest of the run, and not flagged with the complaint about the one before", async () => {
    const owner = await newAudience(0, 170);
    answerAs({ apns: () => refused(403, "InvalidProviderToken") });
    const send = await Send.create(world, owner);
    await send.look();
    const [first, ...others] = send.take();
    if (first) await send.deliver(first.message);
    answerAs({});
    await set(owner, "apns", await apnsKey());
    for (const { message } of others) await send.deliver(message);
    const ended = await send.finish();
    expect(ended.stats).toMatchObject({ sent_count: 120, failed_count: 50 });
    expect(await flagOf(owner, "apns")).toBeNull();
  });

  test("never lends its access token to the project of the one before", async () => {
    const owner = await newAudience(0, 0, 100);
    const other = { service_account: await serviceAccount({ project_id: "another-project" }) };
    let isChanged = false;
    world.answer = async (url) => {
      if (url === GOOGLE) return Response.json({ access_token: `${isChanged}`, expires_in: 3599 });
      if (!isChanged) {
        isChanged = true;
        await set(owner, "fcm", other);
        return fcmError(401, "UNAUTHENTICATED");
      }
      const isOther = url.includes("another-project");
      return isOther ? Response.json({ name: "x" }) : fcmError(403, "PERMISSION_DENIED");
    };
    const { ended } = await sendToAll(owner);
    expect(ended.stats.sent_count).toBeGreaterThanOrEqual(50);
    expect(await flagOf(owner, "fcm")).toBeNull();
  });

  test("retires nobody for what was answered to the one before, in its batch", async () => {
    const owner = await newAudience(0, 12);
    await set(owner, "apns", await keyFor("com.example.wrong"));
    const accepted = `UPDATE push_credentials SET accepted_by = '["apns"]' WHERE app_id = ? AND provider = 'apns'`;
    await rows(accepted, owner.app.v1_id);
    const right = await keyFor("com.example.right");
    let isChanged = false;
    world.answer = async () => {
      if (!isChanged) {
        isChanged = true;
        await set(owner, "apns", right);
      }
      return wrongTopic();
    };
    await sendToAll(owner);
    expect(await statuses(owner, "apns")).toEqual({ active: 12 });
  });

  test("nor at the end of the run", async () => {
    const owner = await newAudience(0, 60);
    const send = await sendTakenByTheLast(owner);
    for (const { message } of send.take()) await send.deliver(message);
    // the second batch knew of the message that was taken in it
    expect(await statuses(owner, "apns")).toEqual({ active: 51, inactive: 9 });
    await set(owner, "apns", await keyFor("com.example.right"));
    await send.finish();
    expect(await statuses(owner, "apns")).toEqual({ active: 60 });
  });
});

describe("the same credential, put again in the middle of a run,", () => {
  test("changes nothing of what the run concludes", async () => {
    const owner = await newAudience(0, 60);
    const key = await apnsKey();
    await set(owner, "apns", key);
    const send = await sendTakenByTheLast(owner);
    for (const { message } of send.take()) {
      await send.deliver(message);
      await set(owner, "apns", { ...key, private_key: key.private_key.replaceAll("\n", "\r\n") });
    }
    await send.finish();
    expect(await statuses(owner, "apns")).toEqual({ active: 1, inactive: 59 });
  });
});

describe("a stranger's push service", () => {
  test("that takes everything is no acceptance for the browsers of others", async () => {
    const owner = await newAudience(0, 0);
    const real = await Promise.all(many(12, Object).map((_, n) => browserAt(MOZILLA, n)));
    await importAll(owner.account, owner.app.id, real);
    await strangerJoins(owner, await browserAt("push.stranger.net", 1));
    answerAs({
      web: (url) =>
        url.includes("stranger")
          ? new Response(null, { status: 201 })
          : refused(403, "VapidPkHashMismatch"),
    });
    for (const _ of ["the first send", "a later one"]) {
      const { ended } = await sendToAll(owner);
      expect(await statuses(owner, "webpush")).toEqual({ active: 13 });
      expect(ended).toMatchObject({ status: "sent", stats: { sent_count: 1, failed_count: 12 } });
      expect(ended.failure_reason).toMatch(/^webpush: .*VAPID/);
    }
  });

  test("that refuses flags the credential no longer than nobody else has taken a message", async () => {
    const owner = await newAudience(0, 0);
    const hosts = ["push.stranger.net", "push.stranger.org"];
    for (let n = 0; n < 10; n += 1) {
      await strangerJoins(owner, await browserAt(hosts[n % 2] ?? "", n));
    }
    answerAs({ web: () => new Response(null, { status: 403 }) });
    await sendToAll(owner);
    expect(await flagOf(owner, "webpush")).toMatch(/VAPID/);
    await importAll(owner.account, owner.app.id, [await browserAt(MOZILLA, 1)]);
    answerAs({ web: (url) => new Response(null, { status: url.includes(MOZILLA) ? 201 : 403 }) });
    await sendToAll(owner);
    expect(await flagOf(owner, "webpush")).toBeNull();
  });
});

test("strangers who refuse flag no credential with which others took messages", async () => {
  const owner = await newAudience(100, 0);
  for (let n = 0; n < 10; n += 1) {
    await strangerJoins(owner, await browserAt(n % 2 ? MOZILLA : "fcm.googleapis.com", n));
  }
  const isOurs = (url: string) => url.includes("push.example.com");
  answerAs({ web: (url) => new Response(null, { status: isOurs(url) ? 201 : 403 }) });
  for (const _ of ["the first send", "a later one"]) {
    const { ended } = await sendToAll(owner);
    expect(ended.stats).toMatchObject({ sent_count: 100, failed_count: 10 });
    expect(await flagOf(owner, "webpush")).toBeNull();
  }
});

test("a key that one browser maker's service takes is right for the browsers of the others", async () => {
  const owner = await newAudience(0, 0);
  const hosts = ["fcm.googleapis.com", MOZILLA, "web.push.apple.com"];
  const browsers = await Promise.all(hosts.map((host) => browserAt(host, 1)));
  await importAll(owner.account, owner.app.id, browsers);
  answerAs({
    web: (url) =>
      url.includes("googleapis")
        ? new Response(null, { status: 201 })
        : refused(400, "VapidPkHashMismatch"),
  });
  await sendToAll(owner);
  expect(await statuses(owner, "webpush")).toEqual({ active: 1, inactive: 2 });
});

describe("who was found dead", () => {
  const dead = () => fcmError(404, "NOT_FOUND", "UNREGISTERED");

  test("stays so when the owner names the same token in a change", async () => {
    const owner = await newAudience(0, 0, 1);
    const sql = "SELECT uuid, token FROM subscribers WHERE app_id = ?";
    const [{ uuid, token }] = await rows(sql, owner.app.v1_id);
    answerAs({ fcm: dead });
    await sendToAll(owner);
    const path = `${PUSH}/apps/${owner.app.id}/subscribers/${uuid}`;
    const changed = await api("PATCH", path, { token: owner.account.key, json: { token } });
    expect([changed.status, changed.body.data.status]).toEqual([200, "inactive"]);
  });

  test("is judged by the latest time that a list gives, in whatever order", async () => {
    const owner = await newAudience(0, 0);
    await set(owner, "fcm", { service_account: await serviceAccount() });
    const device = androidSubscriber();
    await importAll(owner.account, owner.app.id, [device]);
    answerAs({ fcm: dead });
    await sendToAll(owner);
    await rows("UPDATE subscribers SET retired_at = 1 WHERE app_id = ?", owner.app.v1_id);
    const at = (registered_at: string | null) => ({ ...device, registered_at });
    const list = [at("2026-01-01T00:00:00Z"), at("1970-01-01T00:00:00Z"), at(null)];
    await importAll(owner.account, owner.app.id, list);
    expect(await statuses(owner, "fcm")).toEqual({ active: 1 });
  });

  test("is not, by what Apple says of a time before its owner registered it", async () => {
    const owner = await newAudience(0, 1);
    await register(owner.account, owner.app.id, iosSubscriber());
    const timestamp = Date.now() - 3_600_000;
    answerAs({ apns: () => refused(410, "Unregistered", { timestamp }) });
    await sendToAll(owner);
    // of the one that came by a list nothing is known
    expect(await statuses(owner, "apns")).toEqual({ active: 1, inactive: 1 });
  });
});

test("the flag of a refused key is not replaced by the doubt about a token", async () => {
  const owner = await newAudience(0, 20);
  let asked = 0;
  answerAs({
    apns: () => {
      asked += 1;
      return asked === 1 ? refused(400, "BadDeviceToken") : refused(403, "InvalidProviderToken");
    },
  });
  await sendToAll(owner);
  expect(await flagOf(owner, "apns")).toContain("InvalidProviderToken");
});

describe("a provider that reached nobody is named with its reason beside those that did", () => {
  test.each([
    [
      "for what concerns each token",
      () => fcmError(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"),
      /^fcm: .*Firebase/,
    ],
    ["when it is down", () => fcmError(503, "UNAVAILABLE"), /^fcm: .*UNAVAILABLE/],
  ])("%s", async (_, fcm, reason) => {
    const owner = await newAudience(3, 0, 3);
    answerAs({ fcm });
    const { ended } = await sendToAll(owner);
    expect(ended).toMatchObject({ status: "sent", stats: { sent_count: 3, failed_count: 3 } });
    expect(ended.failure_reason).toMatch(reason);
  });
});
