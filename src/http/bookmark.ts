// The bookmark header: a client that sends back what its last write answered reads what it wrote,
// wherever it is served (D1 Sessions API).
import type { SessionStart } from "../kit/session.ts";
import { refuse } from "../kit/refusal.ts";
import { json } from "./answer.ts";

export const BOOKMARK_HEADER = "x-slipway-bookmark";

/** D1's bookmarks are hex groups of 8, 8, 8 and 32 digits; anything else never reaches the database. */
const BOOKMARK = /^[0-9a-f]{8}(-[0-9a-f]{8}){2}-[0-9a-f]{32}$/;

/** Where a request's database session starts: its bookmark, else the nearest copy for reads. */
export function requestedSession(request: Request): SessionStart {
  if (!isRead(request)) return "primary";
  const bookmark = request.headers.get(BOOKMARK_HEADER);
  return bookmark !== null && isBookmark(bookmark) ? { bookmark } : "nearest";
}

/** Refuses `malformed` for a read whose bookmark is none; called once the key is known. */
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

/** A JSON answer to a write that an object made, with the bookmark the object's session ended at. */
export function written(status: number, body: unknown, bookmark: string | null): Response {
  return json({ status, body, ...(bookmark ? { headers: { [BOOKMARK_HEADER]: bookmark } } : {}) });
}
