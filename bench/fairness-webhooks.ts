// Measures how long one customer's webhook waits on the local stack for another's 600 deliveries: alone, when nothing is
// known of the other's receivers yet, and once some of them were slow. The receivers are in this process.
//
//   node bench/fairness-webhooks.ts
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { connect, type Api } from "../dev/api.ts";
import { readNote } from "../dev/state.ts";
import { PushApp, withPushStack, type PushStack } from "./push-stack.ts";
import { header, row } from "./report.ts";

/** Webhooks of the busy customer's app: the most that one can have. */
const WEBHOOKS = 20;
/** Subscribers of an import, each an event for every webhook: 100 deliveries. */
const IMPORTED = 5;
/** Imports of a round: 600 deliveries. */
const IMPORTS = 6;
/** Tests of the other customer's webhook in a round, one a second. */
const ASKED = 8;
const ASK_EVERY_MS = 1_000;
/** The wait until the receivers that hang are known to be slow, ms: longer than an attempt takes. */
const UNTIL_KNOWN_MS = 12_000;
/** Longest that a delivery is waited for, ms. */
const LIMIT_MS = 200_000;

const Made = z.object({ data: z.object({ id: z.int() }) });
const Key = z.object({ data: z.object({ key: z.string() }) });
const Id = z.object({ data: z.object({ id: z.string() }) });

/** Receivers: paths that begin with /hang are never answered. They note when other paths were asked. */
const asked = new Map<string, PromiseWithResolvers<number>>();
const servers: Server[] = [];
/** Opens a receiver on a port of its own, at all addresses of this machine. */
async function open(): Promise<number> {
  const server = createServer((request, response) => {
    const { url = "" } = request;
    if (url.startsWith("/hang")) return;
    request.resume();
    asked.get(url)?.resolve(performance.now());
    response.end();
  });
  servers.push(server);
  server.listen(0);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Where the busy customer's webhooks are, by case. */
async function cases(): Promise<Record<string, string[]>> {
  const urls = (each: (at: number) => string) =>
    Array.from({ length: WEBHOOKS }, (_, at) => each(at));
  const port = await open();
  const ports = [port, await open(), await open(), await open(), await open()];
  return {
    "all answer": urls((at) => `http://127.0.0.1:${port}/well-${at}`),
    "all hang, on one host": urls((at) => `http://127.0.0.1:${port}/hang-${at}`),
    "every other hangs, on five ports": urls(
      (at) =>
        `http://127.0.0.1:${ports[at % ports.length]}/${at % 2 === 0 ? "hang" : "well"}-${at}`,
    ),
    "all hang, on twenty hosts": urls((at) => `http://127.0.1.${at + 1}:${port}/hang-${at}`),
  };
}

await withPushStack(async (stack) => {
  const other = connect(stack.url, await newKey(stack, "other"));
  const url = `http://127.0.0.1:${await open()}/other`;
  const test = `${await newWebhook(other, await newApp(other), url, "build.failed")}/test`;
  await askOne(other, test);
  header("another's webhook arrives after");
  row("alone", await askSome(other, test));
  for (const [name, urls] of Object.entries(await cases())) {
    const busy = connect(stack.url, await newKey(stack, name));
    const app = await newApp(busy);
    for (const each of urls) await newWebhook(busy, app, each, "subscriber.created");
    header(name);
    await burst(busy, app);
    row("  at first", await askSome(other, test));
    await sleep(UNTIL_KNOWN_MS);
    await burst(busy, app);
    row("  once known", await askSome(other, test));
  }
});
for (const server of servers) {
  server.closeAllConnections();
  server.close();
}

/** Makes an account, and returns its API key. */
async function newKey({ url, stateDir }: PushStack, name: string): Promise<string> {
  const admin = connect(url, readNote(stateDir)?.admin_token ?? "");
  const email = `${crypto.randomUUID()}@slipway.test`;
  const account = { name, email, plan: "Unlimited" };
  const { data } = await admin.post("/api/v1/admin/accounts", account, Made);
  return (await admin.post(`/api/v1/admin/accounts/${data.id}/api-keys`, { name }, Key)).data.key;
}

async function newApp(api: Api): Promise<string> {
  return (await api.post("/api/v1/push/apps", { name: "Hooks" }, PushApp)).data.id;
}

/** Makes a webhook, and returns its path. */
async function newWebhook(api: Api, app: string, url: string, event: string): Promise<string> {
  const path = `/api/v1/push/apps/${app}/webhooks`;
  return `${path}/${(await api.post(path, { url, events: [event] }, Id)).data.id}`;
}

/** Has the app emit its events. */
async function burst(api: Api, app: string): Promise<void> {
  const path = `/api/v1/push/apps/${app}/subscribers/bulk`;
  const imports = Array.from({ length: IMPORTS }, async () => {
    const subscribers = Array.from({ length: IMPORTED }, () => {
      return { platform: "android", provider: "fcm", token: `fcm:${crypto.randomUUID()}` };
    });
    await api.post(path, { subscribers }, z.unknown());
  });
  await Promise.all(imports);
}

/** Tests the other's webhook some times. Returns how long each delivery took to arrive, ms. */
async function askSome(api: Api, test: string): Promise<number[]> {
  const taken: number[] = [];
  for (let count = 0; count < ASKED; count += 1) {
    taken.push(await askOne(api, test));
    await sleep(ASK_EVERY_MS);
  }
  return taken;
}

async function askOne(api: Api, test: string): Promise<number> {
  const arrived = Promise.withResolvers<number>();
  asked.set("/other", arrived);
  const begin = performance.now();
  await api.post(test, {}, z.unknown());
  const late = sleep(LIMIT_MS, null, { ref: false }).then(() => {
    throw new Error("a delivery did not arrive");
  });
  return (await Promise.race([arrived.promise, late])) - begin;
}
