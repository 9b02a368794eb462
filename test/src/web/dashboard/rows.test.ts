// What the pages of an account cost the database: none walks all that an app or the account has, however much that is.
import { beforeAll, expect, test, vi } from "vitest";
import { dashboard } from "../../../../src/web/dashboard/index.ts";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { newOneOfEach, type OneOfEach } from "../../../support/scenario.ts";
import { bindings, rows } from "../../../support/worker.ts";

/** Rows of each kind. */
const MANY = 3000;
/** Most rows that a statement of a page may read: a page of a list with what stands beside each. */
const MOST = 250;
/** How far people of each channel in a list are counted. */
const PEOPLE_COUNTED = 1000;

const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})`;

let one: OneOfEach;
let person: TestPerson;
beforeAll(async () => {
  one = await newOneOfEach();
  person = await signedIn("owner", one);
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
  await rows(
    `INSERT INTO audit_entries (account_id, who, who_name, did, kind, facts, created_at)
     ${numbers} SELECT ?1, 'operator', 'Operator', 'app.update', 'app', '{}', 1 FROM n`,
    account,
  );
});

/** Pages with a list that is counted up to 10,000, however many there are. */
const COUNTED = new Set(["/{account}/apps/{app}/channels/{channel}"]);

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
  "/{account}/apps/{app}/audience?platform=android&status=active",
  "/{account}/audit?who=keys",
  "/{account}/audit?who=operator&kind=webhook",
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
  const read = readByEach();
  await person.get(
    `/dashboard${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(ids[name]))}`,
  );
  vi.restoreAllMocks();
  const most = path.endsWith("/channels") ? PEOPLE_COUNTED + MOST : MOST;
  expect(read.length).toBeGreaterThan(1);
  expect(read.filter((each) => each.rows > most)).toEqual([]);
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

/** The rows that statements read in batches from here on, with their text, until mocks are restored. */
function readByEach(): { rows: number; text: string | undefined }[] {
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
