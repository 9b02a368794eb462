// Verifying a credential where anybody can register: whom it asks, and that it says ok only where a send would reach its
// audience.
import { describe, expect, test } from "vitest";
import {
  androidSubscriber,
  apnsKey,
  importAll,
  iosSubscriber,
  serviceAccount,
  webSubscriber,
} from "../../support/push.ts";
import { newPushOwner, type PushOwner } from "../../support/scenario.ts";
import { rows } from "../../support/worker.ts";
import { set, strangerJoins, verify as ask } from "./refusing.ts";
import { addBrowsers, useWorld } from "./sending.ts";

const world = useWorld();

const MOZILLA = "updates.push.services.mozilla.com";
const WNS = "wns2-par02p.notify.windows.com";
const STRANGER = "push.stranger.net";
const taken = () => new Response(null, { status: 201 });
const mismatch = () => Response.json({ reason: "VapidPkHashMismatch" }, { status: 403 });
const gone = () => new Response(null, { status: 410 });

/** Answers each push service by its host, and others by 201. */
function answerByHost(answers: Record<string, () => Response>): void {
  world.answer = (url) => (answers[new URL(url).hostname] ?? taken)();
}

const browserAt = async (host: string) => ({
  ...(await webSubscriber()),
  endpoint: `https://${host}/${crypto.randomUUID()}`,
});
const browsersAt = async (host: string, count: number) =>
  Promise.all(Array.from({ length: count }, async () => browserAt(host)));

async function verify(owner: PushOwner, provider: string, json: object = {}): Promise<any> {
  return (await ask(owner, provider, json)).body;
}

/** An app whose owner named these subscribers. */
async function newOwner(named: object[] = []): Promise<PushOwner> {
  const owner = await newPushOwner();
  if (named.length > 0) await importAll(owner.account, owner.app.id, named);
  return owner;
}

const asked = () => [...world.asked.keys()];

describe("of Web Push", () => {
  test("never asks a stranger's push service while there are browsers of known ones", async () => {
    const owner = await newOwner(await browsersAt(MOZILLA, 2));
    for (let n = 0; n < 60; n += 1) await strangerJoins(owner, await browserAt(STRANGER));
    answerByHost({ [MOZILLA]: mismatch });
    expect(await verify(owner, "webpush")).toMatchObject({ ok: false, error: "doubtful" });
    answerByHost({ [STRANGER]: mismatch });
    expect(await verify(owner, "webpush")).toEqual({ ok: true });
    expect(asked().filter((url) => url.includes(STRANGER))).toEqual([]);
  });

  test("asks strangers where there is nobody else, which is no acceptance", async () => {
    const owner = await newOwner([await browserAt(STRANGER)]);
    expect(await verify(owner, "webpush")).toEqual({ ok: true });
    expect(await verify(owner, "webpush", { token: "https://httpbin.org/post" })).toEqual({
      ok: true,
    });
    const accepted = "SELECT accepted_by FROM push_credentials WHERE app_id = ?";
    expect(await rows(accepted, owner.app.v1_id)).toEqual([{ accepted_by: "[]" }]);
  });

  test("asks one browser of each of three push services, and heeds the one that doubts", async () => {
    const hosts = [MOZILLA, WNS, "web.push.apple.com", "fcm.googleapis.com"];
    const owner = await newOwner((await Promise.all(hosts.map((h) => browsersAt(h, 2)))).flat());
    answerByHost({ [WNS]: mismatch });
    expect(await verify(owner, "webpush")).toMatchObject({ ok: false, error: "doubtful" });
    answerByHost({ [WNS]: () => new Response(null, { status: 400 }) });
    expect(await verify(owner, "webpush")).toMatchObject({ ok: false, error: "rejected" });
    expect(
      asked()
        .slice(0, 3)
        .map((url) => new URL(url).hostname),
    ).toEqual(hosts.toReversed().slice(0, 3));
  });

  test("goes on past browsers that are gone, which say nothing", async () => {
    const named = await browserAt(MOZILLA);
    const owner = await newOwner([await browserAt("web.push.apple.com"), named]);
    for (let n = 0; n < 3; n += 1) await strangerJoins(owner, await browserAt(MOZILLA));
    answerByHost({ "web.push.apple.com": gone });
    expect(await verify(owner, "webpush")).toEqual({ ok: true });
    expect(asked().filter((url) => url.includes(MOZILLA))).toEqual([named.endpoint]);
    answerByHost({ "web.push.apple.com": gone, [MOZILLA]: gone });
    expect(await verify(owner, "webpush")).toMatchObject({ ok: false, error: "gone" });
  });

  test("says to WNS that a message of TTL 0 is not to be kept", async () => {
    const browser = await browserAt(WNS);
    const owner = await newOwner([browser]);
    world.answer = (_url, init) => {
      const headers = new Headers(init.headers);
      const isFit = headers.get("ttl") === "0" && headers.get("x-wns-cache-policy") === "no-cache";
      return new Response(null, { status: isFit ? 201 : 400 });
    };
    expect(await verify(owner, "webpush")).toEqual({ ok: true });
    expect(await verify(owner, "webpush", { token: browser.endpoint })).toEqual({ ok: true });
  });

  test("asks no host that a send would not ask: one that never resolves is gone", async () => {
    const owner = await newOwner([await browserAt(MOZILLA)]);
    for (const [endpoint, error] of [
      ["https://permanently-removed.invalid/x", "gone"],
      ["https://10.0.0.1/x", "gone"],
    ]) {
      const [{ uuid }] = await rows(
        "UPDATE subscribers SET token = ? WHERE app_id = ? RETURNING uuid",
        endpoint,
        owner.app.v1_id,
      );
      expect(await verify(owner, "webpush")).toMatchObject({ ok: false, error });
      expect(await verify(owner, "webpush", { subscriber_id: uuid })).toMatchObject({ error });
    }
    expect(asked()).toEqual([]);
  });
});

/** An app with Android devices of its owner's, and how Google answers for these and for all others. */
async function newGoogle(count: number, answer: (token: string) => Response): Promise<PushOwner> {
  const owner = await newOwner();
  await set(owner, "fcm", { service_account: await serviceAccount() });
  if (count > 0) {
    const devices = Array.from({ length: count }, () => androidSubscriber());
    await importAll(owner.account, owner.app.id, devices);
  }
  world.answer = (url, init) =>
    url.includes("oauth2")
      ? Response.json({ access_token: "x", expires_in: 3599 })
      : answer(JSON.parse(init.body as string).message.token);
  return owner;
}

const fcmError = (status: number, errorCode: string) =>
  Response.json({ error: { status: "X", details: [{ errorCode }] } }, { status });
const fcmTaken = () => Response.json({ name: "messages/1" });

describe("of FCM and APNs", () => {
  test("prefers whom the owner named to what strangers registered", async () => {
    const dead = new Set<string>();
    const owner = await newGoogle(2, (token) =>
      dead.has(token) ? fcmError(404, "UNREGISTERED") : fcmTaken(),
    );
    for (let n = 0; n < 12; n += 1) {
      const device = androidSubscriber();
      dead.add(device.token);
      await strangerJoins(owner, device);
    }
    expect(await verify(owner, "fcm")).toEqual({ ok: true });
  });

  test("goes on past dead tokens, up to ten", async () => {
    const tried: string[] = [];
    let alive = 9;
    const owner = await newGoogle(12, (token) => {
      tried.push(token);
      return tried.length > alive ? fcmTaken() : fcmError(404, "UNREGISTERED");
    });
    expect(await verify(owner, "fcm")).toEqual({ ok: true });
    expect(new Set(tried).size).toBe(10);
    tried.length = 0;
    alive = 10;
    expect(await verify(owner, "fcm")).toMatchObject({ ok: false, error: "gone" });
    expect(tried).toHaveLength(10);
  });

  test("stops after three answers that say more, and tells the one that says most", async () => {
    const answers = [
      () => fcmError(404, "UNREGISTERED"),
      () => fcmError(400, "INVALID_ARGUMENT"),
      () => fcmError(403, "SENDER_ID_MISMATCH"),
      () => fcmError(503, "UNAVAILABLE"),
      fcmTaken,
    ];
    let at = 0;
    const owner = await newGoogle(6, () => answers[at++]!());
    expect(await verify(owner, "fcm")).toMatchObject({ ok: false, error: "doubtful" });
    expect(at).toBe(4);
  });

  test("finds an iPhone behind 10,000 newer browsers", async () => {
    const owner = await newOwner();
    await set(owner, "apns", await apnsKey());
    await importAll(owner.account, owner.app.id, [iosSubscriber()]);
    await addBrowsers(owner, 10_000);
    world.answer = () => Response.json({ reason: "BadDeviceToken" }, { status: 400 });
    expect(await verify(owner, "apns")).toMatchObject({ ok: false, error: "doubtful" });
  });

  test("says truthfully where it sought when there are more than 100,000", async () => {
    const owner = await newGoogle(1, () => fcmError(400, "INVALID_ARGUMENT"));
    await addBrowsers(owner, 100_001);
    world.answer = (url) =>
      url.includes("oauth2")
        ? Response.json({ access_token: "x", expires_in: 3599 })
        : fcmError(404, "UNREGISTERED");
    expect(await verify(owner, "fcm")).toEqual({
      ok: true,
      detail: expect.stringContaining("among the app's 100,000 newest"),
    });
  });

  test("sends nothing to a subscriber who is not active", async () => {
    const owner = await newGoogle(1, fcmTaken);
    const [{ uuid }] = await rows(
      "UPDATE subscribers SET status = 'unsubscribed' WHERE app_id = ? RETURNING uuid",
      owner.app.v1_id,
    );
    expect(await verify(owner, "fcm", { subscriber_id: uuid })).toMatchObject({
      details: { subscriber_id: ["must be an active subscriber of the app through fcm"] },
    });
    expect(asked()).toEqual([]);
  });
});
