// Sends one HTTP request to the API, bounded in time and size, without redirects and retries. Faults become ApiFault.
import { ApiFault } from "./faults.ts";

/** Longest wait by a Retry-After header, ms, since a wrong one must not stop a builder for days. */
const MAX_RETRY_AFTER_MS = 300_000;

export interface HttpRequest {
  method: "GET" | "POST" | "PUT";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Uint8Array<ArrayBuffer>;
  /** For the whole exchange, answer body included, ms. */
  timeoutMs: number;
  /** Size of the largest accepted answer, bytes. */
  maxAnswerBytes: number;
  /** Ends the exchange early. Its reason is thrown. */
  signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  status: number;
  body: Uint8Array;
  /** How long the API asked to wait before the next request, ms. */
  retryAfterMs: number | null;
}

/**
 * Sends one request and reads the whole answer, whatever its status below 300 or from 400 on.
 * Throws a transient ApiFault when the network fails or the time is over, another ApiFault for a redirect or an answer
 * that is too large, and the signal's reason when the caller gives up.
 */
export async function exchange(request: HttpRequest): Promise<HttpAnswer> {
  const { signal, timeoutMs } = request;
  signal?.throwIfAborted();
  const stop = new AbortController();
  const giveUp = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", giveUp, { once: true });
  const timer = setTimeout(() => stop.abort(timeoutFault(timeoutMs)), timeoutMs);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      redirect: "manual",
      signal: stop.signal,
    });
    const body = await readBounded(response, request.maxAnswerBytes);
    if (response.status >= 300 && response.status < 400) {
      throw new ApiFault(
        `the API answered with a redirect (${response.status}), which is refused`,
        {
          status: response.status,
          code: null,
          transient: false,
        },
      );
    }
    const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), Date.now());
    return { status: response.status, body, retryAfterMs };
  } catch (error) {
    if (error instanceof ApiFault) throw error;
    if (stop.signal.aborted) throw stop.signal.reason;
    throw networkFault(error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

/** Retry-After in either form (RFC 9110 section 10.2.3) to ms from `nowMs`; null when absent or malformed. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), MAX_RETRY_AFTER_MS);
}

async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    // Leaving the loop by throwing also cancels the rest of the body.
    if (size > maxBytes) throw tooLargeFault(response.status, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function timeoutFault(timeoutMs: number): ApiFault {
  const message = `no whole answer within ${Math.round(timeoutMs)} ms`;
  return new ApiFault(message, { status: null, code: "timeout", transient: true });
}

function tooLargeFault(status: number, maxBytes: number): ApiFault {
  const message = `the answer is larger than ${maxBytes} bytes`;
  return new ApiFault(message, { status, code: null, transient: false });
}

/** Node hides the system's error code in the cause; its text may quote the request, so only the code is kept. */
function networkFault(error: unknown): ApiFault {
  const cause = error instanceof Error ? error.cause : undefined;
  const code =
    typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
      ? cause.code
      : "network";
  return new ApiFault(`the API could not be reached (${code})`, {
    status: null,
    code,
    transient: true,
  });
}
