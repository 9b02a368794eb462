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

/** What becomes of the body of a success, which only the endpoint of tokens says anything in. */
export type SuccessBody =
  /** It is read, as those of refusals are. */
  | "read"
  /**
   * It is read and forgotten, so that the connection can be used again. Nobody waits for it, since whoever stops waiting for a
   * success would send the message twice. It is not bounded in size: for trusted hosts.
   */
  | "drained"
  /** It is cancelled, which costs a connection if there is one. */
  | "cancelled";

export interface Post {
  headers: Record<string, string> | Headers;
  body: BodyInit;
  successBody: SuccessBody;
}

/**
 * Posts `body` to `url`. Never throws; the answer's body is always drained or cancelled, perhaps later. `fetch` has to reject, and to break
 * off the answer's body, as soon as its signal aborts, as the Fetch standard says: to watch the signal beside it would cost
 * more than all else that is done here.
 */
export async function exchange(fetch: Fetch, url: string, post: Post): Promise<Exchange> {
  const { headers, body, successBody } = post;
  const signal = AbortSignal.timeout(SEND_TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal,
    });
    const { status, headers: answered } = response;
    if (response.ok && successBody !== "read") {
      leave(response, successBody);
      return { answered: true, status, headers: answered, body: "" };
    }
    // A status counts even if the body fails, since a repeated request would send the message twice.
    const text = await readBounded(response).catch(() => "");
    return { answered: true, status, headers: answered, body: text };
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

/** Drains or cancels a body that nobody reads. It is not awaited, since it can't change the result. */
function leave(response: Response, successBody: "drained" | "cancelled"): void {
  // To cancel even an empty body takes its time.
  if (response.headers.get("content-length") === "0") return;
  if (successBody === "drained") response.arrayBuffer().catch(() => undefined);
  else response.body?.cancel().catch(() => undefined);
}

async function readBounded(response: Response): Promise<string> {
  if (response.body === null) return "";
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let left = MAX_ANSWER_BYTES;
  try {
    while (left > 0) {
      const { done, value } = await reader.read();
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
