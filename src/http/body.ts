// Reads request bodies within bounds.
import { jsonFault } from "../kit/json-fault.ts";
import { Unreadable } from "../kit/parse.ts";
import { invalidField, refuse, RefusalError } from "../kit/refusal.ts";

/** Largest JSON body, bytes: far above any documented request. */
const MAX_JSON_BYTES = 1024 * 1024;

/**
 * Most lists, objects and fields of objects in a JSON body, together: the largest documented request, of a thousand
 * subscribers, has 20,000. A body that is full of them would have half a million, and take ten times as long to parse
 * and to check as any other of its size.
 */
const MAX_JSON_PARTS = 40_000;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LIST = 0x5b;
const OBJECT = 0x7b;
const FIELD = 0x3a;

/**
 * Returns the body's bytes, at most `limit` of them. Refuses `too_large`; where there is a Content-Length, before
 * anything is read.
 */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > limit) {
    await request.body?.cancel();
    refuse({ code: "too_large", limit });
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) refuse({ code: "too_large", limit });
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** The bytes and the value of a JSON body; the bytes are null if the value is Unreadable. */
export interface JsonBody {
  bytes: Uint8Array | null;
  value: unknown;
}

/** The body of an operation that takes no body. */
export const NO_BODY: JsonBody = { bytes: new Uint8Array(), value: {} };

/** Reads the request's JSON; an empty body counts as `{}`. An unreadable body is left for the verb to refuse. */
export async function readJson(request: Request): Promise<JsonBody> {
  try {
    const bytes = await readBytes(request, MAX_JSON_BYTES);
    return { bytes, value: parseJson(bytes) };
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    return { bytes: null, value: new Unreadable(error.refusal) };
  }
}

function parseJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return {};
  if (hasTooManyParts(bytes)) {
    const message = `must not hold more than ${MAX_JSON_PARTS} lists, objects and fields`;
    refuse(invalidField(["body"], message));
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    const message = `The request body is not valid JSON: ${jsonFault(bytes)}.`;
    return refuse({ code: "malformed", message });
  }
}

/** Whether the text has more brackets that open, and colons, than a body may have, those in strings left out. */
function hasTooManyParts(bytes: Uint8Array): boolean {
  let left = MAX_JSON_PARTS;
  // Each takes two bytes, or more.
  if (bytes.byteLength <= 2 * left) return false;
  let isInString = false;
  for (let at = 0; at < bytes.byteLength && left >= 0; at++) {
    const byte = bytes[at] ?? 0;
    if (isInString && byte === BACKSLASH) at++;
    else if (byte === QUOTE) isInString = !isInString;
    else if (!isInString && (byte === LIST || byte === OBJECT || byte === FIELD)) left--;
  }
  return left < 0;
}
