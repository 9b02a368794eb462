// Requests of those who have no API key, with JSON in and out, and waiting for what takes a moment.
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import type { Stack } from "../stack.ts";

/** How often it is looked at whether something is there, ms, and for how long. */
const LOOK_EVERY_MS = 200;
const WITHIN_MS = 60_000;

/**
 * Sends a request, a POST where there is a body.
 * @throws when it is refused
 */
export async function ask<T>(
  { url }: Stack,
  path: string,
  answer: z.ZodType<T>,
  request: { headers?: Record<string, string>; body?: unknown; method?: string },
): Promise<T> {
  const { headers = {}, body, method = body === undefined ? "GET" : "POST" } = request;
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${url}${path}`, { method, headers, ...json });
  if (!response.ok) throw new Error(`${path} was answered ${await response.text()}`);
  return answer.parse(await response.json());
}

/**
 * Waits until `isSo`.
 * @throws when it takes too long
 */
export async function waitFor(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + WITHIN_MS; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
    if (await isSo()) return;
  }
  throw new Error(`Waited in vain for ${what}.`);
}
