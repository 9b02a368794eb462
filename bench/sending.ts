// What benchmarks of sending share: they insert subscribers directly into the local database, time sends by the
// server's own clock, and measure the resources that workerd used.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Api } from "../dev/api.ts";
import { readNote } from "../dev/state.ts";
import { eachOf } from "./at-once.ts";
import { cpuMs } from "./cpu.ts";
import { CONTENT } from "./requests.ts";

/** How often the status is read, ms: the push API allows 100 requests a minute. */
const LOOK_EVERY_MS = 700;

const Notification = z.object({
  data: z.object({ id: z.string(), status: z.string(), stats: z.object({ sent_count: z.int() }) }),
});

export interface SeededSubscriber {
  platform: "web" | "android";
  provider: "webpush" | "fcm";
  /** The token, or the endpoint. */
  token: string;
  p256dh: string | null;
  auth: string | null;
  /** None, if left out. */
  tags?: readonly string[];
}

/** Sends to the app's `size` subscribers, prints the figures and returns recipients a second. */
export async function measureSend(
  api: Api,
  stateDir: string,
  appId: string,
  size: number,
): Promise<number> {
  const pid = readNote(stateDir)?.pids.worker ?? 0;
  const path = `/api/v1/push/apps/${appId}/notifications`;
  const cpuBefore = cpuMs(pid);
  const begin = Date.now();
  let { data } = await api.post(path, { ...CONTENT, send: true }, Notification);
  while (data.status === "sending" || data.status === "finalizing") {
    await sleep(LOOK_EVERY_MS);
    ({ data } = await api.get(`${path}/${data.id}`, Notification));
  }
  if (data.stats.sent_count !== size) throw new Error(`sent ${data.stats.sent_count} of ${size}`);
  const cpu = (cpuMs(pid) - cpuBefore) / size;
  const rate = (size / (endedAt(stateDir, data.id) - begin)) * 1000;
  const used = `${cpu.toFixed(3)} ms CPU each, workerd ${residentMiB(pid)} MiB resident`;
  console.log(`${size} recipients: ${Math.round(rate)} a second, ${used}`);
  return rate;
}

/** Inserts subscribers directly into the local database, since the API accepts only 30,000 a minute. */
export function seed(stateDir: string, appId: number, rows: readonly SeededSubscriber[]): void {
  const database = openDatabase(stateDir);
  const app = database.prepare("SELECT account_id FROM apps WHERE id = ?").get(appId);
  const account = z.int().parse(app?.["account_id"]);
  const insert = database.prepare(
    `INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, p256dh, auth, tags,
       status, token_since, last_active_at, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?, ?, ?, ?)`,
  );
  const now = Date.now();
  const times = [now, now, now, now] as const;
  database.exec("BEGIN");
  for (const { platform, provider, token, p256dh, auth, tags = [] } of rows) {
    const uuid = crypto.randomUUID();
    const had = JSON.stringify(tags);
    insert.run(uuid, account, appId, platform, provider, token, p256dh, auth, had, ...times);
  }
  database.exec("COMMIT");
  database.close();
}

/** Runs `send` on each of `items`, `atOnce` at a time. Prints the figures and returns items a second. */
export async function measurePeer<Item>(
  name: string,
  items: readonly Item[],
  atOnce: number,
  send: (item: Item) => Promise<void>,
): Promise<number> {
  const before = process.cpuUsage();
  const begin = performance.now();
  await eachOf(items, atOnce, send);
  const rate = (items.length / (performance.now() - begin)) * 1000;
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1000 / items.length;
  console.log(
    `${name}, ${atOnce} at once: ${Math.round(rate)} a second, ${cpu.toFixed(3)} ms CPU each`,
  );
  return rate;
}

/** Returns when a notification ended, ms, from the database, since the API shows whole seconds. */
function endedAt(stateDir: string, uuid: string): number {
  const database = openDatabase(stateDir);
  const row = database.prepare("SELECT sent_at FROM notifications WHERE uuid = ?").get(uuid);
  database.close();
  return z.int().parse(row?.["sent_at"]);
}

/** The local D1 as a file. */
export function openDatabase(stateDir: string): DatabaseSync {
  const root = join(stateDir, "worker", "v3", "d1");
  const file = readdirSync(root, { recursive: true, encoding: "utf8" }).find(
    (name) => name.endsWith(".sqlite") && !name.endsWith("metadata.sqlite"),
  );
  if (file === undefined) throw new Error("there is no local database");
  const database = new DatabaseSync(join(root, file));
  database.exec("PRAGMA busy_timeout = 10000");
  return database;
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}

/** The size of the local D1, bytes. */
export function databaseBytes(stateDir: string): number {
  const database = openDatabase(stateDir);
  const sql = "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size";
  const row = database.prepare(sql).get();
  database.close();
  return z.int().parse(row?.["bytes"]);
}
