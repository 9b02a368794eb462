// Handles one request by HTTP/1.1 or HTTP/2: reads the body, applies scripted faults, passes it to the provider,
// sends the answer, and updates the counts of the door.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import type { AnsweredFault, Faults } from "./faults.ts";
import type { Ledger } from "./ledger.ts";

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/** A request as a provider sees it. */
export interface Call {
  method: string;
  /** Path after the provider's prefix, without query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A provider's answer. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON, or as text where it is one; none: an empty body. */
  body?: unknown;
  /** The reason of a refusal, as it is counted; null for a success. */
  reason: string | null;
}

/** One provider's entrance. */
export interface Door {
  faults: Faults;
  ledger: Ledger;
  handle: (call: Call) => Answer | Promise<Answer>;
  /** Makes the provider's own answer for a scripted 429 or 5xx. */
  fault: (fault: AnsweredFault) => Answer;
}

/**
 * The whole body.
 * @param limit bytes kept; what comes after is read and thrown away
 * @returns null when the body was longer, or the client left in the middle
 */
export function readBody(request: Incoming, limit: number): Promise<Buffer | null> {
  const { promise, resolve } = Promise.withResolvers<Buffer | null>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  });
  request.on("end", () => resolve(size <= limit ? Buffer.concat(chunks, size) : null));
  request.on("error", () => resolve(null));
  request.on("aborted", () => resolve(null));
  return promise;
}

/** Writes the answer. A client that has left is not an error. */
export function send(response: Outgoing, answer: Answer): void {
  if (response.destroyed || response.writableEnded) return;
  const { body = "" } = answer;
  const isText = typeof body === "string";
  const text = isText ? body : JSON.stringify(body);
  const headers: Record<string, string | number> = { ...answer.headers };
  if (text !== "") {
    headers["content-type"] = `${isText ? "text/plain" : "application/json"}; charset=UTF-8`;
  }
  headers["content-length"] = Buffer.byteLength(text);
  // The two classes have this call in common, but TypeScript sees two lists of overloads.
  (response as ServerResponse).writeHead(answer.status, headers).end(text);
}

function reset(request: Incoming): void {
  if ("stream" in request) request.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else request.socket.resetAndDestroy();
}

/** The answer to a body that is too long. */
const TOO_LARGE: Answer = { status: 413, body: { error: "too large" }, reason: "TooLarge" };

/**
 * Serves one request at a door.
 * @param path after the provider's prefix, without query
 * @param limit longest body read, bytes
 */
export async function serve(
  door: Door,
  path: string,
  limit: number,
  request: Incoming,
  response: Outgoing,
): Promise<void> {
  const { faults, ledger } = door;
  ledger.begin();
  response.on("close", () => ledger.end());
  const body = await readBody(request, limit);
  const { latency_ms: latency } = faults.settings;
  if (latency > 0) await delay(latency, undefined, { ref: false });

  const fault = faults.strike();
  if (fault !== null) {
    ledger.struck(fault.kind);
    if (fault.kind === "hang") return;
    if (fault.kind === "reset") return reset(request);
    return send(response, door.fault(fault));
  }
  const { method = "", headers } = request;
  const answer = body === null ? TOO_LARGE : await door.handle({ method, path, headers, body });
  ledger.answered(answer.reason);
  return send(response, answer);
}
