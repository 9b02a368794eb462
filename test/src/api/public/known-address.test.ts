// An address is no proof of being the device it belongs to: who names a known one without that device's own token, and
// without the owner's key, gets a new subscriber, and nothing of the one that had the address.
import { beforeEach, describe, expect, test } from "vitest";
import {
  DEVICES,
  newDevice,
  reachedDevice,
  subscriberOf,
  type Device,
} from "../../../support/instant.ts";
import {
  androidSubscriber,
  importAll,
  PUSH,
  register,
  webSubscriber,
} from "../../../support/push.ts";
import { useInternet } from "../../../support/receiver.ts";
import {
  newAccount,
  newNotifier,
  newPushApp,
  type TestAccount,
} from "../../../support/scenario.ts";
import { api, newAddress, rows, type Reply } from "../../../support/worker.ts";

// pushes go nowhere
useInternet();

interface Joined {
  id: string;
  token: string;
}

let account: TestAccount;
let app: { id: string; v1_id: number; public_key: string };
beforeEach(async () => {
  account = await newAccount();
  app = await newPushApp(account.key);
});

/** Registers a device with the app's public key and, if given, the device's own token. */
async function join(json: unknown, token?: string, to = app): Promise<Reply> {
  return api("POST", `/public/apps/${to.id}/subscribers`, {
    json,
    headers: { "x-app-key": to.public_key, "cf-connecting-ip": newAddress() },
    ...(token === undefined ? {} : { token }),
  });
}

async function joined(json: unknown, token?: string): Promise<Joined> {
  return (await join(json, token)).body.data;
}

async function shown(id: string): Promise<any> {
  const path = `${PUSH}/apps/${app.id}/subscribers/${id}`;
  return (await api("GET", path, { token: account.key })).body.data;
}

async function own(id: string, json: unknown): Promise<void> {
  const path = `${PUSH}/apps/${app.id}/subscribers/${id}`;
  const given = await api("PATCH", path, { token: account.key, json });
  if (given.status !== 200) throw new Error(JSON.stringify(given.body));
}

/** Sends to everybody or to a user, and answers how many that are. */
async function audience(targeting: object = { type: "all" }): Promise<number> {
  const path = `${PUSH}/apps/${app.id}/notifications/estimate`;
  const estimate = await api("POST", path, { token: account.key, json: { targeting } });
  return estimate.body.data.total_count;
}

/** A device that its owner knows: a user, tags, and a channel with a message. */
async function ownedDevice(given = androidSubscriber()) {
  const { id, token } = await joined(given);
  await own(id, { user_id: "ann", tags: ["gold"] });
  const channel = await api("POST", "/api/v1/channels", {
    token: account.key,
    json: { name: "Codes", app_id: app.v1_id },
  });
  const { id: channelId, key } = channel.body.data;
  const bound = await api("POST", `/api/v1/channels/${channelId}/subscriptions`, {
    token: account.key,
    json: { iuid: "ann", subscriber_id: id },
  });
  expect(bound.status, JSON.stringify(bound.body)).toBeLessThan(300);
  /** The devices that a channel's message to the person goes to. */
  const devices = () =>
    rows(
      `SELECT s.uuid, s.status, s.token FROM channel_devices AS d JOIN channel_subscriptions AS c
         ON c.id = d.subscription_id JOIN subscribers AS s ON s.id = d.subscriber_id WHERE c.channel_id = ?`,
      channelId,
    );
  return { id, token, given, channelKey: key, devices };
}

describe("a stranger who registers a known address", () => {
  test("gets a new subscriber without anything of the former one, which is retired", async () => {
    const victim = await ownedDevice(
      androidSubscriber({ language: "de", timezone: "Europe/Berlin" }),
    );
    const { platform, provider, token } = victim.given as ReturnType<typeof androidSubscriber> & {
      token: string;
    };
    const taken = await join({ platform, provider, token });
    expect(taken.status).toBe(201);
    expect(taken.body.data.id).not.toBe(victim.id);
    expect(await shown(taken.body.data.id)).toMatchObject({
      user_id: null,
      tags: [],
      language: null,
      timezone: null,
      token,
      status: "active",
    });
    expect(await shown(victim.id)).toMatchObject({
      user_id: "ann",
      tags: ["gold"],
      token: null,
      status: "inactive",
    });
    // what is sent to the user or in the channel goes nowhere, and what is sent to all reaches the address once
    expect(await audience({ type: "user_ids", ids: ["ann"] })).toBe(0);
    expect(await audience({ type: "tags", tags: ["gold"], match: "any" })).toBe(0);
    expect(await audience()).toBe(1);
    expect(await victim.devices()).toEqual([{ uuid: victim.id, status: "inactive", token: null }]);
  });

  test("can't move what the former one gets to an address of his own", async () => {
    const victim = await ownedDevice();
    const stranger = await joined(victim.given);
    await api("PATCH", `/public/subscribers/${stranger.id}`, {
      token: stranger.token,
      json: { token: "fcm:strangers-own" },
    });
    expect(await audience({ type: "user_ids", ids: ["ann"] })).toBe(0);
    const reached = await rows(
      "SELECT uuid, user_id FROM subscribers WHERE app_id = ? AND token = 'fcm:strangers-own'",
      app.v1_id,
    );
    expect(reached).toEqual([{ uuid: stranger.id, user_id: null }]);
    // nor is the former one his to change
    const path = `/public/subscribers/${victim.id}`;
    expect((await api("PATCH", path, { token: stranger.token, json: {} })).status).toBe(404);
  });

  test("can't do so as an instance either", async () => {
    const victim = await ownedDevice();
    const transport = { transport_type: "fcm", transport_token: victim.given.token };
    const stranger = await newDevice(app.v1_id);
    await stranger.call("PUT", "/info", { ...transport, tags: { color: "red" } });
    const taken = await subscriberOf(stranger);
    expect(taken.uuid).not.toBe(victim.id);
    expect(taken).toMatchObject({ user_id: null, tags: ["color:red"], status: "active" });
    await stranger.call("PUT", "/info", { transport_type: "fcm", transport_token: "fcm:his" });
    await stranger.call("POST", "/deactivate");
    await stranger.call("POST", "/events/lifecycle", { event: "x" });
    expect(await shown(victim.id)).toMatchObject({
      user_id: "ann",
      tags: ["gold"],
      token: null,
      status: "inactive",
    });
  });

  test("can't reach an instance by its token, or join it with another instance", async () => {
    const first = await reachedDevice(app.v1_id, {
      transport_token: "fcm:known",
      tags: { color: "red" },
    });
    const { uuid } = await subscriberOf(first);
    await own(uuid, { user_id: "bob", tags: ["color:red", "gold"] });
    const second = await reachedDevice(app.v1_id, {
      transport_token: "fcm:own",
      tags: { color: "blue" },
    });
    await second.call("PUT", "/info", { transport_type: "fcm", transport_token: "fcm:known" });
    expect(await subscriberOf(second)).toMatchObject({
      user_id: null,
      tags: ["color:blue"],
      token: "fcm:known",
    });
    expect(await shown(uuid)).toMatchObject({ user_id: "bob", status: "inactive", token: null });
    // an event or a tag of the second is none of the first
    await second.call("POST", "/events/lifecycle", { event: "paid" });
    await second.call("PUT", "/info", { tags: { color: "green" } });
    expect(await shown(uuid)).toMatchObject({ tags: ["color:red", "gold"] });
    // the first takes its address back by reporting it, with all that its owner gave it
    await first.call("PUT", "/info", { transport_type: "fcm", transport_token: "fcm:known" });
    expect(await shown(uuid)).toMatchObject({
      user_id: "bob",
      status: "active",
      token: "fcm:known",
      tags: ["gold", "color:red"],
    });
    expect(await audience()).toBe(1);
  });

  test("doesn't get it from an unsubscribed or inactive subscriber either", async () => {
    for (const status of ["unsubscribed", "inactive"]) {
      const given = androidSubscriber();
      const { id } = await joined(given);
      await own(id, { user_id: "ann" });
      await rows("UPDATE subscribers SET status = ? WHERE uuid = ?", status, id);
      const taken = await joined(given);
      expect(taken.id).not.toBe(id);
      expect(await shown(taken.id)).toMatchObject({ user_id: null, status: "active" });
      expect(await shown(id)).toMatchObject({ user_id: "ann", status, token: null });
    }
  });

  test("gets as little by a Web Push endpoint", async () => {
    const given = await webSubscriber();
    const { id } = await joined(given);
    await own(id, { user_id: "ann" });
    const taken = await joined({ ...(await webSubscriber()), endpoint: given.endpoint });
    expect(taken.id).not.toBe(id);
    expect(await shown(taken.id)).toMatchObject({ user_id: null, endpoint: given.endpoint });
    const [row] = await rows("SELECT token, p256dh, auth FROM subscribers WHERE uuid = ?", id);
    expect(row).toEqual({ token: null, p256dh: null, auth: null });
  });
});

describe("the device itself", () => {
  test("is the same subscriber, with all that its owner gave it, when it registers with its token", async () => {
    const victim = await ownedDevice();
    const again = await join(victim.given, victim.token);
    expect(again.status).toBe(200);
    expect(again.body.data).toEqual({ id: victim.id, token: victim.token });
    expect(await shown(victim.id)).toMatchObject({
      user_id: "ann",
      tags: ["gold"],
      status: "active",
    });
    // the token goes on working, so an answer that got lost costs nothing
    expect((await join(victim.given, victim.token)).status).toBe(200);
  });

  test("takes its address back from a stranger, who is retired", async () => {
    const victim = await ownedDevice();
    const stranger = await joined(victim.given);
    await join({ ...victim.given, language: "fr" }, victim.token);
    expect(await shown(victim.id)).toMatchObject({
      user_id: "ann",
      status: "active",
      language: "fr",
      token: victim.given.token,
    });
    expect(await shown(stranger.id)).toMatchObject({ status: "inactive", token: null });
    expect(await audience()).toBe(1);
  });

  test("comes back with another kind of address, and after it unsubscribed", async () => {
    const { id, token } = await joined(androidSubscriber());
    await own(id, { user_id: "ann" });
    await api("DELETE", `/public/subscribers/${id}`, { token });
    const browser = await webSubscriber();
    expect((await join(browser, token)).body.data.id).toBe(id);
    const now = await shown(id);
    expect(now).toMatchObject({
      user_id: "ann",
      status: "active",
      provider: "webpush",
      endpoint: browser.endpoint,
      unsubscribed_at: null,
    });
  });

  test("moves with its token to a new address, also to one that is known", async () => {
    const victim = await ownedDevice();
    const other = await joined(androidSubscriber());
    const { token: known } = await shown(other.id);
    for (const token of ["fcm:new", known]) {
      const moved = await api("PATCH", `/public/subscribers/${victim.id}`, {
        token: victim.token,
        json: { token },
      });
      expect(moved.status).toBe(200);
      expect(await shown(victim.id)).toMatchObject({ user_id: "ann", token, status: "active" });
    }
    expect(await shown(other.id)).toMatchObject({ status: "inactive", token: null });
  });

  test("that lost its address is not made active by a sign of life alone", async () => {
    const victim = await ownedDevice();
    await joined(victim.given);
    await rows(
      "UPDATE subscribers SET last_active_at = 1, updated_at = ? WHERE uuid = ?",
      Date.now(),
      victim.id,
    );
    const patched = await api("PATCH", `/public/subscribers/${victim.id}`, {
      token: victim.token,
      json: { tags: ["here"] },
    });
    expect(patched.body.data).toMatchObject({ status: "inactive", tags: ["here"] });
  });

  test("is answered 401 with a token that is none, or another app's, and nothing changes", async () => {
    const given = androidSubscriber();
    const other = await newPushApp(account.key);
    const elsewhere = (await join(androidSubscriber(), undefined, other)).body.data.token;
    for (const token of [`sw_sub_${"A".repeat(43)}`, "x", account.key, elsewhere]) {
      const refused = await join(given, token);
      expect(refused.status, token).toBe(401);
      expect(refused.body.error).toBe("unauthenticated");
    }
    expect(await rows("SELECT id FROM subscribers WHERE app_id = ?", app.v1_id)).toEqual([]);
  });
});

describe("an owner's registration", () => {
  test("is of the subscriber that has the address, and changes nothing in other apps", async () => {
    const [given, other] = [androidSubscriber(), await newPushApp(account.key)];
    const { id } = await joined(given);
    await own(id, { user_id: "ann", tags: ["gold"] });
    const before = await shown(id);
    const elsewhere = [
      (await register(account, other.id, { ...given, user_id: "eve", tags: ["x"] })).body.data.id,
      (await importAll(account, other.id, [{ ...given, language: "fr" }]))[0]?.id,
    ];
    expect(new Set(elsewhere).size).toBe(1);
    expect(elsewhere[0]).not.toBe(id);
    expect(await shown(id)).toEqual(before);
    // in the same app it is the same subscriber
    const again = await register(account, app.id, { ...given, language: "de" });
    expect(again.status).toBe(200);
    expect(again.body.data).toMatchObject({ id, user_id: "ann", tags: ["gold"], language: "de" });
  });
});

describe("an owner who registers an address that a stranger has taken", () => {
  /** The ways in which a stranger takes an address, each of which answers what he would then do with it. */
  const ways: [string, (token: string) => Promise<() => Promise<unknown>>][] = [
    [
      "by registering it",
      async (token) => {
        const stranger = await joined({ platform: "android", provider: "fcm", token });
        return () =>
          api("PATCH", `/public/subscribers/${stranger.id}`, {
            token: stranger.token,
            json: { token: "fcm:his" },
          });
      },
    ],
    [
      "by moving to it",
      async (token) => {
        const stranger = await joined(androidSubscriber());
        // an ordinary user of the app, whom its owner knows
        await own(stranger.id, { user_id: "eve" });
        const move = (to: string) =>
          api("PATCH", `/public/subscribers/${stranger.id}`, {
            token: stranger.token,
            json: { token: to },
          });
        expect((await move(token)).status).toBe(200);
        return () => move("fcm:his");
      },
    ],
    [
      "as an instance",
      async (token) => {
        const stranger = await reachedDevice(app.v1_id, { transport_token: token });
        return () =>
          stranger.call("PUT", "/info", { transport_type: "fcm", transport_token: "fcm:his" });
      },
    ],
  ];

  test.each(ways)("means the subscriber with that user, not the stranger: %s", async (_, take) => {
    const given = androidSubscriber({ user_id: "ann", tags: ["secret"] });
    const { id } = (await register(account, app.id, given)).body.data;
    const flee = await take(given.token);
    expect(await shown(id)).toMatchObject({ status: "inactive", token: null });
    const again = await register(account, app.id, given);
    expect(again.status).toBe(200);
    expect(again.body.data).toMatchObject({ id, user_id: "ann", status: "active" });
    await flee();
    const reached = await rows(
      "SELECT uuid FROM subscribers WHERE app_id = ? AND user_id = 'ann' AND status = 'active'",
      app.v1_id,
    );
    expect(reached).toEqual([{ uuid: id }]);
    const taken = await rows(
      "SELECT user_id, tags FROM subscribers WHERE app_id = ? AND token = 'fcm:his'",
      app.v1_id,
    );
    for (const row of taken) {
      expect(row.user_id).not.toBe("ann");
      expect(row.tags).not.toContain("secret");
    }
    expect(await audience({ type: "user_ids", ids: ["ann"] })).toBe(1);
  });

  test.each(ways)("gives another user a subscriber of its own: %s", async (_, take) => {
    const given = androidSubscriber({ user_id: "ann", tags: ["secret"] });
    const { id } = (await register(account, app.id, given)).body.data;
    const flee = await take(given.token);
    for (let times = 0; times < 2; times += 1) {
      // a list with the same row again and again makes no row again and again
      await importAll(account, app.id, [{ ...given, user_id: "bob", tags: ["bobs"] }]);
    }
    await flee();
    const bobs = await rows(
      "SELECT uuid, token FROM subscribers WHERE app_id = ? AND user_id = 'bob'",
      app.v1_id,
    );
    expect(bobs).toEqual([{ uuid: expect.any(String), token: given.token }]);
    expect(bobs[0]?.uuid).not.toBe(id);
    expect(await shown(id)).toMatchObject({ user_id: "ann", tags: ["secret"], token: null });
  });

  test("gives tags without a user to neither", async () => {
    const anonymous = androidSubscriber();
    await register(account, app.id, { ...anonymous, user_id: "ann" });
    const stranger = await joined(anonymous);
    for (let times = 0; times < 2; times += 1) {
      await register(account, app.id, { ...anonymous, tags: ["new"] });
    }
    expect(await shown(stranger.id)).toMatchObject({ tags: [], token: null, status: "inactive" });
    const tagged = await rows(
      "SELECT user_id, token FROM subscribers WHERE app_id = ? AND tags LIKE '%new%'",
      app.v1_id,
    );
    expect(tagged).toEqual([{ user_id: null, token: anonymous.token }]);
  });

  test("means the device itself, when that came back with its own token", async () => {
    const victim = await ownedDevice();
    await joined(victim.given);
    await joined(victim.given, victim.token);
    const again = await register(account, app.id, { ...victim.given, user_id: "ann" });
    expect(again.body.data).toMatchObject({ id: victim.id, user_id: "ann", tags: ["gold"] });
    // and another person who signs in on it is still the same device
    const next = await register(account, app.id, { ...victim.given, user_id: "bob" });
    expect(next.body.data.id).toBe(victim.id);
  });
});

test("an endpoint is the same in every spelling", async () => {
  const given = await webSubscriber();
  const url = new URL(given.endpoint);
  await joined(given);
  for (const endpoint of [
    given.endpoint.replace(url.host, url.host.toUpperCase()),
    given.endpoint.replace(url.host, `${url.host}:443`),
    given.endpoint.replace("https:", "HTTPS:"),
  ]) {
    expect((await join({ ...given, endpoint })).status).toBe(201);
  }
  expect(await audience()).toBe(1);
  const dotted = given.endpoint.replace(url.host, `${url.host}.`);
  expect((await join({ ...given, endpoint: dotted })).status).toBe(422);
});

describe("a send", () => {
  test("reaches an address once, whoever registered it", async () => {
    const { account: owner, app: sender, make, ended } = await newNotifier();
    account = owner;
    app = sender as typeof app;
    const given = await webSubscriber();
    const first = await joined(given);
    await own(first.id, { user_id: "ann" });
    await joined(given);
    await joined(given);
    const sent = await ended((await make({ send: true })).id);
    expect(sent.stats).toMatchObject({ total_count: 1, sent_count: 1 });
    const toUser = await make({ send: true, targeting: { type: "user_ids", ids: ["ann"] } });
    expect((await ended(toUser.id)).stats.total_count).toBe(0);
  });
});

test("instances are named by ids that no other answer contains", async () => {
  const device: Device = await reachedDevice(app.v1_id);
  const seen = await Promise.all(
    [`/apps/${app.id}/subscribers`, `/apps/${app.id}`].map(async (path) =>
      JSON.stringify((await api("GET", PUSH + path, { token: account.key })).body),
    ),
  );
  for (const text of seen) {
    expect(text).not.toContain(device.id);
    expect(text).not.toContain(device.icToken);
  }
  const unknown = await api(
    "PUT",
    `${DEVICES}/apps/${app.v1_id}/instances/${device.icToken}/info`,
    {
      headers: { "cf-connecting-ip": newAddress() },
      json: {},
    },
  );
  expect(unknown.status).toBe(404);
});
