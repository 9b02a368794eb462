// Private keys in PEM (RFC 7468), as they are pasted from files, JSON and environment variables: with line ends of every
// kind, written out or lost, and with quotes around them. They are stored in one form.

const PASTED = /^-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]*)-----END PRIVATE KEY-----$/;
/** Characters in a line of PEM (RFC 7468 section 2). */
const LINE = /.{1,64}/g;

/**
 * Returns the key in lines of 64 characters that end in a line feed; null if `text` is no private key in PKCS #8 form.
 * Whether it can sign is for signing-key.ts to say.
 */
export function canonicalPem(text: string): string | null {
  const bare = text
    // escapes of JSON and of shells, also where they were escaped twice
    .replaceAll(/\\+[nrt]/g, "\n")
    .replaceAll(/\\+\//g, "/")
    .replaceAll(/\\+u003d/gi, "=")
    .replaceAll(/^[\s"'`,]+|[\s"'`,]+$/g, "");
  const body = PASTED.exec(bare)?.[1]?.replaceAll(/\s/g, "");
  if (!body) return null;
  const lines = body.match(LINE) ?? [];
  return ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
}
