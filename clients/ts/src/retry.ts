// Sends a request again that was refused for now, if that can't do anything twice. Waits are bounded in number and length.

/** Refusals that a later repetition may not meet. */
export const REFUSED_FOR_NOW: readonly number[] = [429, 503];
/** Longest wait that is spent here, ms: rate limits count whole minutes. Who is to wait longer gets the refusal. */
const MAX_WAIT_MS = 61_000;
/** The first wait where the answer has no Retry-After, ms; each further one is twice as long. */
const FIRST_WAIT_MS = 1_000;

/**
 * Waits.
 * @throws the signal's reason as soon as it is aborted
 */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
  signal.throwIfAborted();
}

/** What `Retry-After` asks for, ms: it is seconds or a date (RFC 9110 section 10.2.3). Null when it is absent or neither. */
export function retryAfter(response: Response): number | null {
  const text = response.headers.get("retry-after") ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

/** Whether sending the request again can't do anything twice. */
function isRepeatable({ method, headers }: Request): boolean {
  return method === "GET" || method === "HEAD" || headers.has("idempotency-key");
}

/** Returns `send` with up to `retries` repetitions of what may be repeated. */
export function retrying(
  send: (request: Request) => Promise<Response>,
  retries: number,
): (request: Request) => Promise<Response> {
  return async (request) => {
    for (let attempt = 0; ; attempt += 1) {
      const isLast = attempt >= retries || !isRepeatable(request);
      const response = await send(isLast ? request : request.clone());
      if (isLast || !REFUSED_FOR_NOW.includes(response.status)) return response;
      const wait = retryAfter(response) ?? FIRST_WAIT_MS * 2 ** attempt;
      if (wait > MAX_WAIT_MS) return response;
      // nobody reads it, and its connection is wanted again
      await response.body?.cancel();
      await pause(wait, request.signal);
    }
  };
}
