// What benchmarks that count have in common: apps with web push subscribers of any number, and what is sent to them.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Count } from "./counting/counts.ts";
import type { CountingStack } from "./counting-stack.ts";
import { PushApp } from "./push-stack.ts";
import { CONTENT } from "./requests.ts";
import { openDatabase, seed } from "./sending.ts";

/** Subscribers made and inserted at a time. */
const AT_A_TIME = 50_000;
/** The wait after them, ms. */
const SETTLE_MS = 100;
/** How often it is looked whether a run is over, ms. */
const LOOK_EVERY_MS = 500;

const Made = z.object({ data: z.object({ id: z.string() }) });

export interface WebApp {
  uuid: string;
  id: number;
  /** By which devices register. */
  key: string;
  vapidKey: string;
}

/** Makes an app with `size` browsers, inserted directly; `tagsOf` has the tags of the one at a place. */
export async function webApp(
  { api, providers, stateDir }: CountingStack,
  size: number,
  tagsOf: (at: number) => string[] = () => [],
): Promise<WebApp> {
  const { data: app } = await api.post("/api/v1/push/apps", { name: `Web ${size}` }, PushApp);
  // The stand-in knows a browser by the path of its endpoint: these differ in what follows, and share their keys.
  const [browser] = await providers.makeSubscriptions({ count: 1, sender: app.vapid_public_key });
  if (!browser) throw new Error("no browser was made");
  const { endpoint, p256dh, auth } = browser;
  for (let from = 0; from < size; from += AT_A_TIME) {
    const rows = Array.from({ length: Math.min(AT_A_TIME, size - from) }, (_, place) => {
      const at = from + place;
      const keys = { token: `${endpoint}?n=${at}`, p256dh, auth };
      return { platform: "web", provider: "webpush", ...keys, tags: tagsOf(at) } as const;
    });
    seed(stateDir, app.v1_id, rows);
    // Node notices that the server closed idle connections meanwhile, before the next request takes one.
    await sleep(SETTLE_MS);
  }
  const { public_key: key, vapid_public_key: vapidKey } = app;
  return { uuid: app.id, id: app.v1_id, key, vapidKey };
}

/** Sends to all of an app's `size` subscribers, and returns what that took. Throws unless each was sent to. */
export async function countSend(stack: CountingStack, app: WebApp, size: number): Promise<Count[]> {
  let id = "";
  const counts = await stack.count(async () => {
    id = await begin(stack, app);
  });
  const { sent } = resultsOf(stack, id);
  if (sent !== size) throw new Error(`sent ${sent} of ${size}`);
  return counts;
}

/**
 * Begins a send to all of an app's `size` subscribers and cancels it: its run goes through the audience all the same, and
 * writes a result for each. Returns what that took.
 */
export async function countCancelled(
  stack: CountingStack,
  app: WebApp,
  size: number,
): Promise<Count[]> {
  return stack.count(async () => {
    const id = await begin(stack, app);
    await stack.api.post(`${pathOf(app)}/${id}/cancel`, {}, z.unknown());
    const isOver = () => {
      const { sent, failed } = resultsOf(stack, id);
      return sent + failed === size;
    };
    while (!isOver()) await sleep(LOOK_EVERY_MS);
  });
}

function pathOf({ uuid }: WebApp): string {
  return `/api/v1/push/apps/${uuid}/notifications`;
}

async function begin({ api }: CountingStack, app: WebApp): Promise<string> {
  return (await api.post(pathOf(app), { ...CONTENT, send: true }, Made)).data.id;
}

function resultsOf({ stateDir }: CountingStack, id: string): { sent: number; failed: number } {
  const database = openDatabase(stateDir);
  const sql = "SELECT sent_count AS sent, failed_count AS failed FROM notifications WHERE uuid = ?";
  const row = database.prepare(sql).get(id);
  database.close();
  return z.object({ sent: z.int(), failed: z.int() }).parse(row);
}
