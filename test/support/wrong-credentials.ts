// Looks at the counts of wrong credentials, uses them up, and sees which counters requests ask for.
import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { createApp } from "../../src/api/app.ts";
import { connect } from "../../src/runtime.ts";
import { bindings, ORIGIN, type Call } from "./worker.ts";

/** Wrong credentials that an address may send in a minute. */
export const LIMIT = 100;

/** The object that counts under `name`. */
export function counter(name: string) {
  return bindings.RATE_LIMITER.get(bindings.RATE_LIMITER.idFromName(name));
}

/** What is counted under `name` in this minute. */
export async function hitsOf(name: string): Promise<number> {
  return runInDurableObject(counter(name), (_instance, { storage }) => {
    return storage.kv.get<{ count: number }>("window")?.count ?? 0;
  });
}

/** The wrong credentials of an address in this minute. */
export async function counted(address: string): Promise<number> {
  return hitsOf(`wrong-credentials:${address}`);
}

/** Counts as many wrong credentials as leave an address `left` further ones in this minute. */
export async function guessALot(address: string, left = 0): Promise<void> {
  const missing = LIMIT - left - (await counted(address));
  const object = counter(`wrong-credentials:${address}`);
  // Side by side, they are written once.
  await Promise.all(Array.from({ length: missing }, async () => object.hit()));
}

/**
 * Sends requests to a Worker of their own, and notes the names of the counters that count them. The stored objects would not
 * tell: a count is on disk some time after its answer, so that one of an earlier test may come to light during this one.
 */
export function notingCounters() {
  const app = createApp();
  const names = new Set<string>();
  const ask = async (method: string, path: string, call: Pick<Call, "headers" | "json">) => {
    const { rateLimiter, ...connection } = connect(bindings, createExecutionContext());
    const noted = (name: string) => {
      names.add(name);
      return rateLimiter(name);
    };
    const { headers = {}, json } = call;
    const body = json === undefined ? null : JSON.stringify(json);
    const request = new Request(ORIGIN + path, { method, headers, body });
    const { status } = await app(request, { ...connection, rateLimiter: noted });
    return { status };
  };
  return { ask, names: () => [...names] };
}
