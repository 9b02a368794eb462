// Where somebody is led after they came in or a form did its work: a page of ours, and nowhere else.

/** Longest path that is taken along, characters. */
const MAX_PATH = 500;

/**
 * Returns the path and query of `text`, an address such as a Referer, if it is at `origin`, and otherwise `fallback`. A path that
 * begins with two slashes names a host where a browser is led to it.
 */
export function samePath(text: string | null, origin: string, fallback = "/dashboard"): string {
  const url = URL.parse(text ?? "");
  if (url?.origin !== origin) return fallback;
  const path = url.pathname + url.search;
  return URL.parse(path, origin)?.origin === origin ? path : fallback;
}

/**
 * Returns the path and query that `text` names, if it is a page of the dashboard, and otherwise `fallback`. It is resolved as
 * browsers do (WHATWG URL), so that //host, /\host and paths with .. are known for what they are.
 */
export function ownPath(text: string | null | undefined, fallback = "/dashboard"): string {
  if (!text || text.length > MAX_PATH || !text.startsWith("/")) return fallback;
  const url = URL.parse(text, "https://own.invalid");
  if (url?.origin !== "https://own.invalid") return fallback;
  const isOurs = url.pathname === "/dashboard" || url.pathname.startsWith("/dashboard/");
  return isOurs ? url.pathname + url.search : fallback;
}
