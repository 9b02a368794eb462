// Webhooks in the push API: made, changed, deleted, tested, and delivered by the real queue.
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { emitOnce } from "../../../../src/domain/webhooks/emit-once.ts";
import { mac } from "../../../../src/kit/crypto.ts";
import { testContext } from "../../../support/context.ts";
import { emit } from "../../../support/emit.ts";
import { useInternet, type Received } from "../../../support/receiver.ts";
import { api, eventually, rows } from "../../../support/worker.ts";
import { newAccount, newApp, newKey } from "../../../support/scenario.ts";

const internet = useInternet();
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const HOOK = "https://hooks.example.com/in";

let token: string;
let app: { id: number; uuid: string };
beforeAll(async () => {
  ({ key: token } = await newAccount());
  app = await newApp(token);
});

async function call(method: string, path: string, json?: unknown, key = token) {
  const call = { token: key, ...(json === undefined ? {} : { json }) };
  return api(method, `/api/v1/push/apps/${app.uuid}/webhooks${path}`, call);
}

async function newWebhook(wanted: Record<string, unknown> = {}): Promise<any> {
  const given = { url: HOOK, events: ["subscriber.created"], ...wanted };
  const made = await call("POST", "", given);
  expect(made.status).toBe(201);
  return made.body.data;
}

async function deliveries(id: string): Promise<any[]> {
  return (await call("GET", `/${id}/deliveries`)).body.data;
}

/** Waits until all that was begun of the webhook is delivered. */
const allDelivered = async (id: string) =>
  eventually(async () => {
    const begun = await rows(
      "SELECT d.status FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id WHERE w.uuid = ?",
      id,
    );
    return begun.length > 0 && begun.every(({ status }) => status === "delivered");
  });

function signatureOf(secret: string, { headers, body }: Received): string {
  const signed = mac(secret, `${headers.get("x-slipway-timestamp")}.${body}`);
  return `sha256=${Buffer.from(signed).toString("hex")}`;
}

describe("creating a webhook", () => {
  test("answers the webhook with a secret, which is shown only once", async () => {
    const made = await call("POST", "", { url: HOOK, events: ["build.failed", "build.failed"] });
    expect(made.status).toBe(201);
    expect(made.body.data).toEqual({
      id: expect.any(String),
      app_id: app.uuid,
      url: HOOK,
      events: ["build.failed"],
      enabled: true,
      disabled_at: null,
      disabled_reason: null,
      failures_in_a_row: 0,
      failing_since: null,
      last_success_at: null,
      previous_secret_expires_at: null,
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      created_at: expect.stringMatching(TIME),
      updated_at: expect.stringMatching(TIME),
    });
    const listed = await call("GET", "");
    const { secret, ...shown } = made.body.data;
    expect(listed.body.data).toContainEqual(shown);
    expect((await call("GET", `/${shown.id}`)).body.data).toEqual(shown);
    const [row] = await rows("SELECT * FROM webhooks WHERE uuid = ?", made.body.data.id);
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  test("keeps the secret that is given", async () => {
    expect((await newWebhook({ secret: "our own" })).secret).toBe("our own");
  });

  test.each([
    "http://hooks.example.com/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://10.0.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://[::1]/",
    "https://[::]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://localhost/",
    "https://a.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://intranet/",
    "https://localhost./",
    "https://user:pw@example.com/",
    "ftp://example.com/",
    "javascript:alert(1)",
    "nonsense",
    "",
    7,
  ])("refuses the URL %j", async (url) => {
    const refused = await call("POST", "", { url, events: ["build.failed"] });
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({
      error: "Validation failed",
      details: { url: [expect.any(String)] },
    });
  });

  test.each([["10.1.2.3"], ["93.184.215.14", "fd12::1"], ["::ffff:127.0.0.1"]])(
    "refuses a host name with a private address when its first address is %s",
    async (...addresses) => {
      internet.names["inside.example.com"] = addresses;
      const refused = await call("POST", "", {
        url: "https://inside.example.com/",
        events: ["build.failed"],
      });
      expect(refused.status).toBe(422);
      expect(refused.body.details).toEqual({ url: ["must not lead to a private address"] });
    },
  );

  test.each([
    [{}, ["events", "url"]],
    [{ url: HOOK, events: [] }, ["events"]],
    [{ url: HOOK, events: ["build.exploded"] }, ["events.0"]],
    [{ url: HOOK, events: ["webhook.test"] }, ["events.0"]],
    [{ url: HOOK, events: "build.failed" }, ["events"]],
    [{ url: HOOK, events: ["build.failed"], enabled: "yes" }, ["enabled"]],
    [{ url: HOOK, events: ["build.failed"], secret: "" }, ["secret"]],
    [{ url: HOOK, events: ["build.failed"], secret: "x".repeat(256) }, ["secret"]],
    [{ url: HOOK, events: ["build.failed"], colour: "red" }, ["colour"]],
  ])("answers 422 for %j, naming %j", async (given, fields) => {
    const refused = await call("POST", "", given);
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.details).toSorted()).toEqual(fields);
  });

  test("stops at twenty webhooks for an app, even when many are made at once", async () => {
    const { key } = await newAccount();
    const { uuid } = await newApp(key);
    const made = await Promise.all(
      Array.from({ length: 25 }, async () =>
        api("POST", `/api/v1/push/apps/${uuid}/webhooks`, {
          token: key,
          json: { url: HOOK, events: ["build.failed"] },
        }),
      ),
    );
    const withStatus = (wanted: number) => made.filter(({ status }) => status === wanted).length;
    expect([withStatus(201), withStatus(422)]).toEqual([20, 5]);
  });
});

describe("changing and deleting a webhook", () => {
  test("changes the fields given, and signs with a new secret from then on", async () => {
    const { id, secret, ...webhook } = await newWebhook({ secret: "first" });
    const changed = await call("PATCH", `/${id}`, {
      events: ["build.completed"],
      secret: "second",
    });
    expect(changed.status).toBe(200);
    expect(changed.body.data).toEqual({
      ...webhook,
      id,
      events: ["build.completed"],
      updated_at: expect.stringMatching(TIME),
    });
    await call("POST", `/${id}/test`);
    await eventually(async () => internet.received.length === 1);
    const [received] = internet.received;
    expect(received!.headers.get("x-slipway-signature")).toBe(signatureOf("second", received!));
    expect(secret).toBe("first");
  });

  test("refuses a private URL and leaves the webhook as it is", async () => {
    const { id } = await newWebhook();
    const refused = await call("PATCH", `/${id}`, { url: "https://10.0.0.1/", enabled: false });
    expect(refused.status).toBe(422);
    const [row] = await rows("SELECT url, enabled FROM webhooks WHERE uuid = ?", id);
    expect(row).toEqual({ url: HOOK, enabled: 1 });
    await call("DELETE", `/${id}`);
  });

  test("resets the count of failures when it is enabled", async () => {
    const { id } = await newWebhook();
    await rows("UPDATE webhooks SET failures_in_a_row = 10, enabled = 0 WHERE uuid = ?", id);
    const changed = await call("PATCH", `/${id}`, { enabled: true });
    expect(changed.body.data).toMatchObject({ enabled: true, failures_in_a_row: 0 });
    await call("DELETE", `/${id}`);
  });

  test("removes a deleted webhook with its deliveries", async () => {
    const { id } = await newWebhook();
    await call("POST", `/${id}/test`);
    const [{ id: rowId }] = await rows("SELECT id FROM webhooks WHERE uuid = ?", id);
    const deleted = await call("DELETE", `/${id}`);
    expect(deleted.status).toBe(200);
    expect((await call("DELETE", `/${id}`)).status).toBe(404);
    expect(await rows("SELECT 1 FROM webhook_deliveries WHERE webhook_id = ?", rowId)).toEqual([]);
  });
});

describe("access", () => {
  const CALLS = [
    ["GET", ""],
    ["POST", ""],
    ["PATCH", "/ID"],
    ["DELETE", "/ID"],
    ["GET", "/ID"],
    ["POST", "/ID/rotate-secret"],
    ["POST", "/ID/replay"],
    ["GET", "/ID/deliveries"],
    ["GET", "/ID/deliveries/ONE"],
    ["POST", "/ID/deliveries/ONE/replay"],
    ["POST", "/ID/test"],
  ] as const;

  test.each(CALLS)(
    "%s webhooks%s answers 404 to another account and 403 to a key for other apps or scopes",
    async (method, path) => {
      const { key, id: accountId } = await newAccount();
      app = await newApp(key);
      const other = await newApp(key);
      const made = await call("POST", "", { url: HOOK, events: ["build.failed"] }, key);
      const { id } = made.body.data;
      const tested = await call("POST", `/${id}/test`, undefined, key);
      const isOwn = ({ headers }: Received) =>
        headers.get("x-slipway-delivery") === tested.body.data.id;
      await eventually(async () => internet.received.some(isOwn));
      const to = path.replace("ID", id).replace("ONE", tested.body.data.id);
      const stranger = await newAccount();
      expect((await call(method, to, undefined, stranger.key)).status).toBe(404);
      const limited = await newKey(accountId, { app_ids: [other.id] });
      expect((await call(method, to, undefined, limited)).status).toBe(403);
      const reader = await newKey(accountId, { scopes: ["push:read"] });
      expect((await call(method, to, undefined, reader)).status).toBe(method === "GET" ? 200 : 403);
      const blind = await newKey(accountId, { scopes: ["apps:read"] });
      expect((await call(method, to, undefined, blind)).status).toBe(403);
      token = key;
    },
  );

  test("a webhook answers 404 through another app", async () => {
    const { id } = await newWebhook();
    const other = await newApp(token);
    const path = `/api/v1/push/apps/${other.uuid}/webhooks/${id}`;
    expect((await api("DELETE", path, { token })).status).toBe(404);
    expect((await api("PATCH", path, { token, json: { enabled: false } })).status).toBe(404);
    expect((await api("PATCH", path, { token, json: { enabled: "no" } })).status).toBe(404);
  });
});

describe("deliveries", () => {
  beforeEach(async () => {
    app = await newApp(token);
  });

  test("a test event arrives signed and is listed as delivered", async () => {
    const { id, secret } = await newWebhook();
    const begun = await call("POST", `/${id}/test`);
    expect(begun.status).toBe(200);
    expect(begun.body.data).toMatchObject({ event: "webhook.test", status: "pending" });
    await allDelivered(id);
    const [received] = internet.received;
    const { headers, body, redirect, url } = received!;
    expect(url).toBe(HOOK);
    expect(redirect).toBe("manual");
    expect(JSON.parse(body)).toEqual({
      id: expect.any(String),
      type: "webhook.test",
      event: "webhook.test",
      app_id: app.uuid,
      timestamp: expect.stringMatching(MOMENT),
      created_at: expect.stringMatching(TIME),
      data: { webhook_id: id },
    });
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(headers.get("x-slipway-event")).toBe("webhook.test");
    expect(headers.get("x-slipway-delivery")).toBe(begun.body.data.id);
    expect(Math.abs(Number(headers.get("x-slipway-timestamp")) - Date.now() / 1000)).toBeLessThan(
      5,
    );
    expect(headers.get("x-slipway-signature")).toBe(signatureOf(secret, received!));
    expect(await deliveries(id)).toEqual([
      {
        ...begun.body.data,
        status: "delivered",
        attempts: 1,
        response_status: 200,
        response_body: "thank you",
        attempt_log: [expect.objectContaining({ attempt: 1, response_status: 200 })],
        attempted_at: expect.stringMatching(TIME),
        duration_ms: expect.any(Number),
        next_attempt_at: null,
        ended_at: expect.stringMatching(TIME),
        payload: JSON.parse(body),
      },
    ]);
  });

  test("a test of a disabled webhook answers 422", async () => {
    const { id } = await newWebhook({ enabled: false });
    expect((await call("POST", `/${id}/test`)).status).toBe(422);
  });

  test("an event goes only to those enabled webhooks of the app that ask for it", async () => {
    const { key } = await newAccount();
    const other = await newApp(key);
    await api("POST", `/api/v1/push/apps/${other.uuid}/webhooks`, {
      token: key,
      json: { url: "https://other.example.com/", events: ["build.failed"] },
    });
    await newWebhook({ url: "https://a.example.com/", events: ["build.failed"] });
    await newWebhook({
      url: "https://b.example.com/",
      events: ["build.completed", "build.failed"],
    });
    await newWebhook({ url: "https://c.example.com/", events: ["build.completed"] });
    await newWebhook({ url: "https://d.example.com/", events: ["build.failed"], enabled: false });
    const { ctx } = testContext();
    const data = { build_id: 7, note: 'Grüße "quoted" 😀' };
    await emit(ctx, app.id, "build.failed", data);
    // the deliveries of all are read, so that one that should not be made would be among them
    const told = `SELECT w.url FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id WHERE w.app_id IN (?, ?)`;
    const urls = (await rows(`${told} ORDER BY w.url`, app.id, other.id)).map(({ url }) => url);
    expect(urls).toEqual(["https://a.example.com/", "https://b.example.com/"]);
    const arrived = () => internet.received.filter(({ body }) => body.includes(app.uuid));
    await eventually(async () => arrived().length === 2);
    const [first, second] = arrived();
    const [one, two] = [JSON.parse(first!.body), JSON.parse(second!.body)];
    expect(one).toEqual({
      id: one.id,
      type: "build.failed",
      event: "build.failed",
      timestamp: expect.stringMatching(MOMENT),
      created_at: expect.stringMatching(TIME),
      data,
      app_id: app.uuid,
    });
    expect(two.id).toBe(one.id);
    const ids = [first, second].map((received) => received!.headers.get("x-slipway-delivery"));
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("an event emitted three times with one key arrives once", async () => {
    const { id } = await newWebhook({ events: ["notification.sent"] });
    const { ctx } = testContext();
    const key = crypto.randomUUID();
    const tell = async () => emitOnce(ctx, app, "notification.sent", key, { n: 1 });
    await Promise.all([tell(), tell()]);
    await tell();
    await emitOnce(ctx, app, "notification.sent", crypto.randomUUID(), { n: 2 });
    await allDelivered(id);
    const log = await deliveries(id);
    expect(log.map(({ payload }) => payload.data)).toEqual([{ n: 2 }, { n: 1 }]);
    expect(log[0].payload).toMatchObject({ event: "notification.sent", app_id: app.uuid });
  });

  test("a thousand events at once are all kept, twenty enqueued, and the rest sent by the account's lane", async () => {
    const { id } = await newWebhook({ url: "https://many.example.com/" });
    const enqueued: number[] = [];
    const woken: number[] = [];
    const { ctx } = testContext();
    const items = Array.from({ length: 1000 }, (_, n) => ({ n }));
    const fake: typeof ctx = {
      ...ctx,
      enqueueWebhooks: async (ids) => void enqueued.push(...ids),
      webhookLane: (account) => ({ wake: async () => void woken.push(account) }),
    };
    await emit(fake, app.id, "subscriber.created", ...items);
    const kept = await rows(
      `SELECT d.id, body, lane, account_id FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
       WHERE w.uuid = ?`,
      id,
    );
    expect(kept.map(({ body }) => JSON.parse(body).data)).toEqual(items);
    const [first, rest] = [kept.slice(0, 20), kept.slice(20)];
    expect(enqueued).toEqual(first.map((row) => row.id));
    expect(first.every(({ lane }) => lane === null)).toBe(true);
    expect(rest.every(({ lane, account_id }) => lane === account_id)).toBe(true);
    expect(woken).toEqual([kept[0].account_id]);
  });

  test("a test event with a repeated Idempotency-Key is sent once", async () => {
    const { id } = await newWebhook();
    const path = `/api/v1/push/apps/${app.uuid}/webhooks/${id}/test`;
    const headers = { "idempotency-key": "once" };
    const first = await api("POST", path, { token, headers });
    const second = await api("POST", path, { token, headers });
    expect(second.body).toEqual(first.body);
    expect(await deliveries(id)).toHaveLength(1);
  });
});
