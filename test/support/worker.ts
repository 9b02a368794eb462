// The public surfaces: requests to the Worker under test, and looks behind them.
import { env, exports } from "cloudflare:workers";
import { onTestFinished, vi } from "vitest";
import type { Env } from "../../src/runtime.ts";
import { PATIENCE_MS } from "./patience.ts";

export const bindings = env as unknown as Env & { ADMIN_TOKEN: string };
const worker = exports as unknown as { default: Fetcher };

const MINUTE_MS = 60_000;

export const ORIGIN = "https://slipway.test";

export interface Reply<Body = any> {
  status: number;
  headers: Headers;
  body: Body;
}

export interface Call {
  /** Bearer token. */
  token?: string;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
}

/** How many addresses were given. Files share the workerd's global scope and its counters, but not this module. */
const given = ((globalThis as { given?: { addresses: number } }).given ??= { addresses: 0 });

/** An IPv4 address that nothing else has. */
export function newAddress(): string {
  const number = given.addresses++;
  return `10.${number & 255}.${(number >> 8) & 255}.${(number >> 16) & 255}`;
}

const newHost = () => `push.${crypto.randomUUID().slice(0, 8)}.example.com`;

/** Where requests come from that do not say it. */
let address = newAddress();
/** The push service whose endpoints browsers have. */
let pushHost = newHost();

/**
 * Gives requests another address, and browsers another push service: the limits that count by address begin anew, and
 * the Worker has not looked up the service's host before.
 */
export function moveElsewhere(): void {
  address = newAddress();
  pushHost = newHost();
}

/** A new endpoint of the push service. */
export function newEndpoint(): string {
  return `https://${pushHost}/send/${crypto.randomUUID()}`;
}

/** Sends a request and returns the response unread. */
export async function send(method: string, path: string, call: Call = {}): Promise<Response> {
  const headers = new Headers(call.headers);
  if (!headers.has("cf-connecting-ip")) headers.set("cf-connecting-ip", address);
  if (call.token !== undefined) headers.set("authorization", `Bearer ${call.token}`);
  const body = call.json === undefined ? call.body : JSON.stringify(call.json);
  return worker.default.fetch(
    new Request(path.startsWith("http") ? path : ORIGIN + path, {
      method,
      headers,
      redirect: "manual",
      ...(body === undefined ? {} : { body }),
    }),
  );
}

/** Sends a request and reads its JSON answer. */
export async function api(method: string, path: string, call: Call = {}): Promise<Reply> {
  const response = await send(method, path, call);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? null : JSON.parse(text),
  };
}

/** Sends a request as an operator. */
export async function admin(method: string, path: string, json?: unknown): Promise<Reply> {
  return api(method, `/api/v1/admin${path}`, {
    token: bindings.ADMIN_TOKEN,
    ...(json === undefined ? {} : { json }),
  });
}

/** Rows of the database, to see what the API does not show. */
export async function rows(query: string, ...values: unknown[]): Promise<any[]> {
  const { results } = await bindings.DB.prepare(query)
    .bind(...values)
    .all();
  return results;
}

/**
 * Waits until `check` holds; for what is done after an answer has been sent. `check` looks at the database or at
 * what arrived, since requests are limited.
 */
export async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the condition did not hold within ${PATIENCE_MS} ms`);
}

/**
 * Moves the clock to the beginning of the next minute, for the rest of the test: the window of a rate limit
 * does not turn while requests are counted. Returns what moves it to the next one.
 */
export function beginMinute(): () => void {
  const present = Date.now;
  let ahead = MINUTE_MS - (present() % MINUTE_MS);
  const clock = vi.spyOn(Date, "now").mockImplementation(() => present() + ahead);
  onTestFinished(() => clock.mockRestore());
  return () => void (ahead += MINUTE_MS);
}
