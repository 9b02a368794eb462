// An account's own webhooks, which are sent the ends of the builds of all its apps.
import { beforeEach, describe, expect, test } from "vitest";
import { finishBuild, type BuildEnd } from "../../../../src/domain/builds/transitions.ts";
import { testContext } from "../../../support/context.ts";
import { emit } from "../../../support/emit.ts";
import { undescribedIn } from "../../../support/json-schema.ts";
import { useInternet, type Received } from "../../../support/receiver.ts";
import { newAccount, newApp, newKey, type TestAccount } from "../../../support/scenario.ts";
import { verified } from "../../../support/standard-webhooks.ts";
import { api, eventually, rows } from "../../../support/worker.ts";

const internet = useInternet();
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const PATH = "/api/v1/webhooks";
const WANTED = {
  url: "https://hooks.example.com/builds",
  events: ["build.completed", "build.failed"],
};
const NOBODY = "00000000-0000-4000-8000-000000000000";

let account: TestAccount;
beforeEach(async () => {
  account = await newAccount();
});

const call = async (method: string, to = "", json?: unknown, token = account.key) =>
  api(method, PATH + to, { token, ...(json === undefined ? {} : { json }) });
const made = async (): Promise<any> => (await call("POST", "", WANTED)).body.data;

/** Ends a new build of the app. */
async function endBuild(appId: number, end: BuildEnd, owner = account.id): Promise<number> {
  const [{ id }] = await rows(
    `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format,
       version_name, version_code, snapshot, certificate_sha256, certificate_sha1, cost, created_at)
     VALUES (?, ?, ?, 'building', 'android-webview', 'debug', 'apk', '1.2.0', 3, '{}', 'c0ffee', 'bead', 1, 1) RETURNING id`,
    crypto.randomUUID(),
    owner,
    appId,
  );
  const { ctx, settled } = testContext();
  await finishBuild(ctx, id, end);
  await settled();
  return id;
}
const COMPLETED: BuildEnd = {
  status: "completed",
  artifact: { key: "k", size: 1, sha256: "x" },
};
const FAILED: BuildEnd = {
  status: "failed",
  code: "icon_invalid",
  message: "The icon is no image.",
};

test("are made, shown, changed and deleted in API v1's forms", async () => {
  const created = await call("POST", "", WANTED);
  expect(created.status).toBe(201);
  const { secret, ...shown } = created.body.data;
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(shown).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    ...WANTED,
    enabled: true,
    disabled_at: null,
    disabled_reason: null,
    failures_in_a_row: 0,
    failing_since: null,
    last_success_at: null,
    previous_secret_expires_at: null,
    created_at: expect.stringMatching(TIME),
    updated_at: expect.stringMatching(TIME),
  });
  const one = await call("GET", `/${shown.id}`);
  expect([one.status, one.body]).toEqual([200, { data: shown }]);
  const second = await made();
  const list = await call("GET", "?per_page=1");
  expect(list.body.meta).toEqual({ current_page: 1, total: 2 });
  expect(list.body.data.map(({ id }: { id: string }) => id)).toEqual([second.id]);
  const changed = await call("PATCH", `/${shown.id}`, { events: ["build.failed"], enabled: false });
  expect(changed.body.data).toMatchObject({
    id: shown.id,
    events: ["build.failed"],
    enabled: false,
    disabled_reason: "owner",
  });
  const deleted = await call("DELETE", `/${shown.id}`);
  expect([deleted.status, deleted.body]).toEqual([
    200,
    { message: "Webhook deleted successfully." },
  ]);
  const missing = await call("GET", `/${shown.id}`);
  expect([missing.status, missing.body]).toEqual([404, { message: "Webhook not found." }]);
});

test("are sent the builds' ends of all the account's apps, and of no other account's", async () => {
  const [one, two] = [await newApp(account.key), await newApp(account.key)];
  const stranger = await newAccount();
  const theirs = await newApp(stranger.key);
  const { secret } = await made();
  const ids = [await endBuild(one.id, COMPLETED), await endBuild(two.id, FAILED)];
  await endBuild(theirs.id, FAILED, stranger.id);
  await eventually(async () => internet.received.length === 2);
  const bodies = internet.received.map((received) => verified(secret, received));
  bodies.sort((a, b) => a.data.build_id - b.data.build_id);
  expect(bodies).toMatchObject([
    { type: "build.completed", app_id: one.uuid, data: { build_id: ids[0], status: "completed" } },
    { type: "build.failed", app_id: two.uuid, data: { build_id: ids[1], status: "failed" } },
  ]);
  expect(
    await rows(
      "SELECT 1 FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id WHERE w.account_id = ?",
      stranger.id,
    ),
  ).toEqual([]);
});

test("and an app's own webhook get one event each, with one id", async () => {
  const app = await newApp(account.key);
  await made();
  await api("POST", `/api/v1/push/apps/${app.uuid}/webhooks`, {
    token: account.key,
    json: { url: "https://hooks.example.com/app", events: ["build.failed", "subscriber.created"] },
  });
  await endBuild(app.id, FAILED);
  await eventually(async () => internet.received.length === 2);
  const ids = internet.received.map(({ body }) => JSON.parse(body).id);
  expect(new Set(ids).size).toBe(1);
  await emit(testContext().ctx, app.id, "subscriber.created", {});
  await eventually(async () => internet.received.length === 3);
  expect(internet.received[2]?.url, "it is sent builds alone").toBe(
    "https://hooks.example.com/app",
  );
});

test("stay when an app is deleted", async () => {
  const app = await newApp(account.key);
  const { id } = await made();
  await endBuild(app.id, FAILED);
  await eventually(async () => internet.received.length === 1);
  expect((await api("DELETE", `/api/v1/apps/${app.id}`, { token: account.key })).status).toBe(200);
  expect((await call("GET", `/${id}`)).status).toBe(200);
  expect((await call("GET", `/${id}/deliveries`)).body.meta.total).toBe(1);
});

test("have tests, deliveries, replays and rotated secrets like those of an app", async () => {
  const { id, secret: old } = await made();
  const tested = await call("POST", `/${id}/test`);
  expect(tested.status).toBe(200);
  expect(tested.body.data).toMatchObject({
    event: "webhook.test",
    status: "pending",
    payload: { type: "webhook.test", app_id: null, data: { webhook_id: id } },
  });
  const document = (await api("GET", "/openapi.json")).body;
  const { schema } = document.webhooks["webhook.test"].post.requestBody.content["application/json"];
  expect(undescribedIn(document, schema, tested.body.data.payload)).toEqual([]);
  const delivery = `/${id}/deliveries/${tested.body.data.id}`;
  const status = async () => (await call("GET", delivery)).body.data.status;
  await eventually(async () => (await status()) === "delivered");
  const shown = (await call("GET", delivery)).body.data;
  expect(shown).toMatchObject({
    attempts: 1,
    response_status: 200,
    response_body: "thank you",
    attempted_at: expect.stringMatching(TIME),
    ended_at: expect.stringMatching(TIME),
  });
  const list = await call("GET", `/${id}/deliveries`);
  expect(list.body).toEqual({ data: [shown], meta: { current_page: 1, total: 1 } });
  const { secret } = (await call("POST", `/${id}/rotate-secret`, {})).body.data;
  expect((await call("POST", `${delivery}/replay`)).status).toBe(200);
  await eventually(async () => internet.received.length === 2 && (await status()) === "delivered");
  for (const each of [secret, old]) verified(each, internet.received[1]!);
  await rows("UPDATE webhook_deliveries SET status = 'failed' WHERE uuid = ?", shown.id);
  const replayed = await call("POST", `/${id}/replay`, { since: "2020-01-01T00:00:00Z" });
  expect(replayed.body).toEqual({ data: { replayed: 1 } });
  await eventually(async () => internet.received.length === 3);
});

test("say in API v1's form what is wrong", async () => {
  const refused = await call("POST", "", {
    ...WANTED,
    events: ["subscriber.created"],
    colour: "red",
  });
  expect(refused.status).toBe(422);
  expect(Object.keys(refused.body.errors).toSorted()).toEqual(["colour", "events.0"]);
  const { id } = await made();
  internet.answer = () => new Response(null, { status: 500 });
  const { data } = (await call("POST", `/${id}/test`)).body;
  const pending = await call("POST", `/${id}/deliveries/${data.id}/replay`);
  expect(pending.status).toBe(409);
  expect(pending.body).toEqual({
    message: expect.stringMatching(/still pending/),
    error: "delivery_pending",
  });
  const missing = await call("GET", `/${id}/deliveries/${NOBODY}`);
  expect([missing.status, missing.body]).toEqual([404, { message: "Delivery not found." }]);
  await call("PATCH", `/${id}`, { enabled: false });
  const disabled = await call("POST", `/${id}/replay`, { since: "2020-01-01T00:00:00Z" });
  expect(disabled.body.message).toBe(
    "The enabled field must be true for a replay: enable the webhook first.",
  );
});

test("are at most twenty an account, beside those of its apps, even when many are made at once", async () => {
  const app = await newApp(account.key);
  await api("POST", `/api/v1/push/apps/${app.uuid}/webhooks`, { token: account.key, json: WANTED });
  const all = await Promise.all(Array.from({ length: 23 }, async () => call("POST", "", WANTED)));
  const count = (status: number) => all.filter((each) => each.status === status).length;
  expect([count(201), count(422)]).toEqual([20, 3]);
});

describe("access", () => {
  const CALLS = [
    ["GET", ""],
    ["POST", ""],
    ["GET", "/ID"],
    ["PATCH", "/ID"],
    ["DELETE", "/ID"],
    ["POST", "/ID/test"],
    ["POST", "/ID/rotate-secret"],
    ["POST", "/ID/replay"],
    ["GET", "/ID/deliveries"],
    ["GET", "/ID/deliveries/ONE"],
    ["POST", "/ID/deliveries/ONE/replay"],
  ] as const;

  test.each(CALLS)(
    "%s %s is missing to another account, and forbidden to a key that is limited to some apps",
    async (method, path) => {
      const app = await newApp(account.key);
      const { id } = await made();
      const tested = await call("POST", `/${id}/test`);
      const isOwn = ({ headers }: Received) =>
        headers.get("x-slipway-delivery") === tested.body.data.id;
      await eventually(async () => internet.received.some(isOwn));
      const to = path.replace("ID", id).replace("ONE", tested.body.data.id);
      const before = await rows("SELECT * FROM webhooks WHERE account_id = ?", account.id);
      const limited = await newKey(account.id, { app_ids: [app.id] });
      const refused = await call(method, to, undefined, limited);
      expect([refused.status, refused.body]).toEqual([
        403,
        { message: "This API key is limited to certain apps." },
      ]);
      const stranger = await newAccount();
      const foreign = await call(method, to, undefined, stranger.key);
      if (path !== "") expect(foreign.status).toBe(404);
      else expect(foreign.body.data ?? []).toEqual([]);
      expect(await rows("SELECT * FROM webhooks WHERE account_id = ?", account.id)).toEqual(before);
    },
  );

  test("an app's webhook and a callback are none of the account's, and the other way round", async () => {
    const app = await newApp(account.key);
    const list = `/api/v1/push/apps/${app.uuid}/webhooks`;
    const own = await api("POST", list, { token: account.key, json: WANTED });
    await api("POST", "/api/v1/channels", {
      token: account.key,
      json: { name: "c", app_id: app.id, callback_url: "https://hooks.example.com/c" },
    });
    expect((await call("GET", "")).body.data).toEqual([]);
    expect((await call("GET", `/${own.body.data.id}`)).status).toBe(404);
    const { id } = await made();
    expect((await api("GET", `${list}/${id}`, { token: account.key })).status).toBe(404);
    const shown = await api("GET", list, { token: account.key });
    expect(shown.body.data).toHaveLength(1);
  });
});
