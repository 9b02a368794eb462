// Calls of Slipway's API. What is not answered, and what is refused, becomes a failure with the exit code that it has.
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./failure.ts";
import { printable } from "./output.ts";
import type { Access } from "./settings.ts";

/** Longest wait for an answer, ms. */
const TIMEOUT_MS = 30_000;
/** Waits before a call is tried again that got no answer, ms. */
const WAITS_MS = [250, 750, 2000];
/** Longest wait that a 429 may ask for before we give up, s: windows are minutes. */
const MAX_RETRY_AFTER_S = 61;
/** The header by which a read sees the writes before it, whichever copy of the database serves it. */
const BOOKMARK = "x-slipway-bookmark";

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** What a call may have besides its path. */
export interface Sent {
  body?: unknown;
  /** Repeating a POST with the same one makes nothing twice, so it is tried again like a GET. */
  idempotencyKey?: string;
  /** What a call ends for; without, nothing but its timeout. */
  signal?: AbortSignal;
}

/** An answer that came whole. */
interface Answer {
  response: Response;
  text: string;
}

/** Calls one deployment by one key. */
export class Api {
  readonly url: string;
  readonly #key: string;
  /** The newest that was answered. */
  #bookmark: string | null = null;

  constructor({ url, key }: Access) {
    this.url = url;
    this.#key = key;
  }

  /**
   * Returns the JSON of an answer.
   * @throws Failure
   */
  async call<T>(method: Method, path: string, sent: Sent = {}): Promise<T> {
    const canRepeat = method !== "POST" || sent.idempotencyKey !== undefined;
    const waits = canRepeat ? [...WAITS_MS] : [];
    for (;;) {
      const answer = await this.#try(method, path, sent, waits);
      if (answer === null) continue;
      const wait = waits.length === 0 ? null : retryAfterMs(answer.response);
      if (wait === null) return this.#read(answer) as T;
      waits.shift();
      await pause(wait, sent.signal);
    }
  }

  /**
   * Opens a stream of events, whose body the caller reads.
   * @throws Failure where it is refused
   */
  async events(path: string, lastId: string | null, signal: AbortSignal): Promise<Response> {
    const headers = {
      ...this.#headers("GET"),
      accept: "text/event-stream",
      ...(lastId !== null && { "last-event-id": lastId }),
    };
    const response = await this.#fetch(path, { headers, signal });
    if (response.ok && response.headers.get("content-type")?.startsWith("text/event-stream")) {
      return response;
    }
    this.#read(await this.#whole(response));
    throw this.#noService("answered a stream of events by something else");
  }

  /** The answer; null once a failed attempt has been waited for. One that breaks off has failed, since its id is lost. */
  async #try(
    method: Method,
    path: string,
    { body, idempotencyKey, signal }: Sent,
    waits: number[],
  ): Promise<Answer | null> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await this.#fetch(path, {
        method,
        headers: {
          ...this.#headers(method),
          ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      return await this.#whole(response);
    } catch (error) {
      signal?.throwIfAborted();
      const wait = waits.shift();
      if (wait === undefined) throw error;
      await pause(wait, signal);
      return null;
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      const response = await fetch(this.url + path, { ...init, redirect: "manual" });
      this.#bookmark = response.headers.get(BOOKMARK) ?? this.#bookmark;
      return response;
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw this.#noService(reasonOf(error));
    }
  }

  /** Reads an answer to its end. */
  async #whole(response: Response): Promise<Answer> {
    try {
      return { response, text: await response.text() };
    } catch (error) {
      if (error instanceof Failure) throw error;
      const timedOut = error instanceof Error && error.name === "TimeoutError";
      throw this.#noService(timedOut ? reasonOf(error) : "broke off in its answer");
    }
  }

  #headers(method: Method): Record<string, string> {
    return {
      authorization: `Bearer ${this.#key}`,
      "user-agent": "slipway-cli",
      ...(method === "GET" && this.#bookmark !== null && { [BOOKMARK]: this.#bookmark }),
    };
  }

  #read({ response, text }: Answer): unknown {
    if (response.status >= 300 && response.status < 400) {
      const to = printable(response.headers.get("location") ?? "another address");
      throw this.#noService(`leads to ${to}: sign in to that`);
    }
    const body = jsonOf(text);
    if (body === undefined) throw this.#noService(`answered ${response.status} without JSON`);
    if (response.ok) return body;
    throw refusal(response, body);
  }

  #noService(what: string): Failure {
    return new Failure("unavailable", `No answer from Slipway: ${this.url} ${what}.`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The failure that a refusal of the API is. Its own sentence is what people read. */
function refusal(response: Response, body: unknown): Failure {
  const { status, headers } = response;
  const message = sentenceOf(body, status);
  const facts = { status, ...codeOf(body) };
  const challenge = headers.get("www-authenticate") ?? "";
  if (status === 401) {
    const why = /error_description="([^"]*)"/.exec(challenge)?.[1];
    const because = why === undefined ? "" : ` ${printable(why)}.`;
    return new Failure("key", `The key is refused.${because} Do: slipway login`, facts);
  }
  if (status === 403 && challenge.includes("insufficient_scope")) {
    const scope = /scope="([^"]*)"/.exec(challenge)?.[1];
    const lacking = scope === undefined ? message : `It lacks the scope ${printable(scope)}.`;
    return new Failure("key", `The key may not do this. ${lacking}`, facts);
  }
  if (status === 429) return new Failure("unavailable", `Too many requests: ${message}`, facts);
  if (status >= 500) return new Failure("unavailable", `Slipway can't just now: ${message}`, facts);
  return new Failure("failed", message, facts);
}

/** The sentences of a refusal in either API's form, with what is wrong with which field. */
function sentenceOf(body: unknown, status: number): string {
  const { message, error, errors, details } = Object(body) as Record<string, unknown>;
  if (errors !== undefined)
    return Object.values(Object(errors)).flat().map(String).map(printable).join(" ");
  const given = [message, error].find((each) => typeof each === "string");
  const said = printable(given ?? `answered ${status}`);
  const sentence = /[.!?]$/.test(said) ? said : `${said}.`;
  if (details === undefined) return sentence;
  const fields = Object.entries(Object(details) as Record<string, unknown>).map(
    ([field, phrases]) => `${field} ${[phrases].flat().join(", ")}`,
  );
  return printable(`${sentence.slice(0, -1)}: ${fields.join("; ")}.`);
}

function codeOf(body: unknown): { code?: string } {
  const { error, message } = Object(body) as Record<string, unknown>;
  return typeof error === "string" && typeof message === "string" ? { code: error } : {};
}

/** How long a refusal for haste asks us to wait, ms; null for any other answer, and for longer than a minute. */
function retryAfterMs({ status, headers }: Response): number | null {
  if (status !== 429) return null;
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return seconds >= 0 && seconds <= MAX_RETRY_AFTER_S ? seconds * 1000 : null;
}

/** Why nothing was answered, in the words of what lies below. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `said nothing for ${TIMEOUT_MS / 1000} s`;
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return `can't be reached${code}`;
}

/** Waits, unless the signal ends it: then it throws the signal's reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
