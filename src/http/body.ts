// Reading request bodies within bounds.
import { refuse } from "../kit/refusal.ts";

/** Largest JSON body, bytes: far above any documented request. */
export const MAX_JSON_BYTES = 1024 * 1024;

/**
 * The body's bytes, at most `limit` of them.
 * Refuses `too_large`, by Content-Length before a byte is read where there is one.
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

/** The JSON value in `bytes`; an empty body counts as `{}`. Refuses `malformed`. */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return {};
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return refuse({ code: "malformed", message: "The request body is not valid JSON." });
  }
}
