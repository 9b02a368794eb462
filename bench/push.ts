// Web Push through the whole path on the local stack, from the request that creates a notification to its
// status `sent`, against npm web-push sending the same text to the same receiver from Node at its best.
// The receiver is the stand-in push service, in a process of its own, counting only.
//
//   node bench/push.ts [RECIPIENTS ...]       default 1000 10000
import { readFileSync, rmSync } from "node:fs";
import { mkdtempSync, readdirSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import webPush from "web-push";
import { z } from "zod";
import { connect, type Api } from "../dev/api.ts";
import { providersClient, type Subscription } from "../dev/providers/client.ts";
import { CleanUp, startStack } from "../dev/stack.ts";
import { readNote } from "../dev/state.ts";

/** Audiences when none are named. */
const SIZES = [1_000, 10_000];
/** Sends the peer keeps under way; both are tried. */
const PEER_AT_ONCE = [50, 100];
/** Recipients the peer sends to: enough to settle, few enough to be quick. */
const PEER_RECIPIENTS = 5_000;
/** Subscriptions made at once by the stand-in. */
const SUBSCRIPTIONS_AT_ONCE = 10_000;
/** How often the status is looked at, ms: the error of the time measured, bounded by the API's rate limit. */
const LOOK_EVERY_MS = 700;
/** Linux counts a process's time in hundredths of a second. */
const TICK_MS = 10;

const PushApp = z.object({
  data: z.object({
    id: z.string(),
    v1_id: z.int(),
    vapid_public_key: z.string(),
    vapid_private_key: z.string(),
  }),
});
const Notification = z.object({
  data: z.object({
    id: z.string(),
    status: z.string(),
    created_at: z.iso.datetime(),
    sent_at: z.iso.datetime().nullable(),
    stats: z.object({ total_count: z.int(), sent_count: z.int(), failed_count: z.int() }),
  }),
});
const CONTENT = { title: "New Feature Available", body: "Check out our redesigned dashboard." };

const sizes = process.argv.slice(2).map(Number);
const stateDir = mkdtempSync(join(tmpdir(), "slipway-bench-"));
const cleanUp = new CleanUp();
try {
  const options = { once: true, tour: false, fresh: false, stateDir, port: 0 };
  const { url, tokens, providersUrl } = await startStack(options, cleanUp);
  const api = connect(url, tokens.api_token);
  const providers = providersClient(providersUrl);
  await providers.setMode("count");
  const pids = readNote(stateDir)?.pids;
  const workerPid = pids?.worker ?? 0;

  console.log("\nSlipway, create to sent, HTTP to workerd itself, no proxy between");
  let best = 0;
  for (const size of sizes.length > 0 ? sizes : SIZES) {
    const app = (await api.post("/api/v1/push/apps", { name: `Bench ${size}` }, PushApp)).data;
    const subscriptions = await makeSubscriptions(size, app.vapid_public_key);
    seed(stateDir, app.v1_id, subscriptions);
    const cpuBefore = cpuMs(workerPid);
    const begin = performance.now();
    const rate = await send(api, app.id, size);
    const wall = performance.now() - begin;
    const cpu = (cpuMs(workerPid) - cpuBefore) / size;
    best = Math.max(best, rate);
    const memory = residentMiB(workerPid);
    console.log(
      `${size} recipients: ${Math.round(rate)} a second by its own clock (${(wall / 1000).toFixed(1)} s seen), ` +
        `${cpu.toFixed(3)} ms CPU each, workerd ${memory} MiB resident`,
    );
  }

  console.log("\nnpm web-push, generateRequestDetails and node:http with keep-alive");
  const keys = webPush.generateVAPIDKeys();
  const targets = await makeSubscriptions(PEER_RECIPIENTS, keys.publicKey);
  let peerBest = 0;
  for (const atOnce of PEER_AT_ONCE) {
    const before = process.cpuUsage();
    const begin = performance.now();
    await sendAsPeer(targets, keys, atOnce);
    const took = performance.now() - begin;
    const { user, system } = process.cpuUsage(before);
    const rate = (targets.length / took) * 1000;
    peerBest = Math.max(peerBest, rate);
    const cpu = (user + system) / 1000 / targets.length;
    console.log(`${atOnce} at once: ${Math.round(rate)} a second, ${cpu.toFixed(3)} ms CPU each`);
  }
  console.log(`\nratio, ours to web-push's best: ${(best / peerBest).toFixed(2)}`);

  async function makeSubscriptions(count: number, sender: string): Promise<Subscription[]> {
    const made: Subscription[] = [];
    while (made.length < count) {
      const next = Math.min(SUBSCRIPTIONS_AT_ONCE, count - made.length);
      made.push(...(await providers.makeSubscriptions({ count: next, sender })));
    }
    return made;
  }
} finally {
  await cleanUp.run();
  rmSync(stateDir, { recursive: true, force: true });
}

/** Sends to everybody; recipients a second from the request to the end, by the server's own clock. */
async function send(api: Api, appId: string, size: number): Promise<number> {
  const path = `/api/v1/push/apps/${appId}/notifications`;
  const begin = Date.now();
  let { data } = await api.post(path, { ...CONTENT, send: true }, Notification);
  while (data.status === "sending" || data.status === "finalizing") {
    await sleep(LOOK_EVERY_MS);
    ({ data } = await api.get(`${path}/${data.id}`, Notification));
  }
  if (data.stats.sent_count !== size) throw new Error(`sent ${data.stats.sent_count} of ${size}`);
  return (size / (endedAt(stateDir, data.id) - begin)) * 1000;
}

/** Puts subscribers straight into the local database: the API's own door takes 30,000 a minute. */
function seed(folder: string, appId: number, subscriptions: readonly Subscription[]): void {
  const database = open(folder);
  const row = database.prepare("SELECT account_id FROM apps WHERE id = ?").get(appId);
  const insert = database.prepare(
    `INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, p256dh, auth, tags,
       status, token_since, last_active_at, created_at, updated_at)
     VALUES (?, ?, ?, 'web', 'webpush', ?, ?, ?, '[]', 'active', ?, ?, ?, ?)`,
  );
  const now = Date.now();
  database.exec("BEGIN");
  for (const { endpoint, p256dh, auth } of subscriptions) {
    const account = z.int().parse(row?.["account_id"]);
    insert.run(crypto.randomUUID(), account, appId, endpoint, p256dh, auth, now, now, now, now);
  }
  database.exec("COMMIT");
  database.close();
}

/** When a notification ended, ms: the API shows whole seconds. */
function endedAt(folder: string, uuid: string): number {
  const database = open(folder);
  const row = database.prepare("SELECT sent_at FROM notifications WHERE uuid = ?").get(uuid);
  database.close();
  return z.int().parse(row?.["sent_at"]);
}

/** The local D1 as a file. */
function open(folder: string): DatabaseSync {
  const root = join(folder, "worker", "v3", "d1");
  const file = readdirSync(root, { recursive: true, encoding: "utf8" }).find(
    (name) => name.endsWith(".sqlite") && !name.endsWith("metadata.sqlite"),
  );
  if (file === undefined) throw new Error("there is no local database");
  const database = new DatabaseSync(join(root, file));
  database.exec("PRAGMA busy_timeout = 10000");
  return database;
}

async function sendAsPeer(
  targets: readonly Subscription[],
  keys: { publicKey: string; privateKey: string },
  atOnce: number,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const vapidDetails = { subject: "mailto:push@example.com", ...keys };
  const text = JSON.stringify(CONTENT);
  const waiting = targets.values();
  const worker = async () => {
    for (const { endpoint, p256dh, auth } of waiting) {
      const details = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, text, {
        vapidDetails,
        TTL: 86_400,
      });
      await post(agent, details.endpoint, details.headers, details.body);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  agent.destroy();
}

function post(
  agent: Agent,
  endpoint: string,
  headers: Record<string, string>,
  body: Buffer | null,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(endpoint, { agent, method: "POST", headers }, (response) => {
      response.resume();
      response.once("end", () =>
        response.statusCode === 201 ? resolve() : reject(new Error(String(response.statusCode))),
      );
    });
    call.once("error", reject);
    call.end(body);
  });
}

/** Processor time a process has used, ms (proc(5), fields 14 and 15). */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}
