// What a key that is limited to one app can do with the ids of other things: wherever a path, a query or a body names an
// id, that of another app's thing is answered as that of another account's thing and as one that nobody has.
import { beforeAll, expect, test } from "vitest";
import { useTestClock } from "../../../support/builds.ts";
import { callAs, INSTANT, newPushingApp, PUSH as WORDS } from "../../../support/instant.ts";
import { NO_ID } from "../../../support/operations.ts";
import { androidSubscriber, PUSH, register } from "../../../support/push.ts";
import { newAccount, newKey, type TestAccount } from "../../../support/scenario.ts";
import { api, rows, send } from "../../../support/worker.ts";

useTestClock();

const NOBODY = crypto.randomUUID();
const NO_CHANNEL = "f".repeat(24);

/** An app that can push and the ids of what belongs to it, by the names that the tests use. */
interface Things {
  app: number;
  uuid: string;
  subscriber: string;
  notification: string;
  channel: string;
  keystore: number;
  push: number;
  sending: number;
}

const NOTHING: Things = {
  app: NO_ID,
  uuid: NOBODY,
  subscriber: NOBODY,
  notification: NOBODY,
  channel: NO_CHANNEL,
  keystore: NO_ID,
  push: NO_ID,
  sending: NO_ID,
};

/** Makes an app with one of everything, and a key that is limited to it. */
async function newThings(account: TestAccount): Promise<Things & { limited: string }> {
  const app = await newPushingApp(account);
  const limited = await newKey(account.id, { app_ids: [app] });
  const made = async (path: string, json: unknown) =>
    (await api("POST", `/api/v1${path}`, { token: limited, json })).body.data;
  const [{ uuid }] = await rows("SELECT uuid FROM apps WHERE id = ?", app);
  const instant = await callAs(limited)("POST", "/send/instant", instantly({ all_apps: true }));
  const words = { title: "Hello", body: "World" };
  return {
    app,
    uuid,
    limited,
    subscriber: (await register(account, uuid, androidSubscriber({ user_id: "anna" }))).body.data
      .id,
    notification: (await made(`/push/apps/${uuid}/notifications`, words)).id,
    channel: (await made("/channels", { name: "c", app_id: app })).id,
    keystore: (await made("/keystores", { name: "k", algorithm: "ec" })).id,
    push: instant.body.push_id,
    sending: (await callAs(limited)("POST", "/sched/onesend", later({ all_apps: true }))).body.id,
  };
}

const instantly = (filters: unknown) => ({ name: "Now", filters, push: WORDS });

function later(filters: Record<string, unknown>) {
  const date = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  return { name: "Later", date, time: "10:00", local_time: false, timezone: "+00:00", ...filters };
}

let own: Things & { limited: string };
let others: Record<string, Things>;
beforeAll(async () => {
  const account = await newAccount({ build_credits: 5 });
  own = await newThings(account);
  others = {
    "another app of the account": await newThings(account),
    "another account": await newThings(await newAccount()),
  };
});

/** All that the tables hold which the requests below write. */
async function everything(): Promise<unknown> {
  const tables = ["channels", "channel_subscriptions", "engagements", "keystores", "keystore_apps"];
  const further = ["builds", "campaigns", "templates", "notifications", "api_keys"];
  return Promise.all(
    [...tables, ...further].map(
      async (table) => (await rows(`SELECT count(*) AS n FROM ${table}`))[0].n,
    ),
  );
}

type Request = [method: string, path: string, json: unknown];

/** For each place that names an id: the request that names the given thing, and the status that refuses it. */
const PLACES: [string, number, (thing: Things) => Request][] = [
  ["an app's channel", 422, ({ app }) => ["POST", "/api/v1/channels", { name: "c", app_id: app }]],
  ["a channel", 404, ({ channel }) => ["PATCH", `/api/v1/channels/${channel}`, { name: "d" }]],
  [
    "a subscriber to bind",
    422,
    ({ subscriber }) => [
      "POST",
      `/api/v1/channels/${own.channel}/subscriptions`,
      { iuid: "anna", subscriber_id: subscriber },
    ],
  ],
  [
    "a channel to bind to",
    404,
    ({ channel }) => [
      "POST",
      `/api/v1/channels/${channel}/subscriptions`,
      { iuid: "anna", subscriber_id: own.subscriber },
    ],
  ],
  [
    "who clicked",
    422,
    ({ subscriber }) => [
      "POST",
      `${PUSH}/notifications/${own.notification}/track`,
      { subscriber_id: subscriber },
    ],
  ],
  [
    "an app's notification",
    404,
    ({ notification }) => [
      "GET",
      `${PUSH}/apps/${own.uuid}/notifications/${notification}`,
      undefined,
    ],
  ],
  [
    "an app's subscriber",
    404,
    ({ subscriber }) => ["GET", `${PUSH}/apps/${own.uuid}/subscribers/${subscriber}`, undefined],
  ],
  [
    "a keystore to sign with",
    422,
    ({ keystore }) => [
      "POST",
      `/api/v1/apps/${own.app}/builds`,
      { keystore_id: keystore, build_type: "release" },
    ],
  ],
  [
    "a keystore to export",
    404,
    ({ keystore }) => ["POST", `/api/v1/keystores/${keystore}/export`, { password: "secret-pass" }],
  ],
  [
    "a keystore to delete",
    404,
    ({ keystore }) => ["DELETE", `/api/v1/keystores/${keystore}`, undefined],
  ],
  [
    "an app of a new keystore",
    422,
    ({ app }) => ["POST", "/api/v1/keystores", { name: "k", algorithm: "ec", app_ids: [app] }],
  ],
  [
    "an app of a new key",
    403,
    ({ app }) => ["POST", "/api/v1/api-keys", { name: "k", app_ids: [own.app, app] }],
  ],
  [
    "an app to send to at once",
    404,
    ({ app }) => [
      "POST",
      `${INSTANT}/send/instant`,
      instantly({ app_ids_include: [own.app, app] }),
    ],
  ],
  [
    "an app not to send to",
    404,
    ({ app }) => ["POST", `${INSTANT}/send/instant`, instantly({ app_ids_exclude: [app] })],
  ],
  [
    "an app to send to later",
    404,
    ({ app }) => ["POST", `${INSTANT}/sched/onesend`, later({ app_ids_include: [app] })],
  ],
  [
    "a push to bind",
    404,
    ({ push }) => ["PUT", `${INSTANT}/sched/onesend/${own.sending}/pushes`, { push_ids: [push] }],
  ],
  [
    "a sending to bind to",
    404,
    ({ sending }) => [
      "PUT",
      `${INSTANT}/sched/onesend/${sending}/pushes`,
      { push_ids: [own.push] },
    ],
  ],
];

test.each(PLACES)(
  "another app's id for %s is answered %i like one that nobody has, and does nothing",
  async (_place, status, request) => {
    const answer = async (thing: Things) => {
      const [method, path, json] = request(thing);
      const response = await send(method, path, {
        token: own.limited,
        ...(json === undefined ? {} : { json }),
      });
      // An exported keystore is no JSON.
      if (response.ok) return [response.status, await response.bytes()];
      return [response.status, { ...(await response.json<object>()), req_id: null }];
    };
    const before = await everything();
    const missing = await answer(NOTHING);
    expect(missing[0]).toBe(status);
    for (const [whose, thing] of Object.entries(others)) {
      expect(await answer(thing), whose).toEqual(missing);
    }
    expect(await everything()).toEqual(before);
    // It is the id that was refused: the key's own passes.
    expect((await answer(own))[0]).not.toBe(status);
  },
);

test("targeting finds no subscriber of another app, whatever it names", async () => {
  for (const [targeting, count] of [
    [{ type: "all" }, 1],
    [{ type: "user_ids", ids: ["anna"] }, 1],
    [{ type: "not", of: [{ type: "user_ids", ids: ["anna"] }] }, 0],
  ] as const) {
    const { body } = await api("POST", `${PUSH}/apps/${own.uuid}/notifications/estimate`, {
      token: own.limited,
      json: { targeting },
    });
    expect(body.data.total_count).toBe(count);
  }
});
