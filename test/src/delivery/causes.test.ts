// A failure reaches no further than its cause, and nothing that can't be undone follows from an answer that can mean two
// things: what becomes of a send, of its recipients and of credentials when providers refuse.
import { describe, expect, test } from "vitest";
import { apnsKey, importAll, PUSH, webSubscriber } from "../../support/push.ts";
import { newPushOwner } from "../../support/scenario.ts";
import { api, rows } from "../../support/worker.ts";
import {
  fcmError,
  flagOf,
  GOOGLE,
  isApns,
  isFcm,
  refused,
  refusing,
  set,
  statuses,
  type Answers,
} from "./refusing.ts";
import { newIsolate, Send, useWorld } from "./sending.ts";

const world = useWorld();
const { answerAs, newAudience, sendToAll } = refusing(world);

describe("a provider that refuses its credential", () => {
  test("stops its own recipients alone: 120 browsers get theirs beside 3 iPhones", async () => {
    const owner = await newAudience(120, 3);
    answerAs({ apns: () => refused(403, "InvalidProviderToken") });
    const { send, ended } = await sendToAll(owner);
    expect(ended).toMatchObject({ status: "sent", stats: { sent_count: 120, failed_count: 3 } });
    expect(ended.failure_reason).toMatch(/^apns: InvalidProviderToken: .*key/);
    expect(await flagOf(owner, "apns")).toContain("InvalidProviderToken");
    expect(await flagOf(owner, "webpush")).toBeNull();
    expect(await statuses(owner, "apns")).toEqual({ active: 3 });
    const failed = (await send.results()).filter(({ status }) => status === "failed");
    for (const { error } of failed) expect(error).toContain("InvalidProviderToken");
  });

  test("leaves those that were not asked failed for that reason, over all batches", async () => {
    const owner = await newAudience(0, 170);
    answerAs({ apns: () => refused(403, "InvalidProviderToken") });
    const { send, ended } = await sendToAll(owner);
    expect(ended).toMatchObject({ status: "failed", stats: { sent_count: 0, failed_count: 170 } });
    await send.expectAccounted(170);
    for (const { error } of await send.results()) expect(error).toContain("InvalidProviderToken");
    // what was under way when the first was refused, in the first batch
    expect([...world.asked.keys()].filter(isApns).length).toBeLessThanOrEqual(12);
  });
});

describe("what recipients answer", () => {
  test("stops nothing and flags nothing: ten hostile browsers beside 500 Android devices", async () => {
    const owner = await newAudience(10, 0, 500);
    const json = {
      url: "https://hooks.example.com/",
      secret: "a secret of the owner",
      events: ["notification.sent", "notification.failed"],
    };
    const webhooks = `${PUSH}/apps/${owner.app.id}/webhooks`;
    await api("POST", webhooks, { token: owner.account.key, json });
    answerAs({ web: () => new Response(null, { status: 403 }) });
    const { ended } = await sendToAll(owner);
    const emitted = await rows(
      "SELECT event FROM webhook_deliveries JOIN webhooks ON webhooks.id = webhook_id WHERE app_id = ?",
      owner.app.v1_id,
    );
    expect(emitted).toEqual([{ event: "notification.sent" }]);
    expect(ended).toMatchObject({ status: "sent", stats: { sent_count: 500, failed_count: 10 } });
    expect(await flagOf(owner, "webpush")).toBeNull();
    expect(await flagOf(owner, "fcm")).toBeNull();
    expect(await statuses(owner, "webpush")).toEqual({ active: 10 });
    const browsers = [...world.asked].filter(([url]) => !isFcm(url) && url !== GOOGLE);
    expect(browsers.map(([, times]) => times)).toEqual(Array(10).fill(1));
  });

  test("THIRD_PARTY_AUTH_ERROR is one token's matter, and flags the credential", async () => {
    const owner = await newAudience(0, 0, 101);
    const [{ token: odd }] = await rows(
      "SELECT token FROM subscribers WHERE app_id = ? ORDER BY id LIMIT 1 OFFSET 60",
      owner.app.v1_id,
    );
    let asked = 0;
    answerAs({
      fcm: (token) => {
        if (token !== odd) return Response.json({ name: "projects/x/messages/1" });
        asked += 1;
        return fcmError(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR");
      },
    });
    const { ended } = await sendToAll(owner);
    expect(ended).toMatchObject({ status: "sent", stats: { sent_count: 100, failed_count: 1 } });
    expect(asked).toBe(1);
    expect(await flagOf(owner, "fcm")).toContain("Firebase");
    expect(await statuses(owner, "fcm")).toEqual({ active: 101 });
  });
});

describe("an answer that can mean the credential", () => {
  const TOPIC = () => refused(400, "DeviceTokenNotForTopic");

  test.each<[string, Answers, string, RegExp]>([
    ["a wrong topic", { apns: TOPIC }, "apns", /topic/],
    ["a wrong environment", { apns: () => refused(400, "BadDeviceToken") }, "apns", /environment/],
    [
      "a wrong project",
      { fcm: () => fcmError(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH") },
      "fcm",
      /sender id/,
    ],
  ])("retires nobody at first: %s", async (_, answers, provider, advice) => {
    const owner = provider === "apns" ? await newAudience(1, 12) : await newAudience(1, 0, 12);
    answerAs(answers);
    const { ended } = await sendToAll(owner);
    expect(ended).toMatchObject({ status: "sent", stats: { sent_count: 1, failed_count: 12 } });
    expect(ended.failure_reason).toMatch(advice);
    expect(await statuses(owner, provider)).toEqual({ active: 12 });
    // twelve were asked and nobody was reached: that is flagged
    expect(await flagOf(owner, provider)).toMatch(advice);
  });

  test("is not flagged for nine recipients, but told", async () => {
    const owner = await newAudience(0, 9);
    answerAs({ apns: TOPIC });
    const { ended } = await sendToAll(owner);
    expect(ended.failure_reason).toMatch(/topic/);
    expect(await flagOf(owner, "apns")).toBeNull();
  });

  test("is flagged over the whole send, not by batch", async () => {
    const owner = await newAudience(55, 12);
    // the iPhones come after the browsers, in two batches
    answerAs({ apns: TOPIC });
    const send = await Send.create(world, owner);
    await send.look();
    expect(world.queue).toHaveLength(2);
    await send.finish();
    expect(await flagOf(owner, "apns")).toMatch(/topic/);
  });

  test("retires once the credential took somebody's message in the same send, whichever batch was first", async () => {
    const owner = await newAudience(0, 110);
    const tokens = await rows(
      "SELECT token FROM subscribers WHERE app_id = ? ORDER BY id",
      owner.app.v1_id,
    );
    // only the last of all is reached
    const good = tokens.at(-1).token;
    answerAs({ apns: (token) => (token === good ? new Response(null, { status: 200 }) : TOPIC()) });
    const { ended } = await sendToAll(owner);
    expect(ended).toMatchObject({ status: "sent", stats: { sent_count: 1, failed_count: 109 } });
    expect(await statuses(owner, "apns")).toEqual({ active: 1, inactive: 109 });
    expect(await flagOf(owner, "apns")).toBeNull();
  });

  test("retires at once in a later send, since the credential is known to be right", async () => {
    const owner = await newAudience(0, 3);
    await sendToAll(owner);
    answerAs({ apns: TOPIC });
    const { send, ended } = await sendToAll(owner);
    expect(await statuses(owner, "apns")).toEqual({ inactive: 3 });
    expect((await send.results()).map(({ status }) => status)).toEqual(Array(3).fill("gone"));
    // nothing is wrong with the credential
    expect(ended.failure_reason).toBe("no recipient could be reached");
  });

  test("retires nobody again after the credential was changed, and revives those that it retired", async () => {
    const owner = await newAudience(0, 4);
    const key = await apnsKey();
    await set(owner, "apns", key);
    const [{ token: dead }] = await rows(
      "SELECT token FROM subscribers WHERE app_id = ? ORDER BY id LIMIT 1",
      owner.app.v1_id,
    );
    await sendToAll(owner);
    answerAs({
      apns: (token) => (token === dead ? refused(410, "Unregistered", { timestamp: 1 }) : TOPIC()),
    });
    await sendToAll(owner);
    expect(await statuses(owner, "apns")).toEqual({ inactive: 4 });
    // the same credential again changes nothing
    await set(owner, "apns", key);
    expect(await statuses(owner, "apns")).toEqual({ inactive: 4 });
    await set(owner, "apns", { ...key, topic: "com.example.right" });
    expect(await statuses(owner, "apns")).toEqual({ active: 3, inactive: 1 });
    // the new one has not been accepted by anybody
    await sendToAll(owner);
    expect(await statuses(owner, "apns")).toEqual({ active: 3, inactive: 1 });
  });

  test("of another VAPID key counts as flagged only by two push services", async () => {
    const owner = await newPushOwner(12);
    const mismatch = () => Response.json({ reason: "VapidPkHashMismatch" }, { status: 403 });
    answerAs({ web: mismatch });
    await sendToAll(owner);
    expect(await flagOf(owner, "webpush")).toBeNull();
    const other = await webSubscriber();
    const endpoint = "https://updates.push.services.mozilla.com/wpush/v2/x";
    await importAll(owner.account, owner.app.id, [{ ...other, endpoint }]);
    await sendToAll(owner);
    expect(await flagOf(owner, "webpush")).toMatch(/VAPID/);
    expect(await statuses(owner, "webpush")).toEqual({ active: 13 });
  });
});

describe("a changed credential", () => {
  test("counts in every isolate with the next batch", async () => {
    const owner = await newAudience(0, 60);
    const topics: string[] = [];
    world.answer = (_url, init) => {
      topics.push(new Headers(init.headers).get("apns-topic") ?? "");
      return new Response(null, { status: 200 });
    };
    const send = await Send.create(world, owner);
    await send.look();
    const [first, second] = send.take();
    if (!first || !second) throw new Error("two batches were expected");
    await send.deliver(first.message);
    await set(owner, "apns", { ...(await apnsKey()), topic: "com.example.changed" });
    await send.deliver(second.message);
    expect(new Set(topics.slice(50))).toEqual(new Set(["com.example.changed"]));
  });

  test("is not credited with what was accepted with one that was deleted meanwhile", async () => {
    const owner = await newAudience(0, 12);
    const wrong = { ...(await apnsKey()), topic: "com.example.wrong" };
    let isChanged = false;
    world.answer = async () => {
      if (!isChanged) {
        isChanged = true;
        const path = `${PUSH}/apps/${owner.app.id}/credentials/apns`;
        await api("DELETE", path, { token: owner.account.key });
        await set(owner, "apns", wrong);
      }
      return new Response(null, { status: 200 });
    };
    await sendToAll(owner);
    answerAs({ apns: () => refused(400, "DeviceTokenNotForTopic") });
    await sendToAll(owner);
    expect(await statuses(owner, "apns")).toEqual({ active: 12 });
  });
});

describe("an access token that Google refuses", () => {
  test("is replaced at once, and nobody is lost by it", async () => {
    const owner = await newAudience(0, 0, 120);
    await sendToAll(owner);
    const before = world.asked.get(GOOGLE) ?? 0;
    let revoked: string | null = null;
    answerAs({
      fcm: (_token, bearer) => {
        // the token that is in use when the send begins
        revoked ??= bearer;
        return bearer === revoked
          ? fcmError(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED")
          : Response.json({ name: "projects/x/messages/1" });
      },
    });
    const send = await Send.create(world, owner);
    await send.look();
    // each batch in an isolate of its own
    for (const { message } of send.take()) {
      send.isolate = newIsolate();
      await send.deliver(message);
    }
    expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 120 } });
    expect(world.asked.get(GOOGLE)).toBe(before + 1);
    expect(await flagOf(owner, "fcm")).toBeNull();
  });

  test("and whose replacement it refuses ends FCM's part, flagged", async () => {
    const owner = await newAudience(30, 0, 120);
    answerAs({ fcm: () => fcmError(401, "UNAUTHENTICATED") });
    const { ended } = await sendToAll(owner);
    expect(ended).toMatchObject({ status: "sent", stats: { sent_count: 30, failed_count: 120 } });
    expect(ended.failure_reason).toMatch(/^fcm: UNAUTHENTICATED: .*service account/);
    expect(await flagOf(owner, "fcm")).toContain("UNAUTHENTICATED");
    expect(await statuses(owner, "fcm")).toEqual({ active: 120 });
  });
});
