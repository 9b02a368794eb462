// The keys that an installed app asks for at each start, and what replacing them tells.
import { expect, test } from "vitest";
import { browserKeys } from "../../../support/keys.ts";
import { importAll, PUSH, webSubscriber } from "../../../support/push.ts";
import { newApp, newAccount, newPushApp } from "../../../support/scenario.ts";
import { api, beginMinute, newAddress, rows } from "../../../support/worker.ts";

const SUBJECT = { subject: "mailto:push@slipway.dev" };

const keysOf = (uuid: string) =>
  api("GET", `/public/apps/${uuid}/keys`, { headers: { "cf-connecting-ip": newAddress() } });

test("anybody is told an app's keys, and may keep them for a minute", async () => {
  const { key } = await newAccount();
  const app = await newPushApp(key);
  const answer = await keysOf(app.id.toUpperCase());
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    data: { public_key: app.public_key, vapid_public_key: app.vapid_public_key },
  });
  expect(answer.headers.get("cache-control")).toBe("public, max-age=60");
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
});

test("an app of API v1 has no VAPID key before Web Push is set up", async () => {
  const { key } = await newAccount();
  const app = await newApp(key);
  expect((await keysOf(app.uuid)).body.data).toEqual({
    public_key: expect.stringMatching(/^pk_[0-9a-f]{32}$/),
    vapid_public_key: null,
  });
  const put = await api("PUT", `/api/v1/apps/${app.id}/push/credentials/webpush`, {
    token: key,
    json: SUBJECT,
  });
  expect((await keysOf(app.uuid)).body.data.vapid_public_key).toBe(put.body.data.public_key);
  expect(put.body.data).not.toHaveProperty("register_again");
});

test.each([crypto.randomUUID(), "7", "x"])("of an unknown app %s there are none", async (id) => {
  expect((await keysOf(id)).status).toBe(404);
});

test("asking is counted by app and address", async () => {
  beginMinute();
  const { key } = await newAccount();
  const answer = await keysOf((await newPushApp(key)).id);
  expect(answer.headers.get("x-ratelimit-limit")).toBe("200");
});

test.each([
  ["the push API", (app: { id: string }) => `${PUSH}/apps/${app.id}/credentials/webpush`],
  ["API v1", (app: { v1_id: number }) => `/api/v1/apps/${app.v1_id}/push/credentials/webpush`],
])("another VAPID pair, by %s, tells how many must register again", async (_, pathOf) => {
  const account = await newAccount();
  const app = await newPushApp(account.key);
  const token = `fcm:${crypto.randomUUID()}`;
  await importAll(account, app.id, [
    await webSubscriber(),
    await webSubscriber(),
    await webSubscriber(),
    await webSubscriber({ platform: "android" }),
    await webSubscriber({ platform: "android" }),
    { platform: "android", provider: "fcm", token },
    { platform: "web", provider: "fcm", token: `${token}:web` },
  ]);
  const [gone] = await rows(
    "SELECT uuid FROM subscribers WHERE app_id = ? AND provider = 'webpush' AND platform = 'web' LIMIT 1",
    app.v1_id,
  );
  const removed = await api("DELETE", `${PUSH}/apps/${app.id}/subscribers/${gone.uuid}`, {
    token: account.key,
  });
  expect(removed.status).toBe(200);
  const put = async (json: object) => {
    const answer = await api("PUT", pathOf(app), { token: account.key, json });
    expect(answer.status).toBe(200);
    return answer.body.data;
  };
  // Another contact is no other pair.
  expect(await put({ subject: "mailto:other@slipway.dev" })).not.toHaveProperty("register_again");
  const other = await newPushApp(account.key);
  const pair = {
    public_key: other.vapid_public_key,
    private_key: other.vapid_private_key,
  };
  const replaced = await put({ ...SUBJECT, ...pair });
  expect(replaced).toMatchObject({
    public_key: other.vapid_public_key,
    register_again: { browsers: 2, apps: 2 },
  });
  expect((await keysOf(app.id)).body.data.vapid_public_key).toBe(other.vapid_public_key);
  expect(await put({ ...SUBJECT, ...pair })).not.toHaveProperty("register_again");
});

test("a pair that is made in place of a deleted one tells the same, and one's own does not", async () => {
  const account = await newAccount();
  const app = await newPushApp(account.key);
  await importAll(account, app.id, [await webSubscriber()]);
  const path = `${PUSH}/apps/${app.id}/credentials/webpush`;
  const token = account.key;
  const again = async (json: object) => {
    expect((await api("DELETE", path, { token })).status).toBe(200);
    return (await api("PUT", path, { token, json })).body.data;
  };
  const own = { public_key: app.vapid_public_key, private_key: app.vapid_private_key };
  expect(await again({ ...SUBJECT, ...own })).not.toHaveProperty("register_again");
  expect((await again(SUBJECT)).register_again).toEqual({ browsers: 1, apps: 0 });
});

test("the kept counts of who is reached by Web Push follow every change", async () => {
  const account = await newAccount();
  const app = await newPushApp(account.key);
  const counts = async () =>
    (
      await rows(
        "SELECT web_push_web AS web, web_push_android AS android FROM app_counts WHERE app_id = ?",
        app.v1_id,
      )
    )[0];
  const [made] = await importAll(account, app.id, [
    { platform: "android", endpoint: "https://push.example.com/k", keys: await browserKeys() },
  ]);
  const set = (column: string, value: string) =>
    rows(`UPDATE subscribers SET ${column} = ? WHERE uuid = ?`, value, made?.id);
  expect(await counts()).toEqual({ web: 0, android: 1 });
  await set("platform", "web");
  expect(await counts()).toEqual({ web: 1, android: 0 });
  await set("status", "unsubscribed");
  expect(await counts()).toEqual({ web: 0, android: 0 });
  await set("status", "active");
  await set("provider", "fcm");
  expect(await counts()).toEqual({ web: 0, android: 0 });
  await set("provider", "webpush");
  await rows("DELETE FROM subscribers WHERE uuid = ?", made?.id);
  expect(await counts()).toEqual({ web: 0, android: 0 });
});
