// One request to a provider and its whole answer, bounded in time and size. Refuses to follow redirects,
// which would carry the credential elsewhere, and to name an address or a header in an error.

/** Longest wait for an answer, and then for its body, ms: a slow provider must not hold up a batch. */
export const SEND_TIMEOUT_MS = 10_000;
/** How much of an answer's body is read, bytes: every provider's error fits many times over. */
export const MAX_ANSWER_BYTES = 4096;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** `status`, `headers` and the first MAX_ANSWER_BYTES of `body`; or why there is no answer. */
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
    // Once a status is there it counts, whatever happens to the body: sending again would repeat it. What
    // says yes says nothing more that is needed but by the token endpoint, in JSON.
    const body = isBare(response)
      ? discard(response)
      : await readBounded(response, signal).catch(() => "");
    return { answered: true, status: response.status, headers: response.headers, body };
  } catch {
    return { answered: false, reason: signal.aborted ? "timeout" : "network error" };
  }
}

/** `body` as JSON; undefined when it is none. */
export function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Whether the answer is a yes without a JSON body. */
function isBare(response: Response): boolean {
  return response.ok && !response.headers.get("content-type")?.includes("json");
}

function discard(response: Response): "" {
  // not awaited: it has no effect on what has ended
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
    // not awaited: a stream that won't end must not hold the send up; no effect on one that has ended
    reader.cancel().catch(() => undefined);
  }
}

/** Settles as `work` does, or rejects when `signal` aborts first, even if `work` does not heed it. */
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
