// How soon a device is woken: what is for one person, or for now, goes with high priority by every provider.
import { expect, test } from "vitest";
import { sendDue } from "../../../src/domain/notifications/start-runs.ts";
import { notificationsOf } from "../../support/instant.ts";
import { androidSubscriber, iosSubscriber } from "../../support/push.ts";
import { newChannel, sendTo, subscribe } from "../../support/channels.ts";
import { api, newAddress, rows } from "../../support/worker.ts";
import { newProviders, type Captured, type Providers } from "./captured.ts";
import { Send, useWorld } from "./sending.ts";

const world = useWorld();

/** The app's subscribers, registered by themselves: one by each provider. */
async function newDevices({ owner, browser }: Providers) {
  const [{ public_key }] = await rows("SELECT public_key FROM apps WHERE id = ?", owner.app.v1_id);
  const headers = { "x-app-key": public_key, "cf-connecting-ip": newAddress() };
  const given = [androidSubscriber(), iosSubscriber(), browser()];
  return Promise.all(
    given.map(async (json) => {
      const made = await api("POST", `/public/apps/${owner.app.id}/subscribers`, { headers, json });
      expect(made.status).toBe(201);
      return { ...made.body.data, endpoint: "" };
    }),
  );
}

/** Carries out the newest notification of the app. */
async function finish({ owner }: Providers): Promise<void> {
  const [row] = await rows(
    "SELECT id, uuid, scheduled_at FROM notifications WHERE app_id = ? ORDER BY id DESC LIMIT 1",
    owner.app.v1_id,
  );
  world.pass(Math.max(0, (row.scheduled_at ?? 0) - Date.now()));
  // A campaign's runs have no alarms: the queue or the cron starts them.
  await sendDue(world.ctx());
  const send = new Send(world, owner, row.uuid, row.id);
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 3 } });
}

/** What the three providers were told of priority. */
function prioritiesOf(captured: Captured) {
  const [fcm] = Object.values(captured.fcm);
  const [apns] = Object.values(captured.apns);
  const [webpush] = Object.values(captured.webpush);
  return {
    fcm: [fcm.android.priority, fcm.apns.headers["apns-priority"], fcm.webpush.headers.Urgency],
    apns: apns?.headers.get("apns-priority"),
    webpush: webpush?.headers.get("urgency"),
  };
}

const HIGH = { fcm: ["HIGH", "10", "high"], apns: "10", webpush: "high" };
const NORMAL = { fcm: ["NORMAL", "5", "normal"], apns: "5", webpush: "normal" };

const words = { title: "Hello", text: "How do you do?" };
const push = { default_lang: "en", translations: [{ language: "en", ...words }] };

test("a channel's send has high priority", async () => {
  const providers = await newProviders(world);
  const { account, app } = providers.owner;
  const channel = (await newChannel(account.key, { app_id: app.v1_id })).body.data;
  const channelWorld = { account, app, appId: app.v1_id, channel };
  for (const device of await newDevices(providers)) await subscribe(channelWorld, device, "ann");
  expect((await sendTo(channelWorld, "ann")).status).toBe(200);
  await finish(providers);
  expect(prioritiesOf(providers.captured)).toEqual(HIGH);
});

test("an instant send has high priority, also with other pushes than at first", async () => {
  const providers = await newProviders(world);
  const { account, app } = providers.owner;
  await newDevices(providers);
  const call = async (method: string, path: string, json: object) =>
    api(method, `/api/b/v2${path}`, { token: account.key, json });
  const filters = { app_ids_include: [app.v1_id] };
  const sent = await call("POST", "/send/instant", { name: "Now", filters, push });
  expect(sent.status).toBe(201);
  await finish(providers);
  expect(prioritiesOf(providers.captured)).toEqual(HIGH);

  const again = await call("POST", "/send/instant", { name: "Now", filters, push });
  const other = await call("POST", "/pushes", push);
  const path = `/sched/onesend/${again.body.sched_id}/pushes`;
  expect((await call("PUT", path, { push_ids: [other.body.id] })).status).toBe(200);
  const [made] = await notificationsOf(again.body.sched_id);
  expect(made.content.urgency).toBe("high");
});

test("an instant send whose owner asks for another urgency goes with that", async () => {
  const providers = await newProviders(world);
  const { account, app } = providers.owner;
  await newDevices(providers);
  const sent = await api("POST", "/api/b/v2/send/instant", {
    token: account.key,
    json: { name: "Now", filters: { app_ids_include: [app.v1_id] }, push },
  });
  const [made] = await notificationsOf(sent.body.sched_id);
  const changed = await api("PATCH", `/api/v1/push/apps/${app.id}/notifications/${made.uuid}`, {
    token: account.key,
    json: { urgency: "normal" },
  });
  expect(changed.status).toBe(200);
  await finish(providers);
  expect(prioritiesOf(providers.captured)).toEqual(NORMAL);
});

test("a one-time sending and an ordinary notification keep normal priority", async () => {
  const providers = await newProviders(world);
  const { account, app } = providers.owner;
  await newDevices(providers);
  const call = async (method: string, path: string, json: object) =>
    api(method, `/api/b/v2${path}`, { token: account.key, json });
  const later = new Date(Date.now() + 86_400_000).toISOString();
  const made = await call("POST", "/sched/onesend", {
    name: "Later",
    date: later.slice(0, 10),
    time: later.slice(11, 16),
    local_time: false,
    timezone: "+00:00",
    app_ids_include: [app.v1_id],
  });
  const template = await call("POST", "/pushes", push);
  const bound = { push_ids: [template.body.id] };
  expect((await call("PUT", `/sched/onesend/${made.body.id}/pushes`, bound)).status).toBe(200);
  await finish(providers);
  expect(prioritiesOf(providers.captured)).toEqual(NORMAL);
  await Send.create(world, providers.owner);
  await finish(providers);
  expect(prioritiesOf(providers.captured)).toEqual(NORMAL);
});
