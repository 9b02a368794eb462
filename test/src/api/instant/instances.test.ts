// The API that installed apps use for instant sending: registration and info. Their events, deactivation and what all
// calls have in common are in instance-events.test.ts.
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  DEVICES,
  instantWorld,
  newDevice,
  reachedDevice,
  subscriberOf,
} from "../../../support/instant.ts";
import { browserKeys } from "../../../support/keys.ts";
import { PUSH as PUSH_API } from "../../../support/push.ts";
import { useInternet } from "../../../support/receiver.ts";
import { countTrips } from "../../../support/trips.ts";
import { newAddress, api, rows } from "../../../support/worker.ts";

// pushes go nowhere
useInternet();
afterEach(() => void vi.restoreAllMocks());

const EVERYTHING = { lang: "de", country: "DE", tz_sec: 3600, platform_type: "android" };
async function registerInstance(
  appId: number | string,
  json: unknown,
  headers: Record<string, string> = {},
) {
  return api("POST", `${DEVICES}/apps/${appId}/instances`, {
    headers: { "cf-connecting-ip": newAddress(), ...headers },
    json,
  });
}

async function newAppId(): Promise<number> {
  return (await instantWorld()).apps[0]!;
}

describe("registering an instance", () => {
  test("answers an id other than the ic_token, and the same id for the same ic_token of an app", async () => {
    const appId = await newAppId();
    const ic_token = crypto.randomUUID();
    const first = await registerInstance(appId, { ic_token, ext_id: "" });
    expect(first.status).toBe(200);
    expect(first.body).toEqual({ id: expect.any(String), just_created: true });
    expect(first.body.id).not.toBe(ic_token);
    const again = await registerInstance(appId, {
      ic_token: ic_token.toUpperCase(),
      ext_id: "ann",
    });
    expect(again.body).toEqual({ id: first.body.id, just_created: false });
    const elsewhere = await registerInstance(await newAppId(), { ic_token });
    expect(elsewhere.body.just_created).toBe(true);
    expect(elsewhere.body.id).not.toBe(first.body.id);
  });

  test("makes no subscriber until the device has sent its transport", async () => {
    const appId = await newAppId();
    const device = await newDevice(appId);
    expect(await subscriberOf(device)).toBeUndefined();
    await device.call("PUT", "/info", { lang: "de", country: "DE", tags: { audiences: "vip" } });
    expect(await subscriberOf(device)).toBeUndefined();
    await device.call("PUT", "/info", { transport_type: "fcm", transport_token: "fcm:x" });
    // what it sent before counts
    expect(await subscriberOf(device)).toMatchObject({
      status: "active",
      language: "de",
      country: "DE",
      tags: ["audiences:vip"],
    });
  });

  test.each([[{}], [{ ic_token: "x" }], [{ ic_token: 5 }], [[]], [null]])(
    "answers 400 for %j",
    async (json) => {
      const refused = await registerInstance(await newAppId(), json);
      expect(refused.status).toBe(400);
      expect(refused.body.error).toMatch(/^validation error: /);
    },
  );

  test("answers 404 for an app that does not exist", async () => {
    for (const id of [999_999_999, "x", "0", "1e3"]) {
      const missing = await registerInstance(id, { ic_token: crypto.randomUUID() });
      expect(missing.status).toBe(404);
      expect(missing.body).toEqual({ error: "not found: app", req_id: expect.any(String) });
    }
  });

  test("answers 403 to pages of origins that the app does not allow", async () => {
    const { account, apps } = await instantWorld();
    const [{ uuid }] = await rows("SELECT uuid FROM apps WHERE id = ?", apps[0]);
    await api("PUT", `${PUSH_API}/apps/${uuid}`, {
      token: account.key,
      json: { settings: { allowed_origins: ["https://good.example"] } },
    });
    const from = async (origin: string) =>
      (await registerInstance(apps[0]!, { ic_token: crypto.randomUUID() }, { origin })).status;
    expect(await from("https://good.example")).toBe(200);
    expect(await from("https://bad.example")).toBe(403);
  });
});

describe("sending info", () => {
  test("makes the device a subscriber that the push API shows", async () => {
    const { account, apps } = await instantWorld();
    const device = await newDevice(apps[0]!, { ext_id: "user-7" });
    const told = await device.call("PUT", "/info", {
      transport_type: "fcm",
      transport_token: "fcm:abc",
      platform_type: "android",
      platform_name: "android_api_33",
      country: "br",
      lang: "pt_BR",
      tz_sec: -10_800,
      tags: { audiences: "vip, beta", color: "red", empty: "" },
    });
    expect(told.status).toBe(200);
    expect(told.body).toEqual({ id: device.id, update_interval_sec: expect.any(Number) });
    const [{ uuid }] = await rows("SELECT uuid FROM apps WHERE id = ?", apps[0]);
    const shown = await api("GET", `${PUSH_API}/apps/${uuid}/subscribers`, { token: account.key });
    expect(shown.body.data).toMatchObject([
      {
        platform: "android",
        status: "active",
        user_id: null,
        language: "pt-BR",
        country: "BR",
        timezone: "Etc/GMT+3",
        tags: ["audiences:vip", "audiences:beta", "color:red"],
      },
    ]);
  });

  test.each([
    [{ county: "br" }, { country: "BR" }],
    [{ country: "", county: "PT" }, { country: "PT" }],
    [{ country: "nowhere" }, { country: null }],
    [
      { country: 5, lang: {}, tz_sec: "x", platform_type: null, ext_id: [] },
      { country: null, language: null },
    ],
    [{ lang: "en_US.UTF-8" }, { language: "en-US" }],
    [{ lang: "zh-Hans-CN-u-nu-latn" }, { language: "zh-Hans-CN" }],
    [{ lang: "de_AT_#Latn" }, { language: "de-AT" }],
    [{ lang: "?" }, { language: null }],
    [{ tz_sec: 0 }, { timezone: "UTC" }],
    [{ tz_sec: "19800" }, { timezone: "Asia/Kolkata" }],
    [{ tz_sec: 50_400 }, { timezone: "Etc/GMT-14" }],
    [{ tz_sec: 99_999_999 }, { timezone: null }],
    [{ tags: { n: 1, yes: true, none: null } }, { tags: ["n:1", "yes:true"] }],
    [{ tags: null }, { tags: [] }],
    [{ platform_type: "ios" }, { platform: "ios" }],
    [{ platform_type: "iOS" }, { platform: "ios" }],
    [{ platform_type: "" }, { platform: "android" }],
    [{ platform_type: undefined }, { platform: "android" }],
    [{ something: "else", notif_perm_granted: true }, { status: "active" }],
  ])("turns %j into %j", async (info, expected) => {
    const device = await reachedDevice(await newAppId(), info);
    expect(await subscriberOf(device)).toMatchObject(expected);
  });

  test.each([
    ["fcm.data", "fcm:x", { provider: "fcm", platform: "android" }],
    ["apns", "ab".repeat(32), { provider: "apns", platform: "ios" }],
  ])("accepts the transport %s", async (transport_type, transport_token, expected) => {
    const device = await newDevice(await newAppId());
    const told = await device.call("PUT", "/info", { transport_type, transport_token });
    expect(told.status).toBe(200);
    expect(await subscriberOf(device)).toMatchObject(expected);
  });

  test("accepts the transport webpush with a subscription as an object or as a string of JSON", async () => {
    const appId = await newAppId();
    for (const form of [JSON.stringify, (value: unknown) => value]) {
      const device = await newDevice(appId);
      const endpoint = `https://push.example.com/${crypto.randomUUID()}`;
      const subscription = { endpoint, expirationTime: null, keys: await browserKeys() };
      const told = await device.call("PUT", "/info", {
        transport_type: "webpush",
        transport_token: form(subscription),
      });
      expect(told.status, JSON.stringify(told.body)).toBe(200);
      expect(await subscriberOf(device)).toMatchObject({
        provider: "webpush",
        platform: "web",
        token: endpoint,
        ...subscription.keys,
      });
    }
  });

  test.each([
    ["webpush", "android", "android"],
    ["webpush", "browser", "web"],
    ["webpush", "ios", "web"],
    ["fcm", "browser", "web"],
    ["fcm", "ios", "ios"],
    ["apns", "android", "ios"],
  ])("by %s, a device that reports %s is %s", async (transport_type, platform_type, platform) => {
    const appId = await newAppId();
    const endpoint = `https://push.example.com/${crypto.randomUUID()}`;
    const subscription = { endpoint, keys: await browserKeys() };
    const transport_token =
      transport_type === "webpush"
        ? subscription
        : transport_type === "apns"
          ? "ab".repeat(32)
          : `fcm:${crypto.randomUUID()}`;
    const device = await newDevice(appId);
    const info = { transport_type, transport_token };
    await device.call("PUT", "/info", { ...info, platform_type });
    expect(await subscriberOf(device)).toMatchObject({ platform, provider: transport_type });
    const late = await newDevice(appId);
    await late.call("PUT", "/info", info);
    await late.call("PUT", "/info", { platform_type });
    expect(await subscriberOf(late), "told without its transport").toMatchObject({ platform });
  });

  test.each([
    [{ transport_token: "x" }, "transport_type must be one of fcm, apns, webpush"],
    [
      { transport_type: "onesignal", transport_token: "x" },
      "transport_type must be one of fcm, apns, webpush",
    ],
    [{ transport_type: "fcmx" }, "transport_type must be one of fcm, apns, webpush"],
    [{ transport_type: 5 }, "transport_type must be one of fcm, apns, webpush"],
    [{ platform_type: "toaster" }, "platform_type must be one of android, ios, browser"],
    [{ platform_type: 5 }, "platform_type must be one of android, ios, browser"],
    [{ transport_type: "apns", transport_token: "not hex" }, "transport_token"],
    [{ transport_type: "webpush", transport_token: "{" }, "transport_token must be a subscription"],
    [{ transport_type: "webpush", transport_token: "null" }, "transport_token"],
    [
      { transport_type: "webpush", transport_token: '{"endpoint":"https://10.0.0.1/x"}' },
      "transport_token",
    ],
    [{ tags: { ["n".repeat(65)]: "v" } }, "tags must have keys of at most 64 characters"],
    [{ tags: { n: "v".repeat(1025) } }, "tags must have values of at most 1024 characters"],
    [
      { tags: Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`n${at}`, "v"])) },
      "tags must have at most 64 keys",
    ],
    [[], "body"],
    ["x", "body"],
  ])("answers 400 for %j", async (info, error) => {
    const device = await newDevice(await newAppId());
    const refused = await device.call("PUT", "/info", info);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain(error);
    expect(await subscriberOf(device)).toBeUndefined();
  });

  test("replaces the tags that the device sent before and keeps those that its owner set", async () => {
    const { account, apps } = await instantWorld();
    const device = await reachedDevice(apps[0]!, { tags: { audiences: "a", color: "red" } });
    const { uuid: subscriber } = await subscriberOf(device);
    const [{ uuid }] = await rows("SELECT uuid FROM apps WHERE id = ?", apps[0]);
    await api("PATCH", `${PUSH_API}/apps/${uuid}/subscribers/${subscriber}`, {
      token: account.key,
      json: { tags: ["audiences:a", "color:red", "gold"] },
    });
    await device.call("PUT", "/info", { tags: { audiences: "b" } });
    expect((await subscriberOf(device)).tags).toEqual(["gold", "audiences:b"]);
    await device.call("PUT", "/info", { lang: "de" });
    expect(await subscriberOf(device)).toMatchObject({
      tags: ["gold", "audiences:b"],
      language: "de",
    });
  });

  test("moves its own subscriber to a new token", async () => {
    const appId = await newAppId();
    const device = await reachedDevice(appId, { transport_token: "fcm:old" });
    const { id } = await subscriberOf(device);
    await device.call("PUT", "/info", { transport_type: "fcm", transport_token: "fcm:new" });
    expect(await subscriberOf(device)).toMatchObject({ id, token: "fcm:new", status: "active" });
    expect(await rows("SELECT id FROM subscribers WHERE app_id = ?", appId)).toEqual([{ id }]);
  });

  test("keeps the tags that are text, without spaces at their ends", async () => {
    const device = await reachedDevice(await newAppId(), { tags: { color: "red" } });
    const kept = async (tags: unknown) => {
      expect((await device.call("PUT", "/info", { tags })).status).toBe(200);
      const [{ facts }] = await rows("SELECT facts FROM installations WHERE uuid = ?", device.id);
      return JSON.parse(facts).tags;
    };
    for (const none of [["vip"], "vip", 5, true])
      expect(await kept(none)).toEqual({ color: "red" });
    expect(
      await kept({ deep: {}, list: ["a"], broken: "\ud800", n: 1, " color ": " blue " }),
    ).toEqual({ n: "1", color: "blue" });
    expect((await subscriberOf(device)).tags).toEqual(["n:1", "color:blue"]);
    expect(await kept(null)).toEqual({});
  });

  test("takes 8 KB of tags and refuses more, saying how much is allowed", async () => {
    const device = await newDevice(await newAppId());
    const put = async (tags: Record<string, string>) => device.call("PUT", "/info", { tags });
    const four = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, "x".repeat(1000)]));
    expect((await put(four)).status).toBe(200);
    // characters of three bytes
    const wide = Object.fromEntries(["a", "b", "c"].map((name) => [name, "€".repeat(1000)]));
    const refused = await put(wide);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toBe(
      "validation error: tags must not be larger than 8192 bytes as JSON",
    );
    const exact = { a: "x".repeat(1024), b: "€".repeat(1024), c: "€".repeat(1024), d: "" };
    const room = 8192 - Buffer.byteLength(JSON.stringify(exact));
    expect((await put({ ...exact, d: "x".repeat(room) })).status).toBe(200);
    expect((await put({ ...exact, d: "x".repeat(room + 1) })).status).toBe(400);
    const [{ facts }] = await rows("SELECT facts FROM installations WHERE uuid = ?", device.id);
    expect(Buffer.byteLength(facts)).toBeLessThan(9000);
  });

  test("reports at once leave one subscriber, and what is counted is what is there", async () => {
    const appId = await newAppId();
    const at = (token: string) => ({ transport_type: "fcm", transport_token: token });
    for (const pair of [
      [at("fcm:a"), { lang: "de" }],
      [{ lang: "de" }, at("fcm:b")],
      [at("fcm:c"), at("fcm:d"), at("fcm:e")],
    ]) {
      const device = await newDevice(appId);
      const told = await Promise.all(pair.map((info) => device.call("PUT", "/info", info)));
      expect(told.map(({ status }) => status)).toEqual(pair.map(() => 200));
      expect(await subscriberOf(device)).toMatchObject({ status: "active" });
    }
    const orphans = await rows(
      `SELECT token FROM subscribers WHERE app_id = ?
       AND id NOT IN (SELECT subscriber_id FROM installations WHERE subscriber_id IS NOT NULL)`,
      appId,
    );
    expect(orphans).toEqual([]);
    const [counts] = await rows(
      `SELECT unreachable, subscribers, (SELECT count(*) FROM installations
         WHERE app_id = app_counts.app_id AND subscriber_id IS NULL) AS really
       FROM app_counts WHERE app_id = ?`,
      appId,
    );
    expect(counts).toEqual({ unreachable: 0, subscribers: 3, really: 0 });
  });

  test("leaves user_id alone, since no API key vouches for an ext_id", async () => {
    const appId = await newAppId();
    const device = await reachedDevice(appId);
    await rows("UPDATE subscribers SET user_id = 'owner' WHERE app_id = ?", appId);
    await registerInstance(appId, { ic_token: device.icToken, ext_id: "ann" });
    await device.call("PUT", "/info", { ext_id: "bob", lang: "de" });
    expect(await subscriberOf(device)).toMatchObject({ user_id: "owner", language: "de" });
  });

  test("changes nothing when the body is empty or missing", async () => {
    const device = await reachedDevice(await newAppId(), { lang: "de" });
    for (const json of [undefined, {}]) {
      const told = await device.call("PUT", "/info", json);
      expect(told.status).toBe(200);
    }
    expect(await subscriberOf(device)).toMatchObject({ status: "active", language: "de" });
  });

  test("takes one round trip when nothing is new, and two for a change or to note activity", async () => {
    const info = {
      transport_type: "fcm",
      transport_token: "fcm:same",
      tags: { a: "b" },
      ...EVERYTHING,
    };
    const appId = await newAppId();
    const device = await reachedDevice(appId, info);
    const { id } = await subscriberOf(device);
    const cost = async (told: object) => {
      const trips = countTrips();
      expect((await device.call("PUT", "/info", told)).status).toBe(200);
      const count = trips();
      vi.restoreAllMocks();
      return count;
    };
    expect(await cost(info)).toBe(1);
    await rows("UPDATE subscribers SET last_active_at = 1 WHERE id = ?", id);
    expect(await cost(info)).toBe(2);
    expect((await subscriberOf(device)).last_active_at).toBeGreaterThan(1);
    // a token that a provider reported as dead becomes active again when its device sends it
    await rows("UPDATE subscribers SET status = 'inactive' WHERE id = ?", id);
    await cost(info);
    expect((await subscriberOf(device)).status).toBe("active");
    expect(await cost({ ...info, lang: "fr" })).toBe(2);
    expect((await subscriberOf(device)).language).toBe("fr");
    expect(await cost({ lang: "es" })).toBe(2);
    // a new token, first one that nobody has and then one that somebody has
    expect(await cost({ ...info, transport_token: "fcm:next" })).toBe(2);
    await reachedDevice(appId, { transport_token: "fcm:taken" });
    expect(await cost({ ...info, transport_token: "fcm:taken" })).toBe(2);
    expect((await subscriberOf(device)).token).toBe("fcm:taken");
  });
});
