// The most subscribers that an app has, by its account's plan: anybody can register, and owners can import.
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { instantWorld, newDevice, subscriberOf } from "../../../support/instant.ts";
import { androidSubscriber, importAll, PUSH, register } from "../../../support/push.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newAccount, newPushApp, type TestAccount } from "../../../support/scenario.ts";
import { countRowsRead } from "../../../support/trips.ts";
import { admin, api, newAddress, rows, type Reply } from "../../../support/worker.ts";

// pushes go nowhere
useInternet();

afterEach(() => void vi.restoreAllMocks());

const MOST = 3;

beforeAll(async () => {
  const plan = { name: "Tiny", price: 0, monthly_credits: 0, rate_limit: 1000 };
  await admin("PUT", "/plans", { plans: [{ ...plan, max_subscribers: MOST }] });
});

interface App {
  id: string;
  v1_id: number;
  public_key: string;
}

async function tinyApp(): Promise<{ account: TestAccount; app: App }> {
  const account = await newAccount({ plan: "Tiny" });
  return { account, app: await newPushApp(account.key) };
}

async function join(app: App, json: unknown = androidSubscriber(), token?: string): Promise<Reply> {
  return api("POST", `/public/apps/${app.id}/subscribers`, {
    json,
    headers: { "x-app-key": app.public_key, "cf-connecting-ip": newAddress() },
    ...(token === undefined ? {} : { token }),
  });
}

/** The app's subscribers, oldest first. */
const subscribersOf = ({ v1_id: id }: App) =>
  rows("SELECT uuid, status, token FROM subscribers WHERE app_id = ? ORDER BY id", id);

const FULL = { subscribers: [`must not be more than ${MOST} on this plan`] };

test("devices register until the plan's number is reached, then the error names it", async () => {
  const { app } = await tinyApp();
  const given = androidSubscriber();
  expect((await join(app, given)).status).toBe(201);
  for (let at = 1; at < MOST; at += 1) expect((await join(app)).status).toBe(201);
  const refused = await join(app);
  expect(refused.status).toBe(422);
  expect(refused.body).toEqual({
    message: "Some fields are not valid.",
    error: "invalid",
    details: FULL,
  });
  expect((await subscribersOf(app)).map(({ status }) => status)).toEqual(
    Array(MOST).fill("active"),
  );
  // who has a known address makes room for who takes it
  expect((await join(app, given)).status).toBe(201);
  expect(await subscribersOf(app)).toHaveLength(MOST);
});

test("a device that is registered registers on in a full app", async () => {
  const { app } = await tinyApp();
  const given = androidSubscriber();
  const { token } = (await join(app, given)).body.data;
  for (let at = 1; at < MOST; at += 1) await join(app);
  expect((await join(app, given, token)).status).toBe(200);
  expect((await join(app, androidSubscriber(), token)).status).toBe(200);
});

test("inactive subscribers make room, the oldest first, and those that unsubscribed never", async () => {
  const { app } = await tinyApp();
  const made: string[] = [];
  for (let at = 0; at < MOST; at += 1) made.push((await join(app)).body.data.id);
  const [left, first, second] = made;
  await rows("UPDATE subscribers SET status = 'unsubscribed' WHERE uuid = ?", left);
  await rows("UPDATE subscribers SET status = 'inactive' WHERE uuid IN (?, ?)", first, second);
  for (const remaining of [[left, second], [left]]) {
    expect((await join(app)).status).toBe(201);
    const uuids = (await subscribersOf(app)).map(({ uuid }) => uuid);
    expect(uuids).toHaveLength(MOST);
    expect(uuids.filter((uuid) => made.includes(uuid))).toEqual(remaining);
  }
  expect((await join(app)).status).toBe(422);
  expect((await subscribersOf(app)).map(({ uuid }) => uuid)).toContain(left);
});

test("devices make no room among subscribers that the owner has named, however", async () => {
  const { account, app } = await tinyApp();
  const given = androidSubscriber();
  const { id, token } = (await join(app, given)).body.data;
  await api("PATCH", `${PUSH}/apps/${app.id}/subscribers/${id}`, {
    token: account.key,
    json: { tags: ["gold"] },
  });
  for (let at = 1; at < MOST; at += 1) await join(app);
  // in a full app, nobody takes its address: it would have to go
  expect((await join(app, given)).status).toBe(422);
  const [kept] = await subscribersOf(app);
  expect(kept).toMatchObject({ uuid: id, status: "active", token: given.token });
  await rows("UPDATE subscribers SET status = 'inactive' WHERE uuid = ?", id);
  expect((await join(app)).status).toBe(422);
  expect((await join(app, given, token)).status).toBe(200);
});

test("what is refused for want of room changes nothing", async () => {
  const { account, app } = await tinyApp();
  const given = Array.from({ length: MOST }, () => androidSubscriber());
  await importAll(account, app.id, given);
  await rows("UPDATE subscribers SET status = 'inactive' WHERE app_id = ?", app.v1_id);
  const before = await rows("SELECT * FROM subscribers WHERE app_id = ? ORDER BY id", app.v1_id);
  const many = Array.from({ length: MOST + 1 }, () => androidSubscriber());
  const refused = await api("POST", `${PUSH}/apps/${app.id}/subscribers/bulk`, {
    token: account.key,
    json: { subscribers: many },
  });
  expect(refused.status).toBe(422);
  expect(await rows("SELECT * FROM subscribers WHERE app_id = ? ORDER BY id", app.v1_id)).toEqual(
    before,
  );
});

test("registering one address again and again leaves no more rows than the plan allows", async () => {
  const { app } = await tinyApp();
  const given = androidSubscriber();
  for (let times = 0; times < 2 * MOST; times += 1) {
    expect((await join(app, given)).status).toBe(201);
  }
  const left = await subscribersOf(app);
  expect(left).toHaveLength(MOST);
  expect(left.filter(({ status }) => status === "active")).toHaveLength(1);
});

test("an owner's registration and import are bounded alike, and known addresses still pass", async () => {
  const { account, app } = await tinyApp();
  const given = [androidSubscriber(), androidSubscriber()];
  await importAll(account, app.id, given);
  const bulk = async (subscribers: unknown[]) =>
    api("POST", `${PUSH}/apps/${app.id}/subscribers/bulk`, {
      token: account.key,
      json: { subscribers },
    });
  const refused = await bulk([...given, androidSubscriber(), androidSubscriber()]);
  expect(refused.status).toBe(422);
  expect(refused.body).toEqual({ error: "Validation failed", details: FULL });
  expect(await subscribersOf(app)).toHaveLength(2);
  await importAll(account, app.id, [...given, androidSubscriber()]);
  const one = await register(account, app.id, androidSubscriber());
  expect(one.status).toBe(422);
  expect(one.body.details).toEqual(FULL);
  expect((await register(account, app.id, { ...given[0], language: "de" })).status).toBe(200);
  // an inactive one that the import names does not make room for others of it
  await rows("UPDATE subscribers SET status = 'inactive' WHERE token = ?", given[0]?.token);
  expect((await bulk([given[0], androidSubscriber()])).status).toBe(422);
  expect((await bulk([androidSubscriber()])).status).toBe(200);
});

const INBOX = { platform: "android", provider: "webpush" };

test("devices that somebody makes up without an address close an app to nobody", async () => {
  const { account, app } = await tinyApp();
  const named = (await join(app, INBOX)).body.data;
  await api("PATCH", `${PUSH}/apps/${app.id}/subscribers/${named.id}`, {
    token: account.key,
    json: { user_id: "ann" },
  });
  const back = (await join(app, INBOX)).body.data;
  await rows(
    `UPDATE subscribers SET created_at = created_at - 90000000, last_active_at = created_at - 90000000 + 43200000
     WHERE uuid = ?`,
    back.id,
  );
  for (let at = 0; at < 5; at += 1) expect((await join(app, INBOX)).status).toBe(201);
  const browser = await join(app);
  expect(browser.status).toBe(201);
  const ids = async () => (await subscribersOf(app)).map(({ uuid }) => uuid);
  expect(await ids()).toEqual([named.id, back.id, browser.body.data.id]);
  // Who came back, or was named by the owner, stays, and the app is full.
  expect((await join(app, INBOX)).status).toBe(422);
  expect((await register(account, app.id, androidSubscriber())).status).toBe(422);
  expect(await ids()).toEqual([named.id, back.id, browser.body.data.id]);
});

test("an owner's import takes the places of devices without an address that never came back", async () => {
  const { account, app } = await tinyApp();
  for (let at = 0; at < MOST; at += 1) await join(app, INBOX);
  const given = [androidSubscriber(), androidSubscriber()];
  await importAll(account, app.id, given);
  const kept = await subscribersOf(app);
  expect(kept.map(({ token }) => token)).toEqual([null, ...given.map(({ token }) => token)]);
});

test("a plan that was lowered costs no device without an address its place", async () => {
  const { app } = await tinyApp();
  for (let at = 0; at < MOST; at += 1) await join(app, INBOX);
  await rows("UPDATE plans SET max_subscribers = 1 WHERE name = 'Tiny'");
  expect((await join(app)).status).toBe(422);
  await rows("UPDATE plans SET max_subscribers = ? WHERE name = 'Tiny'", MOST);
  expect(await subscribersOf(app)).toHaveLength(MOST);
});

test("a plan that was lowered refuses only new subscribers", async () => {
  const { account, app } = await tinyApp();
  const given = Array.from({ length: MOST }, () => androidSubscriber());
  await importAll(account, app.id, given);
  await rows("UPDATE plans SET max_subscribers = 1 WHERE name = 'Tiny'");
  await importAll(account, app.id, given);
  expect((await join(app)).status).toBe(422);
  await rows("UPDATE plans SET max_subscribers = ? WHERE name = 'Tiny'", MOST);
});

test("an instance is told when its app is full, and keeps what it is", async () => {
  const { account, apps } = await instantWorld();
  await rows(
    "UPDATE accounts SET plan_id = (SELECT id FROM plans WHERE name = 'Tiny') WHERE id = ?",
    account.id,
  );
  const devices = [];
  for (let at = 0; at <= MOST; at += 1) devices.push(await newDevice(apps[0]!));
  const told = [];
  for (const [at, device] of devices.entries()) {
    const info = { transport_type: "fcm", transport_token: `fcm:${at}` };
    told.push(await device.call("PUT", "/info", info));
  }
  expect(told.map(({ status }) => status)).toEqual([200, 200, 200, 400]);
  expect(told[MOST]?.body.error).toBe(
    `validation error: subscribers must not be more than ${MOST} on this plan`,
  );
  expect(await subscriberOf(devices[MOST]!)).toBeUndefined();
  // and nothing of what was refused is stored
  const late = { transport_type: "fcm", transport_token: "fcm:late", tags: { a: "b" } };
  expect((await devices[MOST]!.call("PUT", "/info", late)).status).toBe(400);
  const [{ facts }] = await rows(
    "SELECT facts FROM installations WHERE uuid = ?",
    devices[MOST]!.id,
  );
  expect(facts).toBe("{}");
});

test("webhooks get no more registrations and unsubscriptions a day than the plan allows subscribers", async () => {
  const { account, app } = await tinyApp();
  const hook = await api("POST", `${PUSH}/apps/${app.id}/webhooks`, {
    token: account.key,
    json: {
      url: "https://hooks.example.com/x",
      secret: "a secret of the test's",
      events: ["subscriber.created", "subscriber.unsubscribed"],
    },
  });
  expect(hook.status, JSON.stringify(hook.body)).toBe(201);
  const given = androidSubscriber();
  let id = "";
  let token = "";
  for (let times = 0; times < MOST + 2; times += 1) {
    ({ id, token } = (await join(app, given)).body.data);
  }
  for (let times = 0; times < MOST + 2; times += 1) {
    await api("DELETE", `/public/subscribers/${id}`, { token });
    await join(app, given, token);
  }
  const emitted = await rows(
    `SELECT d.event, count(*) AS count FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id
     WHERE w.app_id = ? GROUP BY d.event ORDER BY d.event`,
    app.v1_id,
  );
  expect(emitted).toEqual([
    { event: "subscriber.created", count: MOST },
    { event: "subscriber.unsubscribed", count: MOST },
  ]);
  const [day] = await rows(
    "SELECT new_subscribers, unsubscribes FROM daily_stats WHERE app_id = ?",
    app.v1_id,
  );
  expect(day).toEqual({ new_subscribers: MOST + 2, unsubscribes: MOST + 2 });
});

test("deleting an app deletes its counts", async () => {
  const { account, app } = await tinyApp();
  await join(app);
  await api("DELETE", `/api/v1/apps/${app.v1_id}`, { token: account.key });
  expect(await rows("SELECT * FROM app_counts WHERE app_id = ?", app.v1_id)).toEqual([]);
});

test("a registration reads no more rows of an app for being many, nor for a webhook", async () => {
  const { key, id } = await newAccount({ plan: "Unlimited" });
  const app: App = await newPushApp(key);
  await api("POST", `${PUSH}/apps/${app.id}/webhooks`, {
    token: key,
    json: {
      url: "https://hooks.example.com/x",
      secret: "a secret of the test's",
      events: ["subscriber.created"],
    },
  });
  await rows(
    `INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, tags, status,
       token_since, last_active_at, created_at, updated_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
     SELECT 'read-' || i, ?, ?, 'android', 'fcm', 'read-' || i, '[]', iif(i % 2, 'active', 'inactive'), 1, 1, 1, 1 FROM n`,
    id,
    app.v1_id,
  );
  const read = countRowsRead();
  expect((await join(app)).status).toBe(201);
  expect(read()).toBeLessThan(100);
  expect((await register({ id, key }, app.id, androidSubscriber())).status).toBe(201);
  await importAll({ id, key }, app.id, [androidSubscriber(), androidSubscriber()]);
  expect(read()).toBeLessThan(300);
});
