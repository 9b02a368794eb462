// The cookie of a session: its name, and what it holds, the session's token with an HMAC of it.
import { timingSafeEqual } from "node:crypto";

/** How long a session lasts that nobody uses, s. */
export const SESSION_S = 14 * 24 * 3600;

/**
 * The prefix and attributes of every cookie at this origin, the short-lived ones of better-auth included. With __Host- no
 * other host of the domain can set one.
 */
export function cookies(origin: string) {
  const secure = origin.startsWith("https:");
  const prefix = secure ? "__Host-slipway" : "slipway";
  return { prefix, attributes: { secure, httpOnly: true, sameSite: "lax", path: "/" } } as const;
}

/** Returns the token in the session cookie of a request; null for none, or one that was not signed with `secret`. */
export async function sessionToken(
  header: string | null,
  origin: string,
  secret: string,
): Promise<string | null> {
  const name = `${cookies(origin).prefix}.session_token`;
  const cookie = (header ?? "").split(/; */).find((each) => each.startsWith(`${name}=`));
  const value = decoded(cookie?.slice(name.length + 1) ?? "");
  const [, token, signature] = /^([A-Za-z0-9]{1,64})\.([A-Za-z0-9+/]{43}=)$/.exec(value) ?? [];
  if (token === undefined || signature === undefined) return null;
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey(
    "raw",
    bytes.encode(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const expected = Buffer.from(await crypto.subtle.sign("HMAC", key, bytes.encode(token)));
  return timingSafeEqual(expected, Buffer.from(signature, "base64")) ? token : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
