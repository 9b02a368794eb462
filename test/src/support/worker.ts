// Requests to the Worker under test, and the accounts, keys and apps that tests make with them.
import { env, exports } from "cloudflare:workers";
import { onTestFinished, vi } from "vitest";
import type { Env } from "../../../src/runtime.ts";

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

/** Sends a request and returns the response unread. */
export async function send(method: string, path: string, call: Call = {}): Promise<Response> {
  const headers = new Headers(call.headers);
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

export interface TestAccount {
  id: number;
  /** A key with every right. */
  key: string;
}

/** Opens an account with a key of its own. */
export async function newAccount(
  wanted: { plan?: string; build_credits?: number } = {},
): Promise<TestAccount> {
  const admin = { token: bindings.ADMIN_TOKEN };
  const name = `Tester ${crypto.randomUUID().slice(0, 8)}`;
  const account = await api("POST", "/api/v1/admin/accounts", {
    ...admin,
    json: { name, email: "tester@example.com", ...wanted },
  });
  const { id } = account.body.data;
  return { id, key: await newKey(id) };
}

/** Mints a key for an account. */
export async function newKey(
  accountId: number,
  wanted: { scopes?: string[]; app_ids?: number[]; expires_at?: string } = {},
): Promise<string> {
  const minted = await api("POST", `/api/v1/admin/accounts/${accountId}/api-keys`, {
    token: bindings.ADMIN_TOKEN,
    json: { name: "test", ...wanted },
  });
  return minted.body.data.key;
}

/** Makes an app; returns its object. */
export async function newApp(key: string, wanted: Record<string, unknown> = {}): Promise<any> {
  const made = await api("POST", "/api/v1/apps", {
    token: key,
    json: { name: "My App", url: "https://example.com", ...wanted },
  });
  return made.body.data;
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

/** Waits until `check` holds; for what is done after an answer has been sent. */
export async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the condition never held");
}

/**
 * Moves the clock to the beginning of the next minute, for the rest of the test: the window of a rate limit
 * does not turn while requests are counted.
 */
export function beginMinute(): void {
  const present = Date.now;
  const ahead = MINUTE_MS - (present() % MINUTE_MS);
  const clock = vi.spyOn(Date, "now").mockImplementation(() => present() + ahead);
  onTestFinished(() => clock.mockRestore());
}
