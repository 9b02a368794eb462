// Looks at the counts of wrong credentials, and uses them up.
import { runInDurableObject } from "cloudflare:test";
import { bindings } from "./worker.ts";

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
