// Serves a file of R2, whole or in ranges (RFC 9110 sections 8.8, 14).
import type { Ctx } from "../domain/context.ts";
import { refuse } from "../kit/refusal.ts";
import { isKept } from "./etag.ts";

/**
 * Answers a GET or HEAD with the file under `key` and the given headers, and with what `If-None-Match` and, of a GET,
 * `Range` and `If-Range` ask for. Refuses `artifact_not_found`.
 */
export async function serveFile(
  ctx: Ctx,
  key: string,
  request: Request,
  given: Record<string, string>,
): Promise<Response> {
  const headers = new Headers({ ...given, "accept-ranges": "bytes" });
  const known = (await ctx.files.head(key)) ?? refuse({ code: "artifact_not_found" });
  headers.set("etag", known.httpEtag);
  if (isKept(request, known.httpEtag)) {
    return new Response(null, { status: 304, headers });
  }
  if (request.method === "HEAD") {
    headers.set("content-length", String(known.size));
    return new Response(null, { headers });
  }
  const range = requestedRange(request, known);
  if (range === "unsatisfiable") {
    headers.delete("content-type");
    headers.set("content-range", `bytes */${known.size}`);
    return new Response(null, { status: 416, headers });
  }
  const object = await ctx.files.get(key, range ? { range } : {});
  if (object === null) return refuse({ code: "artifact_not_found" });
  headers.set("content-length", String(range ? range.length : known.size));
  if (!range) return new Response(object.body, { headers });
  const last = range.offset + range.length - 1;
  headers.set("content-range", `bytes ${range.offset}-${last}/${known.size}`);
  return new Response(object.body, { status: 206, headers });
}

/**
 * Returns the requested range, or null to send the whole file: without a Range, for several ranges or an unknown unit
 * or form, and for an If-Range that names another version (RFC 9110 sections 13.1.5, 14.2).
 */
function requestedRange(
  request: Request,
  { size, httpEtag }: R2Object,
): { offset: number; length: number } | "unsatisfiable" | null {
  const ifRange = request.headers.get("if-range");
  if (ifRange !== null && ifRange !== httpEtag) return null;
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(request.headers.get("range") ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return null;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { offset: size - length, length };
  }
  const offset = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < offset) return null;
  return offset >= size ? "unsatisfiable" : { offset, length: end - offset + 1 };
}
