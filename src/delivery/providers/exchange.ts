// Makes one request to a provider and reads the answer, bounded in time and size. It does not follow redirects, which
// would carry the credential elsewhere, and its errors contain no address or header.

/** Longest wait for an answer with its body, ms: a slow provider must not hold up a batch. */
export const SEND_TIMEOUT_MS = 10_000;
/** Most bytes read of an answer's body: every provider's errors are much shorter. */
export const MAX_ANSWER_BYTES = 4096;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The answer, with the first MAX_ANSWER_BYTES of its body, or why there is none. */
export type Exchange =
  | { answered: true; status: number; headers: Headers; body: string }
  | { answered: false; reason: "timeout" | "network error" };

export type Answer = Extract<Exchange, { answered: true }>;

/** Posts `init.body` to `url`. Never throws; the answer's body is always drained or cancelled. */
export async function exchange(
  fetch: Fetch,
  url: string,
  init: { headers: Record<string, string>; body: BodyInit },
): Promise<Exchange> {
  const signal = AbortSignal.timeout(SEND_TIMEOUT_MS);
  try {
    const response = await unlessAborted(
      signal,
      fetch(url, { ...init, method: "POST", redirect: "manual", signal }),
    );
    // A status counts even if the body fails, since a repeated request would send the message twice. The body of a
    // success is needed only from the token endpoint, which answers in JSON.
    const body = isBare(response)
      ? discard(response)
      : await readBounded(response, signal).catch(() => "");
    return { answered: true, status: response.status, headers: response.headers, body };
  } catch {
    return { answered: false, reason: signal.aborted ? "timeout" : "network error" };
  }
}

/** Parses `body` as JSON. Returns undefined if it is not JSON. */
export function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Whether the answer is a success without a JSON body. */
function isBare(response: Response): boolean {
  return response.ok && !response.headers.get("content-type")?.includes("json");
}

function discard(response: Response): "" {
  // Not awaited, since it can't change the result.
  response.body?.cancel().catch(() => undefined);
  return "";
}

async function readBounded(response: Response, signal: AbortSignal): Promise<string> {
  if (response.body === null) return "";
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let left = MAX_ANSWER_BYTES;
  try {
    while (left > 0) {
      const { done, value } = await unlessAborted(signal, reader.read());
      if (done) return text;
      text += decoder.decode(value.subarray(0, left), { stream: true });
      left -= value.byteLength;
    }
    return text;
  } finally {
    // Not awaited, since a stream that does not end must not hold up the send.
    reader.cancel().catch(() => undefined);
  }
}

/** Settles like `work`, or rejects if `signal` aborts first, even if `work` ignores the signal. */
async function unlessAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new Error("aborted"));
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
