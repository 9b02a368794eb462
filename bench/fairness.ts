// Measures on the local stack how long one customer's single push takes while another sends to endpoints that hang: alone,
// right behind the other's first send, and behind its second, when the Worker knows the hosts to be slow.
//
//   node bench/fairness.ts [CASE ...]       default: all cases
import { createECDH, randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { connect, type Api } from "../dev/api.ts";
import { loadSecrets } from "../dev/state.ts";
import { PushApp, withPushStack, type PushStack } from "./push-stack.ts";
import { CONTENT } from "./requests.ts";
import { seed, type SeededSubscriber } from "./sending.ts";

/** The hostile customer's recipients. */
const MANY = 600;
/** How long the other's batches get into the queue before the single push is sent, ms. */
const HEAD_START_MS = 500;
/** Longest wait for the push, ms. */
const GIVEN_UP_MS = 300_000;

const Created = z.object({ data: z.object({ id: z.int() }) });
const CreatedKey = z.object({ data: z.object({ key: z.string() }) });
const Notification = z.object({ data: z.object({ id: z.string() }) });

/** Receivers on some ports: what is sent to a path that begins with /hang gets no answer. */
class Receivers {
  readonly #servers: Server[] = [];
  readonly #arrivals = new Map<string, (at: number) => void>();

  async listen(ports: number): Promise<number[]> {
    const opened = Array.from({ length: ports }, async () => {
      const server = createServer((request, response) => {
        const path = request.url ?? "";
        this.#arrivals.get(path)?.(performance.now());
        request.resume();
        if (!path.startsWith("/hang")) response.writeHead(201).end();
      });
      this.#servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return (server.address() as AddressInfo).port;
    });
    return Promise.all(opened);
  }

  /** Resolves with the time of the next request to `path`, ms. */
  async arrival(path: string): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#arrivals.set(path, resolve);
    return Promise.race([promise, sleep(GIVEN_UP_MS, Infinity, { ref: false })]);
  }

  close(): void {
    for (const server of this.#servers) server.close().closeAllConnections();
  }
}

/** A kind of hostile endpoints: where recipient number `place` is. */
interface Case {
  name: string;
  ports: number;
  endpoint: (place: number, ports: readonly number[]) => string;
}

const at = (port: number | undefined, path: string) => `http://127.0.0.1:${port}/${path}`;

const CASES: Case[] = [
  {
    name: "one port",
    ports: 1,
    endpoint: (place, [port]) => at(port, `hang/${place}`),
  },
  {
    name: "every other on five ports",
    ports: 5,
    endpoint: (place, ports) => at(ports[place % 5], `${place % 2 ? "hang" : "ok"}/${place}`),
  },
  {
    name: "five ports one after the other",
    ports: 5,
    endpoint: (place, ports) => at(ports[Math.floor((place / MANY) * 5)], `hang/${place}`),
  },
  {
    name: "as many ports",
    ports: MANY,
    endpoint: (place, ports) => at(ports[place], `hang/${place}`),
  },
  {
    name: "as many names that do not resolve",
    ports: 0,
    endpoint: (place) => `https://push-${place}.nowhere.example.net/${place}`,
  },
];

const named = process.argv.slice(2);

await withPushStack(async (stack) => {
  const receivers = new Receivers();
  try {
    const [port] = await receivers.listen(1);
    const single = await newSender(stack, "Single", [at(port, "single")]);
    const once = () => timed(receivers, single);
    await once();
    console.log(`alone: ${await once()} ms`);
    for (const one of CASES) {
      if (named.length > 0 && !named.includes(one.name)) continue;
      const ports = await receivers.listen(one.ports);
      const endpoints = Array.from({ length: MANY }, (_, place) => one.endpoint(place, ports));
      const hostile = await newSender(stack, one.name, endpoints);
      const first = await behind(hostile, once);
      const known = await behind(hostile, once);
      console.log(`${one.name}: at first ${first} ms, once known ${known} ms`);
    }
  } finally {
    receivers.close();
  }
});

/** Sends to the hostile endpoints, and then measures. */
async function behind(hostile: Sender, measure: () => Promise<number>): Promise<number> {
  await hostile.send();
  await sleep(HEAD_START_MS);
  return measure();
}

/** How long a push takes from the request that creates it until it arrives, ms. */
async function timed(receivers: Receivers, single: Sender): Promise<number> {
  const arrival = receivers.arrival("/single");
  const begin = performance.now();
  await single.send();
  return Math.round((await arrival) - begin);
}

interface Sender {
  /** Sends to all endpoints. */
  send: () => Promise<unknown>;
}

/** A new customer with an app whose browsers have these endpoints. */
async function newSender(
  { url, stateDir }: PushStack,
  name: string,
  endpoints: readonly string[],
): Promise<Sender> {
  const api = await newCustomer(url, stateDir, name);
  const app = (await api.post("/api/v1/push/apps", { name }, PushApp)).data;
  const browser = createECDH("prime256v1");
  const p256dh = browser.generateKeys("base64url");
  const auth = randomBytes(16).toString("base64url");
  const browsers = endpoints.map((token): SeededSubscriber => {
    return { platform: "web", provider: "webpush", token, p256dh, auth };
  });
  seed(stateDir, app.v1_id, browsers);
  const path = `/api/v1/push/apps/${app.id}/notifications`;
  return { send: async () => api.post(path, { ...CONTENT, send: true }, Notification) };
}

async function newCustomer(url: string, stateDir: string, name: string): Promise<Api> {
  const admin = connect(url, loadSecrets(stateDir).ADMIN_TOKEN);
  const email = `${randomBytes(8).toString("hex")}@slipway.test`;
  const account = { name, email, plan: "Unlimited" };
  const { data } = await admin.post("/api/v1/admin/accounts", account, Created);
  const keys = `/api/v1/admin/accounts/${data.id}/api-keys`;
  const key = await admin.post(keys, { name }, CreatedKey);
  return connect(url, key.data.key);
}
