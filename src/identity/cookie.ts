// The cookie of a session: its name, and what it holds, the session's token with an HMAC of it. better-auth's cookies have
// the same form.
import { createHmac, timingSafeEqual } from "node:crypto";
import { SESSION_MS } from "../domain/people/authenticate-person.ts";
import { SECOND_MS } from "../kit/time.ts";
import type { At } from "./at.ts";

/** How long a session lasts that nobody uses, s. */
export const SESSION_S = SESSION_MS / SECOND_MS;
/**
 * How long browsers keep the cookie, s: as long as they do at most. The database decides whether the session lasts, so that
 * no answer has to set the cookie again.
 */
const COOKIE_S = 400 * 24 * 3600;
/** A token of 32 characters has 190 bits. */
const TOKEN = /^([A-Za-z0-9]{1,64})\.([A-Za-z0-9+/]{43}=)$/;

/**
 * The prefix and attributes of every cookie at this origin, the short-lived ones of better-auth included. With __Host- no
 * other host of the domain can set one.
 */
export function cookies(origin: string) {
  const secure = origin.startsWith("https:");
  const prefix = secure ? "__Host-slipway" : "slipway";
  return { prefix, attributes: { secure, httpOnly: true, sameSite: "lax", path: "/" } } as const;
}

/** Returns the token of the session that a request has; null for none, or one that was not signed with `secret`. */
export function sessionToken({ origin, request }: At, secret: string): string | null {
  const name = sessionName(origin);
  const header = request.headers.get("cookie") ?? "";
  const cookie = header.split(/; */).find((each) => each.startsWith(`${name}=`));
  const [, token, signature] = TOKEN.exec(decoded(cookie?.slice(name.length + 1) ?? "")) ?? [];
  if (token === undefined || signature === undefined) return null;
  const expected = createHmac("sha256", secret).update(token).digest();
  return timingSafeEqual(expected, Buffer.from(signature, "base64")) ? token : null;
}

/** The cookie of a session; unless it is `remembered`, the browser forgets it when it closes. */
export function sessionCookie(
  origin: string,
  secret: string,
  token: string,
  remembered: boolean,
): string {
  return signedCookie(origin, secret, "session_token", token, remembered ? COOKIE_S : null);
}

/** What ends the cookies of a session, and of a sign-in that waits for its second factor. */
export function endedCookies(origin: string): string[] {
  return ["session_token", "dont_remember", "two_factor"].map((name) =>
    written(origin, name, "", 0),
  );
}

/** A cookie as better-auth signs it; with `maxAgeS` null it ends with the browser. */
export function signedCookie(
  origin: string,
  secret: string,
  name: string,
  value: string,
  maxAgeS: number | null,
): string {
  const signature = createHmac("sha256", secret).update(value).digest("base64");
  return written(origin, name, encodeURIComponent(`${value}.${signature}`), maxAgeS);
}

/** The cookies of an answer of better-auth, of which that of the session is kept as long as ours. */
export function cookiesOf(headers: Headers, origin: string): string[] {
  const session = `${sessionName(origin)}=`;
  return headers
    .getSetCookie()
    .map((cookie) =>
      cookie.startsWith(session)
        ? cookie.replace(`Max-Age=${SESSION_S};`, `Max-Age=${COOKIE_S};`)
        : cookie,
    );
}

/** The headers of a request without the cookie of its session. */
export function withoutSession({ origin, request }: At): Headers {
  const headers = new Headers(request.headers);
  const name = `${sessionName(origin)}=`;
  const others = (headers.get("cookie") ?? "")
    .split(/; */)
    .filter((each) => !each.startsWith(name));
  headers.set("cookie", others.join("; "));
  return headers;
}

const sessionName = (origin: string) => `${cookies(origin).prefix}.session_token`;

function written(origin: string, name: string, value: string, maxAgeS: number | null): string {
  const { prefix, attributes } = cookies(origin);
  const age = maxAgeS === null ? "" : `Max-Age=${maxAgeS}; `;
  const secure = attributes.secure ? "Secure; " : "";
  return `${prefix}.${name}=${value}; ${age}Path=/; HttpOnly; ${secure}SameSite=Lax`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
