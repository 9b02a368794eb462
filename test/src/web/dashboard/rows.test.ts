// What the pages of an account, and operators' pages of it, cost the database: none walks all that an app or the account has,
// however much that is.
import { beforeAll, expect, test, vi } from "vitest";
import { dashboard } from "../../../../src/web/dashboard/index.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { operatorSignedIn, signedIn, type TestPerson } from "../../../support/person.ts";
import { newOneOfEach, type OneOfEach } from "../../../support/scenario.ts";
import { bindings, rows } from "../../../support/worker.ts";

/** Rows of each kind. */
const MANY = 3000;
/** Most rows that a statement of a page may read: a page of a list with what stands beside each. */
const MOST = 250;
/** How far builds of the last hour are counted. */
const BUILDS_COUNTED = 500;
/** How far people of each channel in a list are counted. */
const PEOPLE_COUNTED = 1000;

const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})`;

let one: OneOfEach;
let person: TestPerson;
let operator: TestPerson;
/** A builder host that had the first half of the app's builds. */
let host: FakeBuilder;
beforeAll(async () => {
  one = await newOneOfEach();
  person = await signedIn("owner", one);
  operator = await operatorSignedIn();
  host = await FakeBuilder.register();
  const { id: account, ids } = one;
  const { app, build } = ids;
  const other = await rows(
    `INSERT INTO apps (uuid, account_id, name, platform, url, package_name, version_name, version_code, config, created_at, updated_at)
     SELECT ?, account_id, 'Other', platform, url, package_name, version_name, version_code, config, 1, 1 FROM apps WHERE id = ? RETURNING id`,
    crypto.randomUUID(),
    app,
  );
  // What another app of the account completed must not be walked either.
  const builds = async (of: unknown, status: string, keystore: unknown) =>
    rows(
      `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format, version_name, version_code,
         snapshot, certificate_sha256, certificate_sha1, cost, keystore_id, created_at, started_at, completed_at)
       ${numbers} SELECT ?1 || i, account_id, ?2, ?3, platform, build_type, build_format, version_name, version_code,
         snapshot, certificate_sha256, certificate_sha1, cost, ?4, 1, 2, 3 FROM n, builds WHERE builds.id = ?5`,
      crypto.randomUUID(),
      of,
      status,
      keystore,
      build,
    );
  await builds(app, "failed", ids.keystore);
  await builds(other[0].id, "completed", null);
  await rows("UPDATE builds SET builder_id = ? WHERE app_id = ?", host.id, app);
  await rows(
    `INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, tags, status, token_since, last_active_at, created_at, updated_at)
     ${numbers} SELECT printf('%08x-0000-4000-8000-000000000000', i), ?1, ?2, 'android', 'fcm', 't' || i, '[]', 'active', 1, 1, 1, 1 FROM n`,
    account,
    app,
  );
  await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, started_at, created_at, updated_at)
     ${numbers} SELECT 'n' || i, ?1, ?2, 'sent', '{"title":"Hello","body":"World"}', i, 1, 1 FROM n`,
    account,
    app,
  );
  await rows(
    `INSERT INTO channel_subscriptions (id, channel_id, iuid, subscriber, mute, created_at, updated_at)
     ${numbers} SELECT printf('%032x', i), ?1, 'p' || i, '{}', 0, 1, 1 FROM n`,
    ids.channel,
  );
  // The oldest are pending: whoever looks for these looks through many.
  await rows(
    `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, next_attempt_at, created_at, ended_at)
     ${numbers} SELECT 'd' || i, (SELECT id FROM webhooks WHERE uuid = ?1), 'build.failed', '{}',
       iif(i < 100, 'pending', iif(i % 2, 'failed', 'delivered')), 1, NULL, 1, iif(i < 100, NULL, 2) FROM n`,
    ids.webhook,
  );
  await rows(
    `INSERT INTO accounts (name, email, plan_id, renewal_anchor, renewal_at, created_at)
     ${numbers} SELECT 'Account ' || i, 'a@example.com', 1, 1, 1, 1 FROM n`,
  );
  await rows(
    `INSERT INTO audit_entries (account_id, who, who_name, did, kind, facts, created_at)
     ${numbers} SELECT ?1, 'operator', 'Operator', 'app.update', 'app', '{}', 1 FROM n`,
    account,
  );
});

/** Pages with a list that is counted up to 10,000, however many there are. */
const COUNTED = new Set(["/{account}/apps/{app}/channels/{channel}"]);

/** A list that looks through a thousand for what it shows. */
const SEARCHING = "/{account}/webhooks/{webhook}?state=pending";
const SEARCHED = 1000;

const PATHS = [
  ...dashboard.operations.flatMap(({ docs }) =>
    docs.method === "get" && docs.path.startsWith("/{account}") && !COUNTED.has(docs.path)
      ? [docs.path]
      : [],
  ),
  "/{account}/apps/{app}/builds?status=completed",
  "/{account}/apps/{app}/builds?status=cancelled",
  "/{account}/apps/{app}/notifications?state=sent",
  "/{account}/apps/{app}/notifications?before=100",
  "/{account}/webhooks?app=1",
  "/{account}/webhooks/{webhook}?state=failed",
  SEARCHING,
  "/{account}/apps/{app}/audience?platform=android&status=active",
  "/{account}/audit?who=keys",
  "/{account}/audit?who=operator&kind=webhook",
  // All of them are counted up to 10,000.
  "/admin/accounts?q=Nobody&plan=Free&suspended=false",
  "/admin/accounts/{account}",
  "/admin/accounts/{account}/audit",
  "/admin/plans",
];

test.each(PATHS)("%s reads what it shows, and little more", async (path) => {
  const [notification] = await rows(
    "SELECT uuid FROM notifications WHERE id = ?",
    one.ids.notification,
  );
  const ids: Record<string, unknown> = {
    ...one.ids,
    sending: one.ids.campaign,
    notification: notification.uuid,
    sha256: "0".repeat(64),
    subscriber: "00000001-0000-4000-8000-000000000000",
  };
  const isOperators = path.startsWith("/admin/");
  const read = readByEach(isOperators);
  const { status } = await (isOperators ? operator : person).get(
    `/dashboard${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(ids[name]))}`,
  );
  vi.restoreAllMocks();
  const most =
    MOST + (path.endsWith("/channels") ? PEOPLE_COUNTED : path === SEARCHING ? 2 * SEARCHED : 0);
  if (isOperators) expect(status).toBe(200);
  expect(read.length).toBeGreaterThan(1);
  expect(read.filter((each) => each.rows > most)).toEqual([]);
});

/** Pages of the installation with lists of all accounts, by every filter. */
const OF_INSTALLATION = [
  ...[
    "",
    "?before=2000",
    "?status=failed",
    "?status=pending",
    "?account={account}",
    "?account={account}&status=completed&before=6000",
    "?builder={host}",
    "?builder={host}&status=completed",
  ].map((query) => `builds${query}`),
  ...[
    "",
    "?before=2000",
    "?state=sending",
    "?state=failed",
    "?account={account}",
    "?account={account}&state=sent&before=2000",
  ].map((query) => `sends${query}`),
];

test.each(OF_INSTALLATION)("admin/%s reads what it shows, and little more", async (path) => {
  const ids: Record<string, unknown> = { ...one.ids, account: one.id, host: host.id };
  const read = readByEach(true);
  const { status } = await operator.get(
    `/dashboard/admin/${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(ids[name]))}`,
  );
  vi.restoreAllMocks();
  expect(status).toBe(200);
  expect(read.length).toBeGreaterThan(1);
  expect(read.filter((each) => each.rows > MOST)).toEqual([]);
});

test("the page of builders counts up to a bound", async () => {
  await rows("UPDATE builds SET created_at = ? WHERE app_id = ?", Date.now(), one.ids.app);
  const read = readByEach(true);
  const { html } = await operator.get("/dashboard/admin/builders");
  vi.restoreAllMocks();
  expect(html).toContain("500 or more failed");
  expect(read.length).toBeGreaterThan(2);
  expect(read.filter((each) => each.rows > BUILDS_COUNTED + MOST)).toEqual([]);
});

test("the page of an app says how many builds ended in each way", async () => {
  const { html } = await person.get(`${person.base}/apps/${one.ids.app}/builds`);
  const said = [...html.matchAll(/(All|Completed|Failed|Cancelled) <span class="num">(\d+)/g)];
  expect(said.map(([, name, count]) => [name, Number(count)])).toEqual([
    ["All", MANY + 1],
    ["Completed", 1],
    ["Failed", MANY],
    ["Cancelled", 0],
  ]);
});

/**
 * The rows that statements read in batches from here on, with their text, until mocks are restored; `isWhole`: also those of
 * statements by themselves.
 */
function readByEach(isWhole: boolean): { rows: number; text: string | undefined }[] {
  const read: { rows: number; text: string | undefined }[] = [];
  const texts = new WeakMap<object, string>();
  const open = bindings.DB.withSession.bind(bindings.DB);
  vi.spyOn(bindings.DB, "withSession").mockImplementation((start) => {
    const session = open(start);
    return {
      getBookmark: () => session.getBookmark(),
      prepare: (text) => {
        const statement = session.prepare(text);
        const bind = statement.bind.bind(statement);
        statement.bind = (...values) => {
          const bound = bind(...values);
          texts.set(bound, text);
          if (!isWhole || !/^select/i.test(text)) return bound;
          const raw = bound.raw.bind(bound) as (options?: object) => Promise<unknown>;
          // What comes raw does not say what it cost: it is asked for once more.
          bound.raw = (async (options?: object) => {
            const { meta } = await bound.all();
            read.push({ rows: meta.rows_read, text });
            return raw(options);
          }) as typeof bound.raw;
          return bound;
        };
        return statement;
      },
      batch: async <T>(statements: D1PreparedStatement[]) => {
        const results = await session.batch<T>(statements);
        for (const [at, { meta }] of results.entries()) {
          read.push({ rows: meta.rows_read, text: texts.get(statements[at]!) });
        }
        return results;
      },
    };
  });
  return read;
}
