// Says whether what a client has kept is still what it would get, by entity tags (RFC 9110 sections 8.8.3 and 13.1.2).

/** An entity tag without its mark of weakness: there may be commas in it. */
const TAG = /"[^"]*"/g;

/** Whether the request's If-None-Match names `etag`, in a list or alone, weak or strong, or names anything by `*`. */
export function isKept(request: Request, etag: string): boolean {
  const named = request.headers.get("if-none-match")?.trim() ?? "";
  return named === "*" || (named.match(TAG)?.some((tag) => tag === etag) ?? false);
}
