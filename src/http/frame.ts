// Frames every request: gives it an id, the headers of all answers, CORS, and one log event.
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { HttpEnv } from "./env.ts";

/** What pages of any origin may call, though never with cookies: these prefixes, and what describes them. */
const OPEN_TO_PAGES = /^\/(?:(?:api|public|channels|sdk)\/|openapi\.json$|docs\/postman\.json$)/;
/** How long a browser may cache the answer to a preflight request, s. */
const PREFLIGHT_MAX_AGE_S = 86_400;
const EXPOSED =
  "etag, x-request-id, x-slipway-bookmark, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, ratelimit, ratelimit-policy, retry-after, www-authenticate, idempotency-replayed";
/** Media types that end in JSON, parameters aside: application/json, application/problem+json, application/x-ndjson. */
const IS_JSON = /^[^;]*json\s*(?:;|$)/i;
/**
 * Has browsers call this host by HTTPS only, for a year after its last answer (RFC 6797), so that nobody between can
 * read a key at a first call by HTTP. It says nothing of subdomains, since other hosts of a domain may not be ours.
 */
const HTTPS_ONLY = "max-age=31536000";
const IS_HTTPS = /^https:/i;
/** A cookie that browsers send by HTTPS only (RFC 6265 section 4.1.2.5). */
const IS_SECURE = /; *secure *(?:;|$)/i;
/** Stands in the log for the route of a request that matches no route. */
const UNKNOWN_ROUTE = "/*";

export const frame: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const started = Date.now();
  const requestId = crypto.randomUUID();
  c.set("requestId", requestId);
  c.set("accountId", 0);
  c.set("quotas", []);
  const isOpen = OPEN_TO_PAGES.test(c.req.path);
  const isPreflight =
    c.req.method === "OPTIONS" && c.req.raw.headers.has("access-control-request-method");
  if (isOpen && isPreflight) c.res = preflight(c.req.raw);
  else await next();

  const { headers } = c.res;
  headers.set("x-request-id", requestId);
  headers.set("x-content-type-options", "nosniff");
  // Answers hold what only their caller may see; those that caches may keep say so themselves.
  if (IS_JSON.test(headers.get("content-type") ?? "") && !headers.has("cache-control")) {
    headers.set("cache-control", "no-store");
  }
  if (IS_HTTPS.test(c.env.connection.publicUrl)) {
    headers.set("strict-transport-security", HTTPS_ONLY);
  }
  if (IS_HTTPS.test(c.env.connection.publicUrl || c.req.url)) secureCookies(headers);
  if (isOpen) {
    headers.set("access-control-allow-origin", "*");
    headers.set("access-control-expose-headers", EXPOSED);
  }
  c.env.connection.log.info("request", {
    id: requestId,
    method: c.req.method,
    // The path is not logged: it may contain codes, tokens and the ids of people.
    route: matchedRoutes(c)[1]?.path ?? UNKNOWN_ROUTE,
    status: c.res.status,
    account: c.var.accountId || null,
    ms: Date.now() - started,
  });
};

/** Where pages are by HTTPS, so are all cookies, also those that hold a theme: nobody between writes the sentence on a page. */
function secureCookies(headers: Headers): void {
  const all = headers.getSetCookie();
  if (all.every((cookie) => IS_SECURE.test(cookie))) return;
  headers.delete("set-cookie");
  for (const cookie of all) {
    headers.append("set-cookie", IS_SECURE.test(cookie) ? cookie : `${cookie}; Secure`);
  }
}

function preflight(request: Request): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
      "access-control-allow-headers":
        request.headers.get("access-control-request-headers") ?? "authorization, content-type",
      "access-control-max-age": String(PREFLIGHT_MAX_AGE_S),
    },
  });
}
