// What tests of builds share: triggering builds, reading what is stored of them, moving the clock, and running
// the alarms of the Durable Objects.
import { listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, vi } from "vitest";
import { api, bindings, type Reply } from "./worker.ts";
import { type Owner } from "./scenario.ts";

export function trigger({ account, app }: Owner, json: unknown = {}): Promise<Reply> {
  return api("POST", `/api/v1/apps/${app.id}/builds`, { token: account.key, json });
}

/** Triggers a build that must start; its id. */
export async function triggered(owner: Owner, json: unknown = {}): Promise<number> {
  const made = await trigger(owner, json);
  if (made.status !== 201) throw new Error(`trigger answered ${made.status}`);
  return made.body.data.id;
}

export async function getBuild({ account }: Owner, id: number): Promise<any> {
  return (await api("GET", `/api/v1/builds/${id}`, { token: account.key })).body.data;
}

export function getLogs({ account }: Owner, id: number): Promise<Reply> {
  return api("GET", `/api/v1/builds/${id}/logs`, { token: account.key });
}

export function cancel({ account }: Owner, id: number): Promise<Reply> {
  return api("POST", `/api/v1/builds/${id}/cancel`, { token: account.key });
}

/** The balance, and the ledger's movements since the opening balance. */
export async function credits({ account }: Owner): Promise<{ balance: number; moved: number[] }> {
  const row = await bindings.DB.prepare("SELECT build_credits FROM accounts WHERE id = ?")
    .bind(account.id)
    .first<{ build_credits: number }>();
  const ledger = await bindings.DB.prepare(
    "SELECT delta FROM credit_ledger WHERE account_id = ? AND (reference LIKE 'build:%' OR reference LIKE 'refund:%') ORDER BY id",
  )
    .bind(account.id)
    .all<{ delta: number }>();
  return { balance: row?.build_credits ?? -1, moved: ledger.results.map((entry) => entry.delta) };
}

/** How many builds the account has in D1, by status. */
export async function statuses({ account }: Owner): Promise<Record<string, number>> {
  const { results } = await bindings.DB.prepare(
    "SELECT status, count(*) AS n FROM builds WHERE account_id = ? GROUP BY status",
  )
    .bind(account.id)
    .all<{ status: string; n: number }>();
  return Object.fromEntries(results.map(({ status, n }) => [status, n]));
}

/** The keys of everything R2 has of an app. */
export async function filesOf(appId: number): Promise<string[]> {
  const { objects } = await bindings.FILES.list({ prefix: `apps/${appId}/` });
  return objects.map((object) => object.key);
}

export function lockOf(appId: number) {
  return bindings.BUILD_LOCK.get(bindings.BUILD_LOCK.idFromName(`app:${appId}`));
}

export function pool() {
  return bindings.BUILDER_POOL.get(bindings.BUILDER_POOL.idFromName("all"));
}

/** Runs the lock's alarm as if its time had come; false when none is set. */
export function runAlarm(appId: number): Promise<boolean> {
  return runDurableObjectAlarm(lockOf(appId));
}

/** Ids of the locks whose alarms are off. */
const silent = new Set<string>();

/**
 * Turns off the alarms of the locks that earlier tests used. On a busy machine they would ring in the middle of a later one,
 * queue their builds in the pool again, and that test's builder would be offered those.
 */
async function silenceLocks(): Promise<void> {
  const locks = bindings.BUILD_LOCK as unknown as DurableObjectNamespace;
  for (const id of await listDurableObjectIds(locks)) {
    if (silent.has(id.toString())) continue;
    silent.add(id.toString());
    await runInDurableObject(locks.get(id), async (_, { storage }) => storage.deleteAlarm());
  }
}

/** Gives every test of a file an empty pool, and a clock that runs on and can be moved ahead. */
export function useTestClock(): { pass: (ms: number) => void } {
  const present = Date.now;
  let ahead = 0;
  beforeEach(async () => {
    ahead = 0;
    vi.spyOn(Date, "now").mockImplementation(() => present() + ahead);
    // Before the pool is emptied, so that nothing is queued in it afterwards.
    await silenceLocks();
    await emptyPool();
  });
  afterEach(() => void vi.restoreAllMocks());
  return { pass: (ms) => void (ahead += ms) };
}

/** Longer than any step of a lock waits to be done again, ms. */
const REDONE_MS = 16_000;

/** A function that lets time pass (by default enough for a step to be done again) and runs an app's lock alarm. */
export function redoing(clock: { pass: (ms: number) => void }) {
  return async ({ app }: Owner, ms = REDONE_MS): Promise<void> => {
    clock.pass(ms);
    await runAlarm(app.id);
  };
}

/** Forgets the builds that other tests left waiting, and all builders. */
export async function emptyPool(): Promise<void> {
  await runInDurableObject(pool(), (_instance, state) => {
    state.storage.sql.exec("DELETE FROM queue");
    state.storage.sql.exec("DELETE FROM builders");
    state.storage.sql.exec("DELETE FROM held");
    state.storage.sql.exec("DELETE FROM served");
  });
}
