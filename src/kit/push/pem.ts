// Private keys in PEM (RFC 7468), as they are pasted from files, JSON and environment variables: with line ends of every
// kind, written out, continued or lost, and with what stood around them. They are stored in one form.

/** A key in a text. What it must not hold is found afterwards, lest a broken key hide another one. */
const KEYS = /-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----/gs;
const BASE64 = /^[A-Za-z0-9+/=]+$/;
/** Characters that nobody sees, which come along from web pages and editors. */
const INVISIBLE = /[\u200B-\u200D\u2060\uFEFF]/g;
/** Characters in a line of PEM (RFC 7468 section 2). */
const LINE = /.{1,64}/g;

/**
 * Returns the private key in PKCS #8 form that `text` holds, in lines of 64 characters that end in a line feed; null if
 * it holds none, or several, of which nobody could say which is meant.
 * Whether it can sign is for signing-key.ts to say.
 */
export function canonicalPem(text: string): string | null {
  const bare = text
    // what was escaped twice
    .replaceAll(/\\{2,}/g, "\\")
    // escapes of JSON and of shells
    .replaceAll(/\\u([\da-f]{4})/gi, (_, code: string) => String.fromCodePoint(parseInt(code, 16)))
    .replaceAll(/\\[nrt]/g, "\n")
    .replaceAll(/\\\//g, "/")
    // lines that go on in the next one
    .replaceAll(/\\(?=\s)/g, "")
    .replaceAll(INVISIBLE, "");
  const [key, ...others] = bare.matchAll(KEYS);
  const body = key?.[1]?.replaceAll(/\s/g, "") ?? "";
  if (others.length > 0 || !BASE64.test(body)) return null;
  const lines = body.match(LINE) ?? [];
  return ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
}
