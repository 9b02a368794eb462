// POST /send/instant: its answer, the notifications it makes, and their delivery.
import { describe, expect, test } from "vitest";
import { Send, useWorld } from "../../delivery/sending.ts";
import {
  INSTANT,
  instantWorld,
  MINUTE,
  notificationsOf,
  PUSH,
  reachedDevice,
  subscriberOf,
} from "../../../support/instant.ts";
import { PUSH as PUSH_API, serviceAccount } from "../../../support/push.ts";
import { sendDue } from "../../../../src/domain/notifications/start-runs.ts";
import { tokenOf } from "../../../support/tracked.ts";
import { api, rows, send as fetchUnfollowed } from "../../../support/worker.ts";
import { newAccount, newPushApp, type PushOwner } from "../../../support/scenario.ts";

const world = useWorld();

/** Longer than a step of a test takes, ms. */
const EARLY = 10_000;

describe("sending instantly", () => {
  test("makes a sending, a push with translations, and a notification due in two minutes", async () => {
    const { apps, send } = await instantWorld();
    const before = Date.now();
    const sent = await send();
    expect(sent.status).toBe(201);
    expect(sent.body).toEqual({
      sched_id: expect.any(Number),
      push_id: expect.any(Number),
      translations: [
        { id: expect.any(Number), language: "en" },
        { id: expect.any(Number), language: "pt" },
      ],
    });
    const [made, ...others] = await notificationsOf(sent.body.sched_id);
    expect(others).toEqual([]);
    expect(made).toMatchObject({ status: "scheduled", app_id: apps[0], scheduled_local: null });
    expect(made.scheduled_at).toBeGreaterThanOrEqual(before + 2 * MINUTE);
    expect(made.scheduled_at).toBeLessThanOrEqual(Date.now() + 2 * MINUTE);
    expect(made.content.data).toEqual({ msg_id: made.uuid, "px.msg_id": made.uuid });
  });

  test("makes one notification for each app, all with the same sched_id", async () => {
    const { apps, send } = await instantWorld(3);
    const sent = await send();
    const made = await notificationsOf(sent.body.sched_id);
    expect(made.map(({ app_id }) => app_id)).toEqual(apps);
    expect(new Set(made.map(({ content }) => content.data.msg_id)).size).toBe(3);
  });

  test("makes a sending whose pushes can be replaced, and a push that can be bound again", async () => {
    const { call, send } = await instantWorld();
    const { sched_id, push_id } = (await send()).body;
    const other = await call("POST", "/pushes", {
      default_lang: "en",
      translations: [{ language: "en", title: "Other", text: "Words" }],
    });
    const path = `/sched/onesend/${sched_id}/pushes`;
    const bound = await call("PUT", path, { push_ids: [other.body.id, push_id] });
    expect(bound.status).toBe(200);
    const titles = (await notificationsOf(sched_id)).map(({ content }) => content.title);
    expect(titles).toEqual(["Other", "Hello"]);
  });

  test("makes nothing when the push is too large to be sent", async () => {
    const { account, send } = await instantWorld();
    const text = "x".repeat(4000);
    const translations = [{ language: "en", title: "Long", text }];
    const refused = await send({}, { push: { default_lang: "en", translations } });
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatch(
      /^validation error: push must not be greater than \d+ bytes/,
    );
    for (const table of ["campaigns", "templates", "notifications"]) {
      expect(await rows(`SELECT 1 FROM ${table} WHERE account_id = ?`, account.id)).toEqual([]);
    }
  });

  test("makes one sending for a repeated Idempotency-Key", async () => {
    const { account } = await instantWorld();
    const call = {
      token: account.key,
      headers: { "idempotency-key": "once" },
      json: { name: "Spring", filters: {}, push: PUSH },
    };
    const first = await api("POST", `${INSTANT}/send/instant`, call);
    const again = await api("POST", `${INSTANT}/send/instant`, call);
    expect(again.body).toEqual(first.body);
    expect(await rows("SELECT 1 FROM campaigns WHERE account_id = ?", account.id)).toHaveLength(1);
  });
});

describe("the notifications of a sending", () => {
  test("are shown by API v1, and cancelled by API v1 and by the push API", async () => {
    const { account, send } = await instantWorld(2);
    const [first, second] = await notificationsOf((await send()).body.sched_id);
    const token = account.key;
    const shown = await api("GET", `/api/v1/notifications/${first.id}`, { token });
    expect(shown.body.data.title).toBe("Hello");
    const byV1 = await api("DELETE", `/api/v1/notifications/${first.id}`, { token });
    expect(byV1.status).toBe(200);
    const [{ uuid }] = await rows("SELECT uuid FROM apps WHERE id = ?", second.app_id);
    const path = `${PUSH_API}/apps/${uuid}/notifications/${second.uuid}/cancel`;
    expect((await api("POST", path, { token })).status).toBe(200);
    const found = await rows("SELECT status FROM notifications WHERE account_id = ?", account.id);
    expect(found).toEqual([{ status: "cancelled" }, { status: "cancelled" }]);
  });

  test("stay cancelled when the sending's pushes are bound again", async () => {
    const { account, call, send } = await instantWorld(2);
    const { sched_id, push_id } = (await send()).body;
    const [first, second] = await notificationsOf(sched_id);
    await api("DELETE", `/api/v1/notifications/${first.id}`, { token: account.key });
    const bound = await call("PUT", `/sched/onesend/${sched_id}/pushes`, { push_ids: [push_id] });
    expect(bound.status).toBe(200);
    const made = await notificationsOf(sched_id);
    expect(made.map(({ app_id, status }) => [app_id, status])).toEqual([
      [first.app_id, "cancelled"],
      [second.app_id, "scheduled"],
    ]);
  });
});

test("a click leads to the link in the subscriber's language", async () => {
  const { apps, send } = await instantWorld();
  const [made] = await notificationsOf((await send()).body.sched_id);
  for (const [lang, url] of [
    ["pt_BR", "https://example.com/pt"],
    ["de", "https://example.com/en"],
  ]) {
    const subscriber = await subscriberOf(await reachedDevice(apps[0]!, { lang }));
    const token = tokenOf(made, subscriber.id);
    const followed = await fetchUnfollowed("GET", `/public/c/${token}`);
    expect(followed.headers.get("location")).toBe(url);
  }
});

describe("delivery", () => {
  /** An app whose pushes go to a stand-in for FCM, and the messages that it is sent. */
  async function fcmOwner() {
    const account = await newAccount();
    const app = await newPushApp(account.key);
    const put = await api("PUT", `${PUSH_API}/apps/${app.id}/credentials/fcm`, {
      token: account.key,
      json: { service_account: await serviceAccount() },
    });
    if (put.status !== 200) throw new Error(JSON.stringify(put.body));
    const sent: any[] = [];
    world.answer = async (url, init) => {
      if (!url.includes("fcm")) {
        return Response.json({ access_token: "t", expires_in: 3600, token_type: "Bearer" });
      }
      sent.push(JSON.parse(init.body as string).message);
      return Response.json({ name: "projects/slipway-test/messages/1" });
    };
    const owner: PushOwner = { account, app };
    return { owner, sent };
  }

  test("happens two minutes later and not before, in each device's language", async () => {
    const { owner, sent } = await fcmOwner();
    const appId = owner.app.v1_id;
    const [pt, de, at] = [
      await reachedDevice(appId, { lang: "pt_BR" }),
      await reachedDevice(appId, { lang: "de" }),
      await reachedDevice(appId),
    ];
    const made = await api("POST", `${INSTANT}/send/instant`, {
      token: owner.account.key,
      json: { name: "Spring", filters: { app_ids_include: [appId] }, push: PUSH },
    });
    const [{ id, uuid, scheduled_at: due }] = await notificationsOf(made.body.sched_id);
    const send = new Send(world, owner, uuid, id);
    // neither the minute's cron nor an alarm that rings early sends it before
    world.pass(due - EARLY - Date.now());
    await sendDue(world.ctx());
    await send.look();
    expect(await send.get()).toMatchObject({ status: "scheduled" });
    world.pass(EARLY);
    await sendDue(world.ctx());
    await send.finish();
    await send.expectAccounted(3);
    const got = await Promise.all(
      [pt, de, at].map(async (device) => {
        const { token } = await subscriberOf(device);
        return sent.find((message) => message.token === token);
      }),
    );
    expect(got.map(({ notification }) => notification.title)).toEqual(["Olá", "Hello", "Hello"]);
    expect(got[0].notification.body).toBe("Como vai?");
    for (const { data } of got) {
      expect(data.msg_id).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      expect(data["px.msg_id"]).toBe(data.msg_id);
    }
    // each message has an id of its own
    expect(new Set(got.map(({ data }) => data.msg_id)).size).toBe(3);
    expect(got.map(({ data }) => data.slipway_url)).toEqual([
      "https://example.com/pt",
      "https://example.com/en",
      "https://example.com/en",
    ]);
    // the device reports by what travelled in the push
    const event = { msg_id: got[0].data.msg_id, event: "clicked" };
    for (const device of [de, at, pt, pt]) {
      expect((await device.call("POST", "/events/notification", event)).status).toBe(200);
    }
    expect((await send.get()).stats.clicked_count).toBe(1);
  });
});
