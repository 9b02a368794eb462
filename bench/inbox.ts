// Measures on the local stack what devices without an address cost another customer when they ask for their lists: how long
// the other's requests take while nobody asks, while as many ask a second as 100,000 do in an hour, and while 2,000 ask in
// one moment. Each device has a list of ten.
//
//   node bench/inbox.ts
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { connect } from "../dev/api.ts";
import { readNote } from "../dev/state.ts";
import { cpuMs } from "./cpu.ts";
import { PushApp, withPushStack, type PushStack } from "./push-stack.ts";
import { header, row } from "./report.ts";
import { measureSend, openDatabase } from "./sending.ts";

const DEVICES = 2_000;
/** Network addresses that the devices are behind: each is a Durable Object, whose file the local stack makes anew. */
const ADDRESSES = 40;
/** Notifications in each list. */
const ENTRIES = 10;
/** How many ask a second, where 100,000 do in an hour. */
const A_SECOND = 28;
/** How long the other customer is measured beside nobody, and beside those, ms. */
const MEASURED_MS = 15_000;
/** The wait between two requests of the other customer, ms. */
const ASK_EVERY_MS = 25;
const SECOND_MS = 1000;

const Made = z.object({ data: z.object({ id: z.int() }) });
const MadeKey = z.object({ data: z.object({ key: z.string() }) });
const List = z.object({ data: z.array(z.unknown()) });

interface Device {
  token: string;
  /** Its network address. */
  address: string;
}

await withPushStack(async (stack) => {
  const { data: app } = await stack.api.post("/api/v1/push/apps", { name: "Silent" }, PushApp);
  const devices = seedDevices(stack, app.v1_id);
  console.log(`\n${DEVICES} devices without an address get ${ENTRIES} notifications`);
  for (let count = 0; count < ENTRIES; count += 1) {
    await measureSend(stack.api, stack.stateDir, app.id, DEVICES);
  }
  const other = await newOther(stack);
  header("another customer's requests");
  const idle = await beside(other, async () => sleep(MEASURED_MS));
  const median = row("nobody asks", idle);
  const steady: number[] = [];
  const hourly = await beside(other, async () => askSteadily(stack, devices, steady));
  report(hourly, idle, median, `${A_SECOND} ask a second`);
  const burst: number[] = [];
  const pid = readNote(stack.stateDir)?.pids.worker ?? 0;
  const cpuBefore = cpuMs(pid);
  let rate = 0;
  const meanwhile = await beside(other, async () => {
    const begin = performance.now();
    await Promise.all(devices.map(async (device) => burst.push(await ask(stack, device))));
    rate = DEVICES / ((performance.now() - begin) / SECOND_MS);
  });
  report(meanwhile, idle, median, `${DEVICES} ask at once`);
  header("lists");
  row(`of ${steady.length}, ${A_SECOND} a second`, steady);
  row(`of ${DEVICES} at once`, burst);
  const load = ((A_SECOND / rate) * 100).toFixed(0);
  const cpu = (cpuMs(pid) - cpuBefore) / DEVICES;
  const ofCore = ((A_SECOND * cpu) / SECOND_MS) * 100;
  console.log(
    `${Math.round(rate)} lists a second at once, ${cpu.toFixed(1)} ms CPU each; 100,000 an hour, ${A_SECOND} a second, ` +
      `are ${load} % of that and ${ofCore.toFixed(0)} % of a core`,
  );
});

/** Prints how long the other customer's requests took, and how much that is of an idle stack's. */
function report(
  taken: readonly number[],
  idle: readonly number[],
  idleMedian: number,
  name: string,
): void {
  const median = row(name, taken);
  const ratios = `${(median / idleMedian).toFixed(1)} and ${(p95(taken) / p95(idle)).toFixed(1)}`;
  console.log(
    `  of ${taken.length}: p95 ${p95(taken).toFixed(1)} ms (idle ${p95(idle).toFixed(1)}); median and p95 ${ratios} times idle`,
  );
}

/** Inserts the devices directly into the local database: one address may register 200 a minute. */
function seedDevices({ stateDir }: PushStack, appId: number): Device[] {
  const database = openDatabase(stateDir);
  const found = database.prepare("SELECT account_id FROM apps WHERE id = ?").get(appId);
  const account = z.int().parse(found?.["account_id"]);
  const insert = database.prepare(
    `INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, tags, status, secret_hash,
       token_since, last_active_at, created_at, updated_at)
     VALUES (?, ?, ?, 'android', 'inbox', '[]', 'active', ?, ?, ?, ?, ?)`,
  );
  const now = Date.now();
  database.exec("BEGIN");
  const devices = Array.from({ length: DEVICES }, (_, place): Device => {
    const token = `sw_sub_${randomBytes(32).toString("base64url")}`;
    const hash = createHash("sha256").update(token).digest("hex");
    insert.run(randomUUID(), account, appId, hash, now, now, now, now);
    return { token, address: `10.0.0.${place % ADDRESSES}` };
  });
  database.exec("COMMIT");
  database.close();
  return devices;
}

/** Asks for the device's list; returns how long that took, ms. */
async function ask({ url }: PushStack, { token, address }: Device): Promise<number> {
  const begin = performance.now();
  const answer = await fetch(`${url}/public/subscribers/me/notifications`, {
    headers: { authorization: `Bearer ${token}`, "cf-connecting-ip": address },
  });
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(`a device was answered ${answer.status}`);
  const { data } = List.parse(body);
  if (data.length !== ENTRIES) throw new Error(`a list had ${data.length} entries`);
  return performance.now() - begin;
}

/** Has A_SECOND devices ask a second, evenly, whether or not those before have their answer. */
async function askSteadily(
  stack: PushStack,
  devices: readonly Device[],
  taken: number[],
): Promise<void> {
  const asking: Promise<unknown>[] = [];
  const begin = performance.now();
  for (const [place, device] of devices.entries()) {
    const at = (place * SECOND_MS) / A_SECOND;
    if (at >= MEASURED_MS) break;
    await sleep(Math.max(0, begin + at - performance.now()));
    asking.push(ask(stack, device).then((ms) => taken.push(ms)));
  }
  await Promise.all(asking);
}

/** Another customer's request, again and again. */
type Other = () => Promise<void>;

async function newOther({ url, stateDir }: PushStack): Promise<Other> {
  const admin = connect(url, readNote(stateDir)?.admin_token ?? "");
  const account = { name: "Other", email: `${randomUUID()}@slipway.test`, plan: "Unlimited" };
  const { data } = await admin.post("/api/v1/admin/accounts", account, Made);
  const keys = `/api/v1/admin/accounts/${data.id}/api-keys`;
  const { key } = (await admin.post(keys, { name: "Other" }, MadeKey)).data;
  const api = connect(url, key);
  const app = (await api.post("/api/v1/apps", { name: "Other", url: "https://example.com" }, Made))
    .data;
  // Not by `api`, which gives up after a while.
  return async () => {
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(`${url}/api/v1/apps/${app.id}`, { headers });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`another customer was answered ${answer.status}`);
  };
}

/** Repeats the other customer's request until `work` is done; returns how long each took, ms. */
async function beside(other: Other, work: () => Promise<void>): Promise<number[]> {
  const over = new AbortController();
  const taken: number[] = [];
  const asking = async () => {
    while (!over.signal.aborted) {
      const begin = performance.now();
      await other();
      taken.push(performance.now() - begin);
      await sleep(ASK_EVERY_MS);
    }
  };
  const asked = asking();
  try {
    await work();
  } finally {
    over.abort();
  }
  await asked;
  return taken;
}

function p95(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;
}
