// Sends the calls of the protocol: adds the builder token, distinguishes expected statuses from refusals, and retries
// calls that may succeed later. No other file knows the API's URL and the token.
import { refusal } from "./answers.ts";
import { exchange } from "./http.ts";
import type { HttpAnswer, HttpRequest } from "./http.ts";
import { errorFields } from "./log.ts";
import type { Log } from "./log.ts";
import { retrying } from "./retry.ts";
import type { Bounds } from "./retry.ts";
import type { Timing } from "./timing.ts";

/** Largest JSON answer, bytes: a job with its certificate chain is some tens of KiB. */
const MAX_JSON_BYTES = 1024 * 1024;

/** One request of the protocol. */
export interface ApiCall {
  method: HttpRequest["method"];
  /** Below /builder/v1. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array<ArrayBuffer>;
  /** The expected statuses. Others throw. */
  expect: readonly number[];
  timeoutMs: number;
  maxAnswerBytes?: number;
}

/** Both throw ApiFault, LeaseEnded or the signal's reason. */
export interface Api {
  once(call: ApiCall, signal?: AbortSignal): Promise<HttpAnswer>;
  retried(call: ApiCall, bounds: Bounds): Promise<HttpAnswer>;
}

export interface ApiOptions {
  /** Origin and path prefix, without a trailing slash. */
  apiUrl: string;
  token: string;
  timing: Timing;
  log: Log;
  /** Called whenever the API has answered as expected. */
  heard?: () => void;
}

export function createApi({ apiUrl, token, timing, log, heard }: ApiOptions): Api {
  const once: Api["once"] = async (call, signal) => {
    const answer = await exchange({
      method: call.method,
      url: `${apiUrl}/builder/v1${call.path}`,
      headers: { authorization: `Bearer ${token}`, ...call.headers },
      ...(call.body === undefined ? {} : { body: call.body }),
      timeoutMs: call.timeoutMs,
      maxAnswerBytes: call.maxAnswerBytes ?? MAX_JSON_BYTES,
      signal,
    });
    if (!call.expect.includes(answer.status)) throw refusal(answer);
    heard?.();
    return answer;
  };

  const retried: Api["retried"] = (call, bounds) => {
    const attempt = () => {
      const left = Math.max(1, bounds.deadline - performance.now());
      return once({ ...call, timeoutMs: Math.min(call.timeoutMs, left) }, bounds.signal);
    };
    const backoff = { baseMs: timing.backoffBase, maxMs: timing.backoffMax };
    return retrying(attempt, bounds, backoff, (fault, delayMs) =>
      log("warn", "request_retried", {
        request: `${call.method} ${call.path}`,
        retry_in_ms: Math.round(delayMs),
        ...errorFields(fault),
      }),
    );
  };

  return { once, retried };
}

/** A JSON request body with its media type. */
export function jsonBody(value: unknown): Pick<ApiCall, "body" | "headers"> {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
