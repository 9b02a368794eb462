// Measures one instant send to many apps on the local stack: how late each app's run starts and ends, and how long
// other requests take meanwhile, compared with an idle stack. Each app has one browser; the stand-in providers, in
// another process, only count. An instant send is due two minutes after the request, which this waits out.
//
//   node bench/many.ts [APPS]       default 300
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { connect } from "../dev/api.ts";
import { readNote } from "../dev/state.ts";
import { PushApp, withPushStack, type PushStack } from "./push-stack.ts";
import { header, row } from "./report.ts";
import { openDatabase, seed } from "./sending.ts";

const DEFAULT_APPS = 300;
/** How long an idle stack is measured, ms. */
const IDLE_MS = 10_000;
/** How long after the time it is due the send is given to end, ms: two runs of the minute's cron. */
const LIMIT_MS = 150_000;
/** The wait between two requests of a kind, ms. */
const ASK_EVERY_MS = 25;
/** How often this looks into the database, ms: seldom, since it asks nothing meanwhile. */
const LOOK_EVERY_MS = 2_000;
/** When other requests begin to be measured before the send is due, ms. */
const BEFORE_MS = 2_000;

/** A random text, in SQL. */
const NEW_NAME = "lower(hex(randomblob(16)))";

const Made = z.object({ data: z.object({ id: z.int() }) });
const Key = z.object({ data: z.object({ key: z.string() }) });
const Sent = z.object({ sched_id: z.int() });
const Times = z.array(
  z.object({ due: z.int(), started: z.int().nullable(), sent: z.int().nullable() }),
);

const count = Number(process.argv[2] ?? DEFAULT_APPS);

await withPushStack(async (stack) => {
  const { api, stateDir, url } = stack;
  const other = await otherCustomer(stack);
  await makeApps(stack, count);
  console.log(`\none instant send to ${count} apps, a browser each`);
  const idle = await ask(url, other, async () => sleep(IDLE_MS));
  const push = {
    default_lang: "en",
    translations: [{ language: "en", title: "Hello", text: "How are you?", link: "" }],
  };
  const begin = performance.now();
  const wanted = { name: "Many", filters: {}, push };
  let campaign = 0;
  const requested = await ask(url, other, async () => {
    campaign = (await api.post("/api/b/v2/send/instant", wanted, Sent)).sched_id;
    console.log(`the request took ${Math.round(performance.now() - begin)} ms`);
    await sleep(BEFORE_MS);
  });
  const database = openDatabase(stateDir);
  const due = timesOf(database, campaign)[0]?.due ?? 0;
  await sleep(due - BEFORE_MS - Date.now());
  const busy = await ask(url, other, async () => ended(database, campaign, due + LIMIT_MS));
  const times = timesOf(database, campaign);
  database.close();

  header("late");
  const late = (at: number | null) => (at === null ? [] : [at - due]);
  row(
    "started",
    times.flatMap(({ started }) => late(started)),
  );
  row(
    "sent",
    times.flatMap(({ sent }) => late(sent)),
  );
  const open = times.filter(({ sent }) => sent === null).length;
  if (open > 0) console.log(`${open} were not sent`);
  for (const [what, taken] of Object.entries(idle)) {
    header(what);
    const median = row("  idle", taken);
    for (const [when, some] of [
      ["the request's two seconds", requested],
      ["while it is sent", busy],
    ] as const) {
      const meanwhile = some[what] ?? [];
      const busyMedian = row(`  ${when}`, meanwhile);
      const [middle, slow] = [busyMedian / median, p95(meanwhile) / p95(taken)];
      const ratios = `${middle.toFixed(1)} and ${slow.toFixed(1)} times idle`;
      console.log(
        `  of ${meanwhile.length}: p95 ${p95(meanwhile).toFixed(1)} ms; median and p95 ${ratios}`,
      );
    }
  }
});

/** Makes another account, and returns its API key. */
async function otherCustomer({ url, stateDir }: PushStack): Promise<string> {
  const admin = connect(url, readNote(stateDir)?.admin_token ?? "");
  const account = { name: "Other", email: "other@slipway.test", plan: "Unlimited" };
  const { data } = await admin.post("/api/v1/admin/accounts", account, Made);
  const path = `/api/v1/admin/accounts/${data.id}/api-keys`;
  return (await admin.post(path, { name: "Other" }, Key)).data.key;
}

/** Makes an app by the API, copies it in the local database, and gives each copy a browser. */
async function makeApps({ api, providers, stateDir }: PushStack, apps: number): Promise<void> {
  const { data: app } = await api.post("/api/v1/push/apps", { name: "Many" }, PushApp);
  const database = openDatabase(stateDir);
  const copied = (table: string, replaced: Record<string, string>) => {
    const columns = database
      .prepare(`SELECT name FROM pragma_table_info('${table}') WHERE name <> 'id'`)
      .all()
      .map(({ name }) => z.string().parse(name));
    const values = columns.map((column) => replaced[column] ?? `t.${column}`);
    return { columns: columns.join(", "), values: values.join(", ") };
  };
  const newApp = copied("apps", { uuid: NEW_NAME, public_key: NEW_NAME });
  const credential = copied("push_credentials", { app_id: "a.id" });
  database.exec(
    `BEGIN;
     INSERT INTO apps (${newApp.columns}) SELECT ${newApp.values} FROM apps AS t,
       (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${apps - 1}) SELECT i FROM n)
       WHERE t.id = ${app.v1_id};
     INSERT INTO push_credentials (${credential.columns}) SELECT ${credential.values}
       FROM push_credentials AS t, apps AS a WHERE t.app_id = ${app.v1_id} AND a.id > ${app.v1_id};
     COMMIT;`,
  );
  const ids = database.prepare("SELECT id FROM apps WHERE id >= ?").all(app.v1_id);
  database.close();
  const sender = app.vapid_public_key;
  const browsers = await providers.makeSubscriptions({ count: ids.length, sender });
  for (const [at, { endpoint, p256dh, auth }] of browsers.entries()) {
    const subscriber = { platform: "web", provider: "webpush", token: endpoint, p256dh, auth };
    seed(stateDir, z.int().parse(ids[at]?.["id"]), [
      { ...subscriber, platform: "web", provider: "webpush" },
    ]);
  }
}

/** Asks again and again until `work` is done. Returns how long the answers took, ms, by request. */
async function ask(
  url: string,
  token: string,
  work: () => Promise<void>,
): Promise<Record<string, number[]>> {
  const over = new AbortController();
  const taken: Record<string, number[]> = { "GET /healthz": [], "GET /api/v1/account": [] };
  const asking = Object.entries(taken).map(async ([what, times]) => {
    const path = what.slice("GET ".length);
    while (!over.signal.aborted) {
      const begin = performance.now();
      const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${what} was answered ${answer.status}`);
      times.push(performance.now() - begin);
      await sleep(ASK_EVERY_MS);
    }
  });
  try {
    await work();
  } finally {
    over.abort();
  }
  await Promise.all(asking);
  return taken;
}

/** Waits until all notifications of the campaign are sent, or until `limit`, ms. */
async function ended(database: DatabaseSync, campaign: number, limit: number): Promise<void> {
  while (Date.now() < limit) {
    await sleep(LOOK_EVERY_MS);
    if (timesOf(database, campaign).every(({ sent }) => sent !== null)) return;
  }
}

function p95(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;
}

function timesOf(database: DatabaseSync, campaign: number) {
  const found = database
    .prepare(
      `SELECT scheduled_at AS due, started_at AS started, sent_at AS sent FROM campaign_notifications
       JOIN notifications ON id = notification_id WHERE campaign_id = ?`,
    )
    .all(campaign);
  return Times.parse(found);
}
