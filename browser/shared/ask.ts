// Requests to the API, and their refusals.
import type { Refusal, RefusalCode } from "../api.ts";

/** Longest that an answer is waited for, ms: no other tab registers meanwhile. */
const MAX_WAIT_MS = 20_000;

/** A refusal, with the status of the answer that it comes from. */
export interface RefusedAnswer extends Refusal {
  status?: number;
}

export function refusal(code: RefusalCode, message: string): RefusedAnswer {
  return Object.assign(new Error(message), { code });
}

/**
 * Asks the API at the origin `api`, and returns the `data` of its answer. Refuses with a `Refusal`.
 * @param headers that prove who asks
 */
export async function ask<Data>(
  api: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: object,
): Promise<Data> {
  let answer;
  let told;
  try {
    answer = await fetch(`${api}/public/${path}`, {
      method,
      headers: body ? { ...headers, "content-type": "application/json" } : headers,
      signal: AbortSignal.timeout(MAX_WAIT_MS),
      ...(body && { body: JSON.stringify(body) }),
    });
    told = (await answer.json()) as { data: Data; message: string; details?: object };
  } catch {
    throw refusal("offline", "the service can't be reached");
  }
  if (answer.ok) return told.data;
  const { status } = answer;
  const isLater = status > 499 || status === 429;
  const code = isLater ? "offline" : status === 404 ? "not_found" : "invalid";
  const { message, details } = told;
  const said = details ? `${message} ${JSON.stringify(details)}` : message;
  throw Object.assign(refusal(code, said), { status });
}
