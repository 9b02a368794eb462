// Measures what audiences by tags cost: an estimate as people ask for while they type; one with 38 conditions on tags over
// 10,000 subscribers who have 50 tags each, compared with one of everybody, and another customer's POST /apps meanwhile; the
// page of a send to a tag that 1,000 of 500,000 subscribers have; the rows that registrations write. Subscribers are inserted
// directly into the local database.
//
//   node bench/audience.ts
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { z } from "zod";
import { connect, type Api } from "../dev/api.ts";
import { readNote } from "../dev/state.ts";
import { applyMigrations, type Database } from "../dev/worker/migrate.ts";
import { counted } from "./counted.ts";
import { PushApp, withPushStack, type PushStack } from "./push-stack.ts";
import { header, row } from "./report.ts";
import { seed, type SeededSubscriber } from "./sending.ts";

/** Counts the rows that registrations write. */
const TEST = "test/src/domain/subscribers/tag-blocks.test.ts";

const SUBSCRIBERS = 10_000;
/** How soon the size of an audience of so many is to be there, ms, on an idle stack. */
const SIZE_WITHIN_MS = 300;
const TAGS_EACH = 50;
/** Conditions of an audience: with the two that hold them, as many as are allowed. */
const CONDITIONS = 38;
/** Estimates of each audience; an account may make 60 a minute, so that each case has an account of its own. */
const RUNS = 25;
/** Estimates that are asked for at once while another customer makes apps. They are counted one after the other. */
const AT_ONCE = 10;
/** The app with the rare tag, and who has it. */
const MANY = 500_000;
const FEW = 1_000;
/** Subscribers inserted by one statement. */
const AT_A_TIME = 50_000;

const Made = z.object({ data: z.object({ id: z.int() }) });
const MadeKey = z.object({ data: z.object({ key: z.string() }) });

/** An audience, as far as is needed here. */
type Audience =
  | { type: "all" }
  | { type: "tags"; tags: string[]; match: "any" | "all" }
  | { type: "platform"; platforms: string[] }
  | { type: "segment"; id: string }
  | { type: "all_of" | "any_of" | "not"; of: Audience[] };

/** The Worker's code, loaded by its path alone: the types it needs are not those of Node. */
interface Sources {
  client: { openSession: (database: unknown, start: "primary") => { db: unknown } };
  audience: {
    audiencePage: (
      ctx: { db: unknown },
      appId: number,
      audience: Audience,
      page: { after: number; upTo: number; zones: null; limit: number },
    ) => Promise<{ recipients: unknown[] }>;
  };
}
const SRC = join(import.meta.dirname, "../src");

/** Tags of the subscriber at `at`, such that no two of 200 have the same and every tag is had by many. */
function tagsOf(at: number): string[] {
  return Array.from(
    { length: TAGS_EACH },
    (_, place) => `t${(at * 7 + place * (1 + (at % 3))) % 200}`,
  );
}

const tag = (at: number) => `t${at % 200}`;
const condition = (at: number, match: "any" | "all", count: number): Audience => ({
  type: "tags",
  tags: Array.from({ length: count }, (_, place) => tag(at * 5 + place)),
  match,
});
const conditions = (match: "any" | "all", count: number) =>
  Array.from({ length: CONDITIONS }, (_, at) => condition(at, match, count));

/** Audiences that are bad for what evaluates them one condition and one subscriber at a time. */
const CASES: Record<string, Audience> = {
  "any of 38 that all need 3 tags": { type: "any_of", of: conditions("all", 3) },
  "all of 38 that need any of 100 tags": { type: "all_of", of: conditions("any", 100) },
  "any of 38 tags that nobody has": {
    type: "any_of",
    of: Array.from({ length: CONDITIONS }, (_, at) => ({
      type: "tags",
      tags: [`none${at}`],
      match: "any",
    })),
  },
  "not all of 18, any of 18, in turn": {
    type: "all_of",
    of: [
      { type: "not", of: [{ type: "all_of", of: conditions("any", 40).slice(0, 18) }] },
      { type: "any_of", of: conditions("all", 2).slice(0, 18) },
    ],
  },
};

await withPushStack(async (stack) => {
  await measureSize(stack);
  await measureEstimates(stack);
});
await measurePages();
const written = counted(TEST, "registration|import", "rows-written", z.record(z.string(), z.int()));
console.log("\nrows that registrations write, counted");
for (const [what, count] of Object.entries(written)) console.log(`  ${what.padEnd(42)}${count}`);

/** A new account's API. */
async function newAccount({ url, stateDir }: PushStack, name: string): Promise<Api> {
  const admin = connect(url, readNote(stateDir)?.admin_token ?? "");
  const account = { name, email: `${randomUUID()}@slipway.test`, plan: "Unlimited" };
  const { data } = await admin.post("/api/v1/admin/accounts", account, Made);
  const path = `/api/v1/admin/accounts/${data.id}/api-keys`;
  return connect(url, (await admin.post(path, { name }, MadeKey)).data.key);
}

/** Measures what the audience builder asks for while somebody types: a tree of tags, platforms and a saved segment. */
async function measureSize(stack: PushStack): Promise<void> {
  const api = await newAccount(stack, "Size");
  const { data: app } = await api.post("/api/v1/push/apps", { name: "Tags" }, PushApp);
  seed(stack.stateDir, app.v1_id, people());
  const below = `/api/v1/push/apps/${app.id}`;
  const saved: Audience = { type: "any_of", of: conditions("any", 3).slice(0, 5) };
  const MadeSegment = z.object({ data: z.object({ id: z.string() }) });
  const body = { name: "Saved", targeting: saved };
  const { data: segment } = await api.post(`${below}/segments`, body, MadeSegment);
  const targeting: Audience = {
    type: "all_of",
    of: [
      { type: "segment", id: segment.id },
      { type: "platform", platforms: ["web"] },
      { type: "not", of: [condition(3, "any", 1)] },
    ],
  };
  header(`\n${SUBSCRIBERS} subscribers with ${TAGS_EACH} tags, idle: tags, a platform, a segment`);
  const size = async () => {
    const begin = performance.now();
    await api.post(`${below}/notifications/estimate`, { targeting }, z.unknown());
    return performance.now() - begin;
  };
  const median = row("the size of the audience", await times(RUNS, size));
  console.log(`  ${median <= SIZE_WITHIN_MS ? "within" : "NOT within"} ${SIZE_WITHIN_MS} ms`);
}

async function measureEstimates(stack: PushStack): Promise<void> {
  const other = await newAccount(stack, "Other");
  const makeApp = async () => {
    const begin = performance.now();
    await other.post("/api/v1/apps", { name: "Shop", url: "https://example.com" }, z.unknown());
    return performance.now() - begin;
  };
  header(`\n${SUBSCRIBERS} subscribers with ${TAGS_EACH} tags, ${CONDITIONS} conditions`);
  const idle = row("another customer's POST /apps, idle", await times(RUNS, makeApp));
  for (const [name, targeting] of Object.entries(CASES)) {
    const api = await newAccount(stack, name);
    const { data: app } = await api.post("/api/v1/push/apps", { name: "Tags" }, PushApp);
    seed(stack.stateDir, app.v1_id, people());
    const estimate = async (of: Audience) => {
      const begin = performance.now();
      await api.post(
        `/api/v1/push/apps/${app.id}/notifications/estimate`,
        { targeting: of },
        z.unknown(),
      );
      return performance.now() - begin;
    };
    const [all, bad]: [number[], number[]] = [[], []];
    for (let run = 0; run < RUNS; run += 1) {
      all.push(await estimate({ type: "all" }));
      bad.push(await estimate(targeting));
    }
    const everybody = row("everybody", all);
    console.log(`  ratio ${(row(name, bad) / everybody).toFixed(2)}`);
    // One whose turn does not come in time is refused.
    const asked = times(1, async () => {
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => estimate(targeting).catch(() => 0)),
      );
      return 0;
    });
    const meanwhile = row(`POST /apps beside ${AT_ONCE} of them`, await times(3, makeApp));
    await asked;
    console.log(`  ratio to idle ${(meanwhile / idle).toFixed(2)}`);
  }
}

function people(): SeededSubscriber[] {
  return Array.from({ length: SUBSCRIBERS }, (_, at) => ({
    platform: at % 2 === 0 ? "web" : "android",
    provider: at % 2 === 0 ? "webpush" : "fcm",
    token: randomUUID(),
    p256dh: null,
    auth: null,
    tags: tagsOf(at),
  }));
}

async function times(count: number, measure: () => Promise<number>): Promise<number[]> {
  const taken: number[] = [];
  for (let at = 0; at < count; at += 1) taken.push(await measure());
  return taken;
}

/** Measures pages as the run of a send reads them, on a D1 of its own. */
async function measurePages(): Promise<void> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "export default {}",
      cf: false,
      telemetry: { enabled: false },
      d1Databases: ["DB"],
    }),
  );
  try {
    const database = (await miniflare.getD1Database("DB")) as unknown as Database;
    await applyMigrations(database, join(import.meta.dirname, "../migrations"));
    await insertMany(database);
    const client = (await import(join(SRC, "db/client.ts"))) as Sources["client"];
    const { audiencePage } = (await import(
      join(SRC, "domain/audiences/audience.ts")
    )) as Sources["audience"];
    const ctx = client.openSession(database, "primary");
    header(`\na page of ${FEW} recipients, of ${MANY} subscribers`);
    const range = { after: 0, upTo: Number.MAX_SAFE_INTEGER, zones: null, limit: FEW };
    const rare: Audience = { type: "tags", tags: ["rare"], match: "any" };
    const pages: Record<string, Audience> = {
      everybody: { type: "all" },
      "the tag": rare,
      "the tag, on a platform": {
        type: "all_of",
        of: [rare, { type: "platform", platforms: ["web"] }],
      },
      "not the tag": { type: "not", of: [rare] },
    };
    for (const [name, audience] of Object.entries(pages)) {
      row(
        name,
        await times(RUNS, async () => {
          const begin = performance.now();
          const { recipients } = await audiencePage(ctx, 1, audience, range);
          if (recipients.length === 0) throw new Error("nobody was found");
          return performance.now() - begin;
        }),
      );
    }
  } finally {
    await miniflare.dispose();
  }
}

/** Makes an account with an app whose subscribers have the rare tag, one in so many, and a frequent one. */
async function insertMany(database: Database): Promise<void> {
  await database.batch([
    database.prepare(`INSERT INTO accounts (id, name, email, plan_id, renewal_anchor, renewal_at, created_at)
      VALUES (1, 'Bench', 'bench@slipway.test', 3, 1, 1, 1)`),
    database.prepare(`INSERT INTO apps (id, uuid, account_id, name, platform, url, package_name, version_name,
        version_code, config, created_at, updated_at)
      VALUES (1, 'app', 1, 'Shop', 'android', 'https://example.com', 'com.example', '1', 1, '{}', 1, 1)`),
  ]);
  const insert =
    database.prepare(`INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, tags,
      status, token_since, last_active_at, created_at, updated_at)
    SELECT 'u' || value, 1, 1, iif(value % 2, 'web', 'ios'), iif(value % 2, 'webpush', 'apns'), 't' || value,
      iif(value % ${MANY / FEW} = 7, '["rare","seen"]', '["seen"]'), 'active', 1, 1, 1, 1
    FROM json_each(?)`);
  for (let from = 1; from < MANY; from += AT_A_TIME) {
    const numbers = Array.from({ length: AT_A_TIME }, (_, at) => from + at);
    await insert.bind(JSON.stringify(numbers)).run();
  }
}
