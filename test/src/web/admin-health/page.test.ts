// The operators' page of health: what needs somebody is said with what to do, and figures are those of the database.
import { beforeEach, expect, test, vi } from "vitest";
import { everyMinute } from "../../../../src/cron/every-minute.ts";
import { addCounts, pairsOf } from "../../../../src/domain/health/meters.ts";
import { DATABASE_LIMIT_BYTES } from "../../../../src/domain/health/read-gauges.ts";
import { readHealth } from "../../../../src/domain/health/read-health.ts";
import { needsOf } from "../../../../src/domain/health/needs.ts";
import { testContext } from "../../../support/context.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { operatorSignedIn } from "../../../support/person.ts";
import { newOneOfEach } from "../../../support/scenario.ts";
import { countRowsRead } from "../../../support/trips.ts";
import { bindings, rows, send } from "../../../support/worker.ts";

const PATH = "/dashboard/admin/health";
const MINUTE_MS = 60_000;

/** The words of a page. */
const words = (html: string) => html.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
const page = async () => words((await (await operatorSignedIn()).get(PATH)).html);

/** Has a provider complain of a credential of the app. */
const complain = async (account: unknown, app: unknown, flag: string) =>
  rows(
    `INSERT INTO push_credentials (account_id, app_id, provider, shown, sealed, sealed_for, version, flag, created_at, updated_at)
     VALUES (?, ?, 'fcm', '{}', 'x', 'x', 1, ?, 1, 1)`,
    account,
    app,
    flag,
  );

beforeEach(async () => {
  await rows("DELETE FROM meters");
  await rows("UPDATE push_credentials SET flag = NULL");
  await rows("DELETE FROM cron_runs");
});

test("says that all is well, and when the jobs ran", async () => {
  await everyMinute(testContext().ctx);
  await FakeBuilder.start();
  const text = await page();
  expect(text).toContain("All is well.");
  // As it is: the script of all pages would put it into the viewer's zone, and leave out the seconds.
  expect((await (await operatorSignedIn()).get(PATH)).html).toMatch(
    /As of <time datetime="[^"]+" data-zoned="">\d\d:\d\d:\d\d<\/time> UTC/,
  );
  expect(text).toMatch(/Builders 1 of \d+ heard of/);
  expect(text).toMatch(/Jobs of each minute Through \d+ s ago/);
  expect(text).toMatch(/Database \d+ ms to read, [\d.]+ MB of 10.0 GB/);
});

test("names the credentials that providers complain of, with their app and account", async () => {
  await everyMinute(testContext().ctx);
  await FakeBuilder.start();
  const { id, ids } = await newOneOfEach();
  await complain(id, ids.app, "HTTP 403: <SENDER_ID_MISMATCH>");
  const { html } = await (await operatorSignedIn()).get(PATH);
  expect(words(html)).toContain("One thing needs you.");
  expect(html).toContain("HTTP 403: &lt;SENDER_ID_MISMATCH&gt;");
  expect(html).toContain(`href="/dashboard/admin/accounts/${id}"`);
});

test("is there when builders can't be asked for, and says that none is heard of", async () => {
  await everyMinute(testContext().ctx);
  await FakeBuilder.start();
  const person = await operatorSignedIn();
  vi.spyOn(bindings.BUILDER_POOL, "get").mockImplementation(() => {
    throw new Error("down");
  });
  const { status, html } = await person.get(PATH);
  const metrics = await send("GET", "/metrics", { token: bindings.ADMIN_TOKEN });
  vi.restoreAllMocks();
  expect(status).toBe(200);
  expect(words(html)).toContain("No builder is heard of.");
  expect(await metrics.text()).toContain('slipway_builders{state="heard"} 0');
});

test("does not ask for anybody because of a suspended account", async () => {
  await everyMinute(testContext().ctx);
  await FakeBuilder.start();
  const { id, ids } = await newOneOfEach();
  await complain(id, ids.app, "HTTP 403: SENDER_ID_MISMATCH");
  await rows("UPDATE accounts SET suspended_at = 1, suspended_reason = 'x' WHERE id = ?", id);
  expect(await page()).toContain("All is well.");
});

test("says what is late, old, full and fails", async () => {
  const now = Date.now();
  const { ctx } = testContext();
  const health = await readHealth(ctx);
  const part = { tookMs: 1, failures: 3, error: "no such table", failedAt: now };
  const quiet = {
    ...health,
    builders: { registered: 2, heard: 2 },
    complaints: [],
    complained: 0,
    deadLetters: 0,
  };
  const minutely = { schedule: "* * * * *", begunAt: now, endedAt: now, parts: {} };
  const of = (changes: Partial<typeof health>) =>
    needsOf({ ...quiet, at: now, crons: [minutely], ...changes }).map(({ kind }) => kind);
  expect(of({})).toEqual([]);
  expect(of({ crons: [] })).toEqual(["cron_late"]);
  expect(of({ crons: [{ ...minutely, endedAt: now - 6 * MINUTE_MS }] })).toEqual(["cron_late"]);
  expect(of({ crons: [{ ...minutely, begunAt: now - 6 * MINUTE_MS, endedAt: null }] })).toEqual([
    "cron_late",
  ]);
  expect(
    of({
      crons: [minutely, { ...minutely, schedule: "0 3 * * *", endedAt: now - 26 * 60 * MINUTE_MS }],
    }),
  ).toEqual(["cron_late"]);
  expect(of({ crons: [{ ...minutely, parts: { sendDue: part } }] })).toEqual(["job_fails"]);
  const parts = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`job${at}`, part]));
  const all = needsOf({ ...quiet, at: now, crons: [{ ...minutely, parts }] });
  expect(all.slice(0, 5).every(({ kind }) => kind === "job_fails")).toBe(true);
  expect(all.slice(5)).toEqual([{ kind: "jobs_fail", more: 2 }]);
  expect(of({ databaseBytes: 0.79 * DATABASE_LIMIT_BYTES })).toEqual([]);
  expect(of({ databaseBytes: 0.8 * DATABASE_LIMIT_BYTES })).toEqual(["database_full"]);
  expect(of({ builders: { registered: 2, heard: 0 } })).toEqual(["no_builder"]);
  const waiting = {
    ...quiet.waiting,
    builds_pending: { count: 3, oldestAt: now - 16 * MINUTE_MS },
  };
  expect(of({ waiting })).toEqual(["builds_wait"]);
  const due = { ...quiet.waiting, deliveries: { count: 3, oldestAt: now - 6 * MINUTE_MS } };
  expect(of({ waiting: due })).toEqual(["queue_old"]);
  const begun = { ...quiet.waiting, sends_due: { count: 1, oldestAt: now - 6 * MINUTE_MS } };
  expect(of({ waiting: begun })).toEqual(["queue_old"]);
  const old = (queue: "batches" | "slow_batches") => [
    { queue, messages: 2, oldestAt: now - 6 * MINUTE_MS },
  ];
  expect(of({ queues: old("batches") })).toEqual(["queue_old"]);
  expect(of({ queues: old("slow_batches") })).toEqual([]);
  expect(of({ deadLetters: 1 })).toEqual(["dead_letters"]);
  expect(of({ complained: 7 })).toEqual(["credentials"]);
});

test("shows verdicts of the last hour, why things failed in the last day, and slow hosts", async () => {
  let now = Date.now();
  const { ctx } = testContext(() => now);
  const add = async (
    name: "sends" | "builds" | "slow_hosts" | "dead_letters",
    counts: Record<string, number>,
  ) => addCounts(ctx, name, pairsOf(counts));
  now -= 3 * 60 * MINUTE_MS;
  await add("sends", { "fcm:sent": 1_000_000, "fcm:no_answer": 7 });
  now = Date.now();
  await add("sends", {
    "fcm:sent": 1234,
    "fcm:unregistered": 5,
    "fcm:rejected": 2,
    "fcm:retry": 9,
    "fcm:le:250": 100,
  });
  await add("builds", { completed: 1, "failed:lease_lost": 3 });
  await add("slow_hosts", { "https://slow.example": 4 });
  await add("dead_letters", { webhooks: 2 });
  const text = await page();
  expect(text).toContain("FCM 1,234 9 5 2 235 ms");
  expect(text).toContain("APNs 0 0 0 0 –");
  expect(text).toContain("FCM: no answer 7");
  expect(text).toContain("Builds: lease lost 3");
  expect(text).toContain("https://slow.example kept 4 batches waiting");
  expect(text).toContain("2 queue messages failed for good in 7 days.");
  expect(text).toMatch(/Sent a second .* most in a day 1,667/);
});

test("names what failed lately: builds, sends and webhooks, and never a path or a person", async () => {
  const { id, ids } = await newOneOfEach();
  const now = Date.now();
  await rows(
    "UPDATE builds SET status = 'failed', error_code = 'icon_unusable', created_at = ?1, completed_at = ?1 WHERE id = ?2",
    now,
    ids.build,
  );
  await rows(
    "UPDATE notifications SET status = 'failed', failure_reason = 'fcm: refused', updated_at = ? WHERE id = ?",
    now,
    ids.notification,
  );
  await rows(
    `UPDATE webhooks SET enabled = 0, disabled_reason = 'failing', disabled_at = ?1, slow_until = ?2,
       url = 'https://hooks.example.com/secret-path' WHERE account_id = ?3`,
    now,
    now + MINUTE_MS,
    id,
  );
  const { html } = await (await operatorSignedIn()).get(PATH);
  const text = words(html);
  expect(text).toMatch(/: build \d+ failed, icon unusable/);
  expect(html).toContain(`href="/dashboard/admin/builds/${ids.build}"`);
  expect(text).toMatch(/send #\d+ failed, fcm: refused/);
  expect(text).toContain("the webhook to hooks.example.com was turned off: it failed for days");
  expect(text).toContain("hooks.example.com its webhooks are in a slow lane until");
  expect(html).not.toContain("secret-path");
});

test("has a part that is renewed, within its size when all is at its most", async () => {
  const { ctx } = testContext();
  const person = await operatorSignedIn();
  // As long as it gets once it is HTML.
  const long = '"'.repeat(255);
  for (let at = 0; at < 6; at += 1) {
    const { id, ids } = await newOneOfEach();
    await rows("UPDATE apps SET name = ? WHERE id = ?", '"'.repeat(100), ids.app);
    await rows("UPDATE accounts SET name = ? WHERE id = ?", '"'.repeat(200), id);
    const now = Date.now();
    await rows(
      "UPDATE builds SET status = 'failed', error_code = ?, created_at = ?2, completed_at = ?2 WHERE id = ?3",
      "e".repeat(64),
      now,
      ids.build,
    );
    await rows(
      "UPDATE notifications SET status = 'failed', failure_reason = ?, updated_at = ? WHERE id = ?",
      long.repeat(3),
      now,
      ids.notification,
    );
    await rows(
      "UPDATE webhooks SET disabled_reason = 'failing', disabled_at = ?1, slow_until = ?1 + 60000, url = ?2 WHERE account_id = ?3",
      now,
      `https://${"h".repeat(250)}.example.com/`,
      id,
    );
    await complain(id, ids.app, long);
  }
  await addCounts(
    ctx,
    "slow_hosts",
    pairsOf(
      Object.fromEntries(
        Array.from({ length: 20 }, (_, at) => [`https://${at}.${"h".repeat(230)}`, 1]),
      ),
    ),
  );
  const part = { tookMs: 1, failures: 3, error: '"'.repeat(200), failedAt: 1 };
  await rows(
    "INSERT INTO cron_runs VALUES ('* * * * *', 1, 1, ?)",
    JSON.stringify(Object.fromEntries(Array.from({ length: 18 }, (_, at) => [`job${at}`, part]))),
  );
  const { status, html, headers } = await person.get(`${PATH}?part=now`);
  expect(status).toBe(200);
  expect(html).not.toContain("<html");
  expect(html).toContain("more credential");
  expect(
    (await person.get(`${PATH}?part=now`, { "if-none-match": headers.get("etag") ?? "" })).status,
  ).toBeLessThan(400);
});

test("plots what waited, with a table beside it", async () => {
  const bucket = Date.now() - (Date.now() % 600_000);
  await rows("INSERT OR REPLACE INTO queue_samples VALUES (?, 120)", bucket - 600_000);
  const text = await page();
  expect(text).toMatch(/The most were 120, at \d\d:\d\d\./);
  expect(text).toContain("Show as a table");
});

test("reads what it shows, however much has failed", async () => {
  const { id, ids } = await newOneOfEach();
  const many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)";
  await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, started_at, created_at, updated_at)
     ${many} SELECT 'h' || i, ?1, ?2, iif(i % 2, 'failed', 'sent'), '{"title":"Hello","body":"World"}', i, 1, i FROM n`,
    id,
    ids.app,
  );
  await rows(
    `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format, version_name, version_code,
       snapshot, certificate_sha256, certificate_sha1, cost, created_at)
     ${many} SELECT 'h' || i, account_id, app_id, iif(i % 2, 'failed', 'completed'), platform, build_type, build_format,
       version_name, version_code, snapshot, certificate_sha256, certificate_sha1, cost, i FROM n, builds WHERE builds.id = ?`,
    ids.build,
  );
  await rows(
    `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, next_attempt_at, created_at)
     ${many} SELECT 'h' || i, 999998, 'build.completed', '{}', iif(i % 2, 'delivered', 'pending'), 0, 9e12, 1 FROM n`,
  );
  const person = await operatorSignedIn();
  const read = countRowsRead();
  const { status } = await person.get(PATH);
  vi.restoreAllMocks();
  expect(status).toBe(200);
  expect(read()).toBeGreaterThan(10);
  expect(read()).toBeLessThan(400);
});
