// Which events of builds, notifications and subscribers are recorded for webhooks, with what data, and that
// each is recorded once.
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { notifications } from "../../../../src/db/schema/index.ts";
import type { Ctx } from "../../../../src/domain/context.ts";
import { finishBuild, type BuildEnd } from "../../../../src/domain/builds/transitions.ts";
import { notificationFinished } from "../../../../src/domain/notifications/events.ts";
import { engage } from "../../../../src/domain/notifications/tracking.ts";
import { unsubscribe } from "../../../../src/domain/subscribers/change-subscriber.ts";
import { registerSubscriber } from "../../../../src/domain/subscribers/register-subscriber.ts";
import { upsertSubscribers } from "../../../../src/domain/subscribers/upsert.ts";
import { testContext } from "../../../support/context.ts";
import { undescribedIn } from "../../../support/json-schema.ts";
import { androidSubscriber } from "../../../support/push.ts";
import { useInternet } from "../../../support/receiver.ts";
import { sentNotification } from "../../../support/tracked.ts";
import { api, rows } from "../../../support/worker.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";

useInternet();
const EVENTS = [
  "build.completed",
  "build.failed",
  "notification.sent",
  "notification.failed",
  "notification.clicked",
  "subscriber.created",
  "subscriber.unsubscribed",
];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

let accountId: number;
let key: string;
let app: { id: number; uuid: string };
beforeEach(async () => {
  const account = await newAccount();
  ({ id: accountId, key } = account);
  app = await newApp(account.key);
  await api("POST", `/api/v1/push/apps/${app.uuid}/webhooks`, {
    token: account.key,
    json: { url: "https://hooks.example.com/", events: EVENTS },
  });
});

/** A context whose Worker dies once it has written a batch: it reaches neither the database nor the queue again. */
function dying(): Ctx {
  const { ctx } = testContext();
  let isDead = false;
  const batch = async (statements: Parameters<Ctx["db"]["batch"]>[0]) => {
    const answers = await ctx.db.batch(statements);
    isDead = true;
    return answers;
  };
  const db = new Proxy(ctx.db, {
    get(target, name) {
      if (isDead) throw new Error("dead");
      const value: unknown = Reflect.get(target, name, target);
      return name === "batch" ? batch : typeof value === "function" ? value.bind(target) : value;
    },
  });
  const enqueueWebhooks = async () => {
    throw new Error("dead");
  };
  return { ...ctx, db, enqueueWebhooks, defer: (work) => void work.catch(() => {}) };
}

/** The bodies recorded for the app's webhook. */
async function told(): Promise<any[]> {
  const found = await rows(
    `SELECT d.body FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id WHERE w.app_id = ?`,
    app.id,
  );
  return found.map(({ body }) => JSON.parse(body));
}

/** The description of the API, which has the form of every event's body. */
const document = (await api("GET", "/openapi.json")).body;

afterEach(async () => {
  for (const body of await told()) {
    const { schema } = document.webhooks[body.event].post.requestBody.content["application/json"];
    expect(undescribedIn(document, schema, body)).toEqual([]);
  }
});

describe("the end of a build", () => {
  async function finish(end: BuildEnd, times = 1, adiToken: string | null = null): Promise<number> {
    const [{ id }] = await rows(
      `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format,
         version_name, version_code, snapshot, certificate_sha256, certificate_sha1, adi_token, cost, created_at)
       VALUES (?, ?, ?, 'building', 'android-webview', 'debug', 'apk', '1.2.0', 3, '{}', 'c0ffee', 'bead', ?, 1, 1)
       RETURNING id`,
      crypto.randomUUID(),
      accountId,
      app.id,
      adiToken,
    );
    const { ctx, settled } = testContext();
    for (let time = 0; time < times; time += 1) await finishBuild(ctx, id, end);
    await settled();
    return id;
  }

  const ABOUT = {
    build_type: "debug",
    build_format: "apk",
    version_name: "1.2.0",
    version_code: 3,
    certificate_sha256: "c0ffee",
    proof: false,
    completed_at: expect.stringMatching(TIME),
  };

  test("is recorded once as build.completed, however often the build is ended", async () => {
    const artifact = { key: "k", size: 1, sha256: "x" };
    const id = await finish({ status: "completed", artifact }, 2);
    const [one, ...others] = await told();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ event: "build.completed", app_id: app.uuid });
    expect(one.data).toEqual({ ...ABOUT, build_id: id, status: "completed", error: null });
  });

  test("says of a proof that it is one, and not its token", async () => {
    const end = { status: "completed", artifact: { key: "k", size: 1, sha256: "x" } } as const;
    await finish(end, 1, "C5XJ2");
    const [one] = await told();
    expect(one.data.proof).toBe(true);
    expect(JSON.stringify(one)).not.toContain("C5XJ2");
  });

  test("is recorded as build.failed, with the reason", async () => {
    const id = await finish({
      status: "failed",
      code: "icon_invalid",
      message: "The icon is no image.",
    });
    const [one] = await told();
    expect(one.event).toBe("build.failed");
    expect(one.data).toEqual({
      ...ABOUT,
      build_id: id,
      status: "failed",
      error: { code: "icon_invalid", message: "The icon is no image." },
    });
  });

  test("is not recorded when the build was cancelled, which its owner knows", async () => {
    await finish({ status: "cancelled" });
    expect(await told()).toEqual([]);
  });
});

describe("the end of a notification", () => {
  test.each(["sent", "failed", "cancelled"] as const)(
    "is recorded once when it was sent or failed, and never when cancelled: %s",
    async (status) => {
      const { id, uuid } = await sentNotification(app, { sent_count: 2, failed_count: 1 });
      const { ctx } = testContext();
      const [row] = await ctx.db.select().from(notifications).where(eq(notifications.id, id));
      const failureReason = status === "failed" ? "no recipient could be reached" : null;
      const final = { ...row!, status, failureReason, sentAt: Date.now() };
      await Promise.all([notificationFinished(ctx, final), notificationFinished(ctx, final)]);
      const events = await told();
      if (status === "cancelled") return expect(events).toEqual([]);
      expect(events).toHaveLength(1);
      expect(events[0]).toMatchObject({ event: `notification.${status}`, app_id: app.uuid });
      expect(events[0].data).toEqual({
        notification_id: uuid,
        status,
        failure_reason: failureReason,
        sent_at: expect.stringMatching(TIME),
        stats: {
          total_count: 0,
          total_batches: 0,
          completed_batches: 0,
          sent_count: 2,
          failed_count: 1,
        },
      });
    },
  );
});

describe("a Worker that dies right after the change", () => {
  test("has recorded build.failed", async () => {
    const [{ id }] = await rows(
      `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format,
         version_name, version_code, snapshot, certificate_sha256, certificate_sha1, cost, created_at)
       VALUES (?, ?, ?, 'building', 'android-webview', 'debug', 'apk', '1', 1, '{}', 'c0ffee', 'bead', 1, 1) RETURNING id`,
      crypto.randomUUID(),
      accountId,
      app.id,
    );
    await finishBuild(dying(), id, { status: "failed", code: "c", message: "m" });
    expect((await told()).map(({ event }) => event)).toEqual(["build.failed"]);
  });

  test("has recorded subscriber.created and subscriber.unsubscribed, once each", async () => {
    const given = androidSubscriber({ user_id: "u", tags: ["é", '"'], language: "de" });
    const of = { id: app.id, accountId } as never;
    const { subscriber } = await registerSubscriber(dying(), of, given);
    await registerSubscriber(dying(), of, given);
    await unsubscribe(dying(), subscriber);
    await unsubscribe(dying(), subscriber);
    const data = {
      id: subscriber.uuid,
      platform: "android",
      user_id: "u",
      tags: ["é", '"'],
      language: "de",
      country: null,
      timezone: null,
      created_at: expect.stringMatching(TIME),
    };
    expect((await told()).map((each) => [each.event, each.data])).toEqual([
      ["subscriber.created", { ...data, status: "active" }],
      ["subscriber.unsubscribed", { ...data, status: "unsubscribed" }],
    ]);
  });

  test("has recorded notification.clicked once, and nothing for a delivery", async () => {
    const { id, uuid } = await sentNotification(app);
    for (const kind of ["delivered", "clicked", "clicked"] as const)
      await engage(dying(), id, -1, kind);
    const [one, ...others] = await told();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ event: "notification.clicked", app_id: app.uuid });
    expect(one.data).toEqual({
      notification_id: uuid,
      subscriber_id: null,
      clicked_at: expect.stringMatching(TIME),
    });
  });
});

test("an event has one id for all webhooks of its app, and another event another", async () => {
  await api("POST", `/api/v1/push/apps/${app.uuid}/webhooks`, {
    token: key,
    json: { url: "https://hooks.example.com/second", events: EVENTS },
  });
  const registrations = ["fcm:one", "fcm:two"].map((token) => ({
    wanted: { platform: "android" } as const,
    address: { provider: "fcm", token, p256dh: null, auth: null } as const,
    secretHash: null,
  }));
  await upsertSubscribers(testContext().ctx, { id: app.id, accountId }, registrations, "list");
  const bodies = await told();
  expect(bodies).toHaveLength(4);
  const idsOf = Map.groupBy(bodies, ({ data }) => data.id);
  const ids = [...idsOf.values()].map((each) => [...new Set(each.map(({ id }) => id))]);
  expect(ids.map((each) => each.length)).toEqual([1, 1]);
  expect(new Set(ids.flat()).size).toBe(2);
});
