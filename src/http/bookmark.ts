// The bookmark header: every write returns a bookmark, and a client that sends it with its next read sees its own
// write, whichever copy of the database serves it (D1 Sessions API).
import type { SessionStart } from "../kit/session.ts";
import { refuse } from "../kit/refusal.ts";
import { json } from "./answer.ts";

export const BOOKMARK_HEADER = "x-slipway-bookmark";

/** D1's bookmarks are groups of 8, 8, 8 and 32 hex digits; nothing else is passed to the database. */
export const BOOKMARK = /^[0-9a-f]{8}(-[0-9a-f]{8}){2}-[0-9a-f]{32}$/;

/**
 * Returns where a request's database session starts: writes at the primary, reads at their bookmark or the nearest
 * copy.
 */
export function requestedSession(request: Request): SessionStart {
  if (!isRead(request)) return "primary";
  const bookmark = request.headers.get(BOOKMARK_HEADER);
  return bookmark !== null && isBookmark(bookmark) ? { bookmark } : "nearest";
}

/** Refuses `malformed` for a read whose header is not a bookmark; called once the caller is authenticated. */
export function requireBookmark(request: Request): void {
  const bookmark = request.headers.get(BOOKMARK_HEADER);
  if (isRead(request) && bookmark !== null && !isBookmark(bookmark)) {
    refuse({ code: "malformed", message: `The ${BOOKMARK_HEADER} header is not a bookmark.` });
  }
}

function isBookmark(text: string): boolean {
  return BOOKMARK.test(text);
}

export function isRead(request: Request): boolean {
  return request.method === "GET" || request.method === "HEAD";
}

/** A JSON answer to a write made by a Durable Object, with the bookmark at which that object's session ended. */
export function written(status: number, body: unknown, bookmark: string | null): Response {
  return json({ status, body, ...(bookmark ? { headers: { [BOOKMARK_HEADER]: bookmark } } : {}) });
}
