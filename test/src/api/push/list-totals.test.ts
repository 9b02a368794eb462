// How long the lists of the push API are: whatever the page and the filter, for whoever may see them, and without
// reading a million rows.
import { beforeAll, describe, expect, test, vi } from "vitest";
import { MAX_COUNTED } from "../../../../src/kit/pagination.ts";
import { androidSubscriber, PUSH, register } from "../../../support/push.ts";
import {
  newKey,
  newNotifier,
  newPushApp,
  newPushOwner,
  type PushOwner,
} from "../../../support/scenario.ts";
import { recordQueries } from "../../../support/trips.ts";
import { useInternet } from "../../../support/receiver.ts";
import { api, bindings, rows } from "../../../support/worker.ts";

// What webhooks are sent goes nowhere.
useInternet();

const document = (await api("GET", "/openapi.json")).body;

/** More rows than a list with a filter is counted up to. */
const MANY = MAX_COUNTED + 2_000;
/** Rows that a request reads at most where it counts nothing. */
const FEW_READ = 60;

/** Adds subscribers straight into the database: `count` of them, of one platform and status. */
async function addSubscribers(
  { app }: PushOwner,
  count: number,
  { platform = "web", status = "active", tags = "[]", user = null as string | null } = {},
): Promise<void> {
  await rows(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
     INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, tags, user_id, status,
       token_since, last_active_at, created_at, updated_at)
     SELECT ? || n, account_id, app.id, ?, 'fcm', ? || n, ?, ?, ?, 1, 1, 1, 1
       FROM numbers, apps AS app WHERE app.id = ?`,
    count,
    crypto.randomUUID(),
    platform,
    crypto.randomUUID(),
    tags,
    user,
    status,
    app.v1_id,
  );
}

async function addNotifications({ app }: PushOwner, count: number, status: string): Promise<void> {
  await rows(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
     INSERT INTO notifications (uuid, account_id, app_id, status, content, created_at, updated_at)
     SELECT ? || n, account_id, app.id, ?, '{"title":"Hello","body":"World","actions":[]}', 1, 1
       FROM numbers, apps AS app WHERE app.id = ?`,
    count,
    crypto.randomUUID(),
    status,
    app.v1_id,
  );
}

/** A schema, or the one that it refers to. */
function resolved(schema: any): any {
  const name = schema?.$ref?.split("/").at(-1);
  return name === undefined ? schema : document.components.schemas[name];
}

/** Every list that the document has below the push API: an answer whose `data` is an array. */
const lists = Object.entries<any>(document.paths).flatMap(([path, { get }]) => {
  const schema = resolved(get?.responses["200"]?.content?.["application/json"]?.schema);
  return path.startsWith(PUSH) && schema?.properties?.data?.type === "array"
    ? [[path, schema, get] as const]
    : [];
});

test("every list of the push API says in the document that it tells its total", () => {
  expect(lists.length).toBeGreaterThanOrEqual(6);
  for (const [path, { properties, required }] of lists) {
    expect(properties.meta, path).toBeDefined();
    expect(required, path).toContain("meta");
  }
  expect(document.components.schemas.ListMeta).toMatchObject({
    properties: { total_count: { type: "integer" }, total_is_minimum: { type: "boolean" } },
    required: ["total_count", "total_is_minimum"],
  });
});

describe("an app with some of everything", () => {
  let owner: Awaited<ReturnType<typeof newNotifier>>;
  let webhook: string;
  let notification: string;
  beforeAll(async () => {
    owner = await newNotifier();
    await addSubscribers(owner, 4, { platform: "ios" });
    await addSubscribers(owner, 3, { status: "inactive" });
    await addNotifications(owner, 5, "sent");
    notification = (await owner.make()).id;
    const made = await api("POST", `${PUSH}/apps/${owner.app.id}/webhooks`, {
      token: owner.account.key,
      json: { url: "https://hooks.example.com/a", events: ["notification.sent"] },
    });
    webhook = made.body.data.id;
    for (const name of ["A", "B"]) {
      await api("POST", `${PUSH}/apps/${owner.app.id}/segments`, {
        token: owner.account.key,
        json: { name, targeting: { type: "all" } },
      });
    }
    await rows(
      `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, created_at)
       SELECT ? || value, w.id, 'webhook.test', '{}', 'delivered', 1, 1
         FROM json_each('[1,2,3]'), webhooks AS w WHERE w.uuid = ?`,
      crypto.randomUUID(),
      webhook,
    );
  });

  test.each(lists)(
    "%s tells the same total on each page, and beyond the end",
    async (path, _schema, get) => {
      const url = path
        .replace("{id}", owner.app.id)
        .replace("{webhook_id}", webhook)
        .replace("{notification_id}", notification);
      const ask = async (query: string) => {
        const { status, body } = await api("GET", url + query, { token: owner.account.key });
        expect(status).toBe(200);
        return body;
      };
      const whole = await ask("");
      expect(whole.meta).toEqual({
        total_count: whole.data.length,
        total_is_minimum: false,
      });
      const names = (get.parameters ?? []).map(({ name }: { name: string }) => name);
      if (!names.includes("offset")) return;
      expect(whole.data.length).toBeGreaterThan(0);
      for (const query of ["?limit=1", "?limit=1&offset=1", "?offset=1000000"]) {
        expect((await ask(query)).meta, query).toEqual(whole.meta);
      }
    },
  );

  test("a filter's total is of those that it finds", async () => {
    const total = async (query: string) =>
      (await api("GET", `${PUSH}/apps/${owner.app.id}${query}`, { token: owner.account.key })).body
        .meta;
    const exact = (count: number) => ({ total_count: count, total_is_minimum: false });
    expect(await total("/subscribers?platform=ios&limit=1")).toEqual(exact(4));
    expect(await total("/subscribers?status=inactive&limit=1")).toEqual(exact(3));
    expect(await total("/subscribers?status=inactive&platform=ios")).toEqual(exact(0));
    expect(await total("/subscribers?status=unsubscribed&offset=9")).toEqual(exact(0));
    expect(await total("/notifications?status=sent&limit=2")).toEqual(exact(5));
    expect(await total("/notifications?status=draft")).toEqual(exact(1));
    expect(await total("/notifications?status=failed")).toEqual(exact(0));
  });
});

test("totals follow what subscribers do: they come, change, leave and are deleted", async () => {
  const owner = await newPushOwner();
  const { key } = owner.account;
  const total = async (query: string) => {
    const path = `${PUSH}/apps/${owner.app.id}/subscribers?limit=1${query}`;
    return (await api("GET", path, { token: key })).body.meta.total_count;
  };
  const all = async () =>
    Promise.all(["", "&status=active", "&status=unsubscribed", "&platform=android"].map(total));
  const one = (await register(owner.account, owner.app.id, androidSubscriber())).body.data.id;
  await register(owner.account, owner.app.id, androidSubscriber());
  expect(await all()).toEqual([2, 2, 0, 2]);
  const path = `${PUSH}/apps/${owner.app.id}/subscribers/${one}`;
  expect((await api("POST", `${path}/unsubscribe`, { token: key })).status).toBe(200);
  expect(await all()).toEqual([2, 1, 1, 2]);
  const app = await api("GET", `${PUSH}/apps/${owner.app.id}`, { token: key });
  expect(app.body.data.subscriber_count).toBe(1);
  expect((await api("DELETE", path, { token: key })).status).toBe(200);
  expect(await all()).toEqual([1, 1, 0, 1]);
  const [counted] = await rows(
    `SELECT c.subscribers, web_active + web_inactive + web_unsubscribed + ios_active + ios_inactive
       + ios_unsubscribed + android_active + android_inactive + android_unsubscribed AS sum
     FROM app_counts AS c WHERE c.app_id = ?`,
    owner.app.v1_id,
  );
  expect(counted).toEqual({ subscribers: 1, sum: 1 });
});

test("a key that is limited to some apps is told how many of these there are", async () => {
  const owner = await newPushOwner();
  await newPushApp(owner.account.key);
  const limited = await newKey(owner.account.id, { app_ids: [owner.app.v1_id] });
  const total = async (token: string) =>
    (await api("GET", `${PUSH}/apps?limit=1`, { token })).body.meta.total_count;
  expect(await total(owner.account.key)).toBe(2);
  expect(await total(limited)).toBe(1);
});

describe("an app with more than a list is counted up to", () => {
  let owner: PushOwner;
  beforeAll(async () => {
    owner = await newPushOwner();
    await addSubscribers(owner, MAX_COUNTED, { tags: '["beta"]', user: "robot" });
    await addSubscribers(owner, MANY - MAX_COUNTED, {
      tags: '["beta"]',
      user: "robot",
      platform: "ios",
    });
    await addNotifications(owner, MANY, "sent");
  });

  const ask = async (query: string) => {
    const path = `${PUSH}/apps/${owner.app.id}${query}`;
    const { status, body } = await api("GET", path, { token: owner.account.key });
    expect(status).toBe(200);
    return body;
  };

  test.each([
    ["/subscribers?limit=1", MANY, false],
    ["/subscribers?limit=1&offset=20000", MANY, false],
    ["/notifications?limit=1", MANY, false],
    ["/subscribers?limit=1&status=active", MAX_COUNTED, true],
    ["/subscribers?limit=1&platform=web", MAX_COUNTED, false],
    ["/subscribers?limit=1&platform=ios", MANY - MAX_COUNTED, false],
    ["/subscribers?limit=1&tag=beta", MAX_COUNTED, true],
    ["/subscribers?limit=1&tag=beta&platform=web", MAX_COUNTED, false],
    ["/subscribers?limit=1&tag=beta&status=active", MAX_COUNTED, true],
    ["/subscribers?limit=1&user_id=robot", MAX_COUNTED, true],
    ["/subscribers?limit=1&user_id=robot&platform=ios", MANY - MAX_COUNTED, false],
    ["/notifications?limit=1&status=sent", MAX_COUNTED, true],
    ["/notifications?limit=1&offset=11000&status=sent", MAX_COUNTED, true],
  ])(
    "%s has %i, and the answer says whether that is a minimum: %s",
    async (query, count, isMinimum) => {
      expect((await ask(query)).meta).toEqual({ total_count: count, total_is_minimum: isMinimum });
    },
  );

  test("API v1's total of notifications is exact", async () => {
    const path = `/api/v1/apps/${owner.app.v1_id}/notifications?per_page=1`;
    const { body } = await api("GET", path, { token: owner.account.key });
    expect(body.meta).toEqual({ current_page: 1, total: MANY });
  });

  test("totals that are kept are read, not counted, and others counted no further", async () => {
    const read = async (query: string) => {
      const queries = recordQueries();
      await ask(query);
      vi.restoreAllMocks();
      const reads = queries
        .filter(({ text }) => /^select/i.test(text))
        .map(async ({ text, values }) => {
          const { meta } = await bindings.DB.prepare(text)
            .bind(...values)
            .run();
          return meta.rows_read;
        });
      return (await Promise.all(reads)).reduce((sum, each) => sum + each, 0);
    };
    for (const query of ["", "/subscribers?limit=1", "/notifications?limit=1"]) {
      expect(await read(query), query).toBeLessThan(FEW_READ);
    }
    const byStatus = ["/subscribers?limit=1&status=active", "/subscribers?limit=1&platform=ios"];
    for (const query of byStatus) expect(await read(query), query).toBeLessThan(FEW_READ);
    expect(await read("/notifications?limit=1&status=sent")).toBeLessThan(MAX_COUNTED + FEW_READ);
    expect(await read("/subscribers?limit=1&user_id=robot")).toBeLessThan(
      // The count, and all subscribers of the user, from whom the list takes the newest.
      3 * MANY + FEW_READ,
    );
  });
});
