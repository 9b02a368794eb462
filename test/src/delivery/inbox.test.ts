// Devices that no push service serves: they register without an address, are sent to like all others, and are told what
// they were sent when they ask.
import { expect, test, vi } from "vitest";
import { fillInboxes } from "../../../src/domain/inbox/fill-inboxes.ts";
import { readInbox } from "../../../src/domain/inbox/read-inbox.ts";
import { authenticateDevice } from "../../../src/domain/subscribers/devices.ts";
import { sendDue } from "../../../src/domain/notifications/start-runs.ts";
import { hashSecret } from "../../../src/kit/secret.ts";
import { newChannel, sendTo, subscribe } from "../../support/channels.ts";
import { APP, ask, entries, INBOX, newDevice } from "../../support/inbox.ts";
import { PUSH } from "../../support/push.ts";
import { newPushOwner, type PushOwner } from "../../support/scenario.ts";
import { recordQueries } from "../../support/trips.ts";
import { api, bindings, rows, send as fetchPath } from "../../support/worker.ts";
import { newProviders } from "./captured.ts";
import { addBrowsers, Send, sentIn, useWorld } from "./sending.ts";

const world = useWorld();

const NO_DEFAULTS = { icon: null, url: null };

const sent = (owner: PushOwner, wanted: object = {}) => sentIn(world, owner, wanted);

const tagged = (tag: string) => ({ targeting: { type: "tags", tags: [tag], match: "any" } });

test("a device without an address counts in the audience, and asks for what it was sent", async () => {
  const owner = await newPushOwner();
  const device = await newDevice(owner);
  const key = { token: owner.account.key };
  const app = await api("GET", `${PUSH}/apps/${owner.app.id}`, key);
  expect(app.body.data.subscriber_count).toBe(1);
  const estimated = await api("POST", `${PUSH}/apps/${owner.app.id}/notifications/estimate`, {
    ...key,
    json: { targeting: { type: "platform", platforms: ["android"] } },
  });
  expect(estimated.body.data).toMatchObject({ total_count: 1, by_platform: { android: 1 } });
  expect(await entries(device)).toEqual([]);
  const send = await sent(owner);
  expect(await send.expectAccounted(1)).toMatchObject({
    status: "sent",
    failure_reason: null,
    stats: { total_count: 1, sent_count: 1, failed_count: 0 },
  });
  expect((await send.totals()).providers).toContainEqual(
    expect.objectContaining({ provider: "inbox", sent_count: 1, failed_count: 0 }),
  );
  expect(await entries(device)).toEqual([
    {
      id: send.uuid,
      sent_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      message: expect.objectContaining({ title: "Hello", body: "World" }),
    },
  ]);
  expect(world.asked.size).toBe(0);
  const shown = await api("GET", `${PUSH}/apps/${owner.app.id}/subscribers/${device.id}`, key);
  expect(shown.body.data).toMatchObject({
    provider: "inbox",
    platform: "android",
    token: null,
    endpoint: null,
    status: "active",
  });
});

test("an entry's message is what a Web Push of the same notification decrypts to", async () => {
  const providers = await newProviders(world);
  const { owner, captured, browser } = providers;
  const reader = browser("android");
  await newDevice(owner, { ...reader, provider: "webpush", language: "de" });
  const device = await newDevice(owner, { ...APP, language: "de" });
  await sent(owner, {
    url: "https://example.com/a",
    icon: "https://example.com/i.png",
    image: "https://example.com/p.png",
    actions: [{ action: "more", title: "More", url: "https://example.com/more" }],
    data: { order: 7 },
    collapse_id: "order-7",
    platform_overrides: {
      android: { title: "For Android", channel_id: "orders", priority: "high" },
      web: { title: "For browsers" },
    },
    translations: { de: { title: "Hallo", body: "Welt" } },
  });
  const [entry] = await entries(device);
  const { click, receipt, ...message } = entry.message;
  const { payload } = captured.webpush[reader.endpoint] ?? {};
  const { click: _click, receipt: _receipt, ...pushed } = payload;
  expect(message).toEqual(pushed);
  expect(message).toMatchObject({ title: "For Android", body: "Welt", channel_id: "orders" });
  expect(receipt).toMatch(/\/public\/t\/[\w-]+\/delivered$/);
  expect(click).toMatch(/\/public\/c\/[\w-]+$/);
});

test.each([
  ["has", 10],
  ["has not", 2700],
])("an entry %s what the app fills in, as a Web Push of %i characters", async (_, length) => {
  const { owner, captured, browser } = await newProviders(world);
  const reader = browser("android");
  await newDevice(owner, { ...reader, provider: "webpush" });
  const device = await newDevice(owner);
  await rows(
    "UPDATE apps SET url = ? WHERE id = ?",
    `https://example.com/${"a".repeat(300)}`,
    owner.app.v1_id,
  );
  await sent(owner, { body: "x".repeat(length) });
  const [{ message }] = await entries(device);
  expect(message.url).toBe(captured.webpush[reader.endpoint]?.payload.url);
  expect(message.url === undefined).toBe(length > 1000);
});

test("to ask measures no payloads, however many translations a notification has", async () => {
  const owner = await newPushOwner();
  const device = await newDevice(owner);
  await rows("UPDATE apps SET url = 'https://example.com/' WHERE id = ?", owner.app.v1_id);
  await sent(owner, { translations: { de: { title: "Hallo", body: "Welt" } } });
  const measured = vi.fn(() => []);
  const ctx = { ...world.ctx(), payloadSizes: measured };
  const subscriber = await authenticateDevice(ctx, await hashSecret(device.token));
  expect(subscriber).not.toBeNull();
  expect(await readInbox(ctx, subscriber!, "https://slipway.example", {})).toHaveLength(1);
  expect(measured).not.toHaveBeenCalled();
});

test("the links of an entry count its receipt and its click, once", async () => {
  const owner = await newPushOwner();
  const device = await newDevice(owner);
  const send = await sent(owner, { url: "https://example.com/a" });
  const [{ message }] = await entries(device);
  for (const link of [message.receipt, message.receipt]) {
    const { pathname } = new URL(link);
    expect((await fetchPath("POST", pathname)).status).toBeLessThan(300);
  }
  const clicked = await fetchPath("GET", new URL(message.click).pathname);
  expect([clicked.status, clicked.headers.get("location")]).toEqual([302, "https://example.com/a"]);
  expect((await send.get()).stats).toMatchObject({ delivered_count: 1, clicked_count: 1 });
});

test("a device is told only of what it was a recipient of, however it was selected", async () => {
  const owner = await newPushOwner();
  const ann = await newDevice(owner, { ...APP, tags: ["vip"], language: "de" });
  const bob = await newDevice(owner, APP);
  await api("PATCH", `${PUSH}/apps/${owner.app.id}/subscribers/${ann.id}`, {
    token: owner.account.key,
    json: { user_id: "ann" },
  });
  const all = await sent(owner);
  const byTag = await sent(owner, tagged("vip"));
  const byUser = await sent(owner, { targeting: { type: "user_ids", ids: ["ann"] } });
  const channel = (await newChannel(owner.account.key, { app_id: owner.app.v1_id })).body.data;
  const channels = { ...owner, appId: owner.app.v1_id, channel };
  await subscribe(channels, { ...ann, endpoint: "" }, "ann");
  expect((await sendTo(channels, "ann")).status).toBe(200);
  const byChannel = await newest(owner);
  await byChannel.finish();
  const ids = async (device: { token: string }) =>
    (await entries(device)).map(({ id }: { id: string }) => id);
  expect(await ids(ann)).toEqual([all.uuid, byTag.uuid, byUser.uuid, byChannel.uuid]);
  expect(await ids(bob)).toEqual([all.uuid]);
  const [, , , last] = await entries(ann);
  expect(last.message).toMatchObject({ title: "Hello", body: "How do you do?" });
});

/** The newest notification of the app. */
async function newest(owner: PushOwner): Promise<Send> {
  const [row] = await rows(
    "SELECT id, uuid FROM notifications WHERE app_id = ? ORDER BY id DESC LIMIT 1",
    owner.app.v1_id,
  );
  return new Send(world, owner, row.uuid, row.id);
}

test("an instant send is told with the message id of its recipient", async () => {
  const owner = await newPushOwner();
  const [ann, bob] = [await newDevice(owner), await newDevice(owner)];
  const made = await api("POST", "/api/b/v2/send/instant", {
    token: owner.account.key,
    json: {
      name: "Now",
      filters: { app_ids_include: [owner.app.v1_id] },
      push: { default_lang: "en", translations: [{ language: "en", title: "Hi", text: "There" }] },
    },
  });
  expect(made.status).toBe(201);
  world.pass(180_000);
  await sendDue(world.ctx());
  await (await newest(owner)).finish();
  const [[one], [other]] = [await entries(ann), await entries(bob)];
  expect(one.message).toMatchObject({ title: "Hi", body: "There" });
  expect(one.message.data.msg_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(one.message.data.msg_id).not.toBe(one.id);
  expect(other.message.data.msg_id).not.toBe(one.message.data.msg_id);
});

test("since leaves out what the device knows, and no two entries have one time", async () => {
  const owner = await newPushOwner();
  const device = await newDevice(owner);
  vi.spyOn(Date, "now").mockReturnValue(Date.now());
  const [first, second] = [await sent(owner), await sent(owner)];
  const [one, two] = await entries(device);
  expect([one.id, two.id]).toEqual([first.uuid, second.uuid]);
  expect(Date.parse(two.sent_at)).toBeGreaterThan(Date.parse(one.sent_at));
  const after = async (since: string) =>
    (await entries(device, `?since=${encodeURIComponent(since)}`)).map(
      ({ id }: { id: string }) => id,
    );
  expect(await after(one.sent_at)).toEqual([second.uuid]);
  expect(await after(two.sent_at)).toEqual([]);
  expect(await after("2020-01-01T00:00:00+02:00")).toEqual([first.uuid, second.uuid]);
});

test.each(["yesterday", "", "2026-02-30T00:00:00Z", "2026-12-24T18:00:00", "1700000000"])(
  "since %j is refused",
  async (since) => {
    const device = await newDevice(await newPushOwner());
    const refused = await ask(device, `?since=${encodeURIComponent(since)}`);
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).toContain("ISO 8601");
  },
);

test("an unknown parameter is refused, and so is a request without the device's token", async () => {
  const device = await newDevice(await newPushOwner());
  expect((await ask(device, "?limit=3")).status).toBe(422);
  expect((await api("GET", INBOX)).status).toBe(401);
  expect((await ask({ token: "sw_sub_no" })).status).toBe(401);
});

test("asking costs two reads: some rows for each entry, and none for other devices and notifications", async () => {
  const costs: { reads: number; rows: number }[] = [];
  const devices: { device: { token: string }; count: number }[] = [];
  for (const { others, count } of [
    { others: 1, count: 3 },
    { others: 400, count: 3 },
    { others: 400, count: 50 },
  ]) {
    const owner = await newPushOwner();
    await addBrowsers(owner, others);
    await rows(
      `UPDATE subscribers SET provider = 'inbox', platform = 'android', token = NULL WHERE app_id = ?`,
      owner.app.v1_id,
    );
    const device = await newDevice(owner);
    const send = await sent(owner);
    await sent(owner);
    await putMany(send, device, count - 2);
    await copies(send, others);
    devices.push({ device, count });
  }
  const recorded = recordQueries();
  for (const { device, count } of devices) {
    expect(await entries(device)).toHaveLength(count);
    const queries = recorded.splice(0);
    let read = 0;
    for (const { text, values } of queries) {
      const { meta } = await bindings.DB.prepare(text)
        .bind(...values)
        .run();
      read += meta.rows_read;
    }
    costs.push({ reads: queries.length, rows: read });
  }
  expect(costs.map(({ reads }) => reads)).toEqual([2, 2, 2]);
  // The device, its inbox, and of each entry the notification with its app and what that is reached by. A look into an
  // index counts a row more where another follows.
  const most = (count: number) => 4 * count + 6;
  const [few, among, full] = costs.map(({ rows: read }) => read);
  expect(few).toBeLessThanOrEqual(most(3));
  expect(among).toBeLessThanOrEqual(most(3));
  expect(full).toBeLessThanOrEqual(most(50));
});

/** Puts as many further notifications like this one into the inbox; answers them, oldest first. */
async function putMany(like: Send, device: { id: string }, count: number): Promise<any[]> {
  const [{ id }] = await rows("SELECT id FROM subscribers WHERE uuid = ?", device.id);
  const made = await copies(like, count);
  for (const one of made)
    await fillInboxes(world.ctx(), { id: one.id, defaults: NO_DEFAULTS }, [id]);
  return made;
}

/** Puts as many further notifications like this one into the database, in nobody's inbox; answers them, oldest first. */
async function copies(like: Send, count: number): Promise<any[]> {
  return rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO notifications (uuid, account_id, app_id, status, content, created_at, updated_at)
     SELECT uuid || '-' || i || '-' || random(), account_id, app_id, 'sent', content, 1, 1 FROM notifications, n WHERE notifications.id = ?
     RETURNING id, uuid`,
    count,
    like.id,
  );
}

test("a list has the newest fifty of the last seven days that have not expired", async () => {
  const owner = await newPushOwner();
  const device = await newDevice(owner);
  const short = await sent(owner, { ttl: 3600 });
  const usual = await sent(owner);
  const long = await sent(owner, { ttl: 28 * 86_400 });
  const ids = async () => (await entries(device)).map((one: { id: string }) => one.id);
  expect(await ids()).toEqual([short.uuid, usual.uuid, long.uuid]);
  world.pass(3_600_000);
  expect(await ids()).toEqual([usual.uuid, long.uuid]);
  // Who opens the app every few days is told of what has no time to live of its own.
  world.pass(6.9 * 86_400_000);
  expect(await ids()).toEqual([usual.uuid, long.uuid]);
  world.pass(0.1 * 86_400_000);
  expect(await ids()).toEqual([]);
  const [{ id }] = await rows("SELECT id FROM subscribers WHERE uuid = ?", device.id);
  const made = await putMany(long, device, 55);
  const [stored] = await rows("SELECT entries FROM inboxes WHERE subscriber_id = ?", id);
  expect(JSON.parse(stored.entries)).toHaveLength(50);
  const list = await entries(device);
  expect(list.map((one: { id: string }) => one.id)).toEqual(made.slice(5).map(({ uuid }) => uuid));
  world.pass(7 * 86_400_000 - 60_000);
  expect(await entries(device)).toHaveLength(50);
  world.pass(120_000);
  expect(await entries(device)).toEqual([]);
});

test("a notification only for who is online stands in no list, and does not count as sent", async () => {
  const owner = await newPushOwner();
  const device = await newDevice(owner);
  const send = await sent(owner, { ttl: 0 });
  expect((await send.totals()).providers).toContainEqual(
    expect.objectContaining({
      provider: "inbox",
      sent_count: 0,
      failed_count: 1,
      reasons: expect.objectContaining({ expired: 1 }),
    }),
  );
  expect(await entries(device)).toEqual([]);
});

test("a batch that is delivered twice, or whose report was lost, stands in the list once", async () => {
  const owner = await newPushOwner();
  const device = await newDevice(owner);
  const [{ id }] = await rows("SELECT id FROM subscribers WHERE uuid = ?", device.id);
  const send = await sent(owner);
  expect(await fillInboxes(world.ctx(), { id: send.id, defaults: NO_DEFAULTS }, [id])).toEqual(
    new Set([id]),
  );
  expect(await entries(device)).toHaveLength(1);
});

test("who unsubscribes or is deleted while a notification is under way is not counted as sent to", async () => {
  const owner = await newPushOwner();
  const [ann, bob, eve] = [await newDevice(owner), await newDevice(owner), await newDevice(owner)];
  const send = await Send.create(world, owner);
  await send.look();
  await api("DELETE", `/public/subscribers/${ann.id}`, { token: ann.token });
  await rows("DELETE FROM subscribers WHERE uuid = ?", bob.id);
  await send.finish();
  const inbox = (await send.totals()).providers.find(
    ({ provider }: { provider: string }) => provider === "inbox",
  );
  expect(inbox).toMatchObject({ sent_count: 1, failed_count: 2, reasons: { unsubscribed: 2 } });
  expect(await entries(ann)).toEqual([]);
  expect(await entries(eve)).toHaveLength(1);
  await api("DELETE", `/public/subscribers/${eve.id}`, { token: eve.token });
  expect(await entries(eve)).toEqual([]);
});

test("a fault of the database is tried again, and nobody is lost", async () => {
  const owner = await newPushOwner();
  const device = await newDevice(owner);
  const send = await Send.create(world, owner);
  await send.look();
  await rows("ALTER TABLE inboxes RENAME TO inboxes_gone");
  try {
    for (const { message } of send.take()) await send.deliver(message);
  } finally {
    await rows("ALTER TABLE inboxes_gone RENAME TO inboxes");
  }
  expect(await send.finish()).toMatchObject({ stats: { sent_count: 1, failed_count: 0 } });
  expect(await entries(device)).toHaveLength(1);
});
