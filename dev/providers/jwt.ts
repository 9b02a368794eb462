// Verifies a JWT's signature and the form of its claims, and says which of the two failed: what follows from
// a claim's value, each provider decides itself.
import { compactVerify, type CompactJWSHeaderParameters, decodeProtectedHeader } from "jose";
import type { KeyObject } from "node:crypto";
import type { z } from "zod";

export type Verified<T> =
  | { ok: true; header: CompactJWSHeaderParameters; claims: T }
  | { ok: false; reason: "malformed" | "signature" };

/** The header of a JWT that nobody has verified yet, or null when it has none. */
export function peekHeader(token: string): CompactJWSHeaderParameters | null {
  try {
    return decodeProtectedHeader(token) as CompactJWSHeaderParameters;
  } catch {
    return null;
  }
}

/** @param schema of the claims; a JWT with others is malformed */
export async function verifyJwt<T>(
  token: string,
  key: KeyObject,
  algorithm: "RS256" | "ES256",
  schema: z.ZodType<T>,
): Promise<Verified<T>> {
  try {
    const { payload, protectedHeader } = await compactVerify(token, key, {
      algorithms: [algorithm],
    });
    const claims = schema.safeParse(JSON.parse(new TextDecoder().decode(payload)));
    if (!claims.success) return { ok: false, reason: "malformed" };
    return { ok: true, header: protectedHeader, claims: claims.data };
  } catch {
    return { ok: false, reason: "signature" };
  }
}

/** The claims of a JWT that nobody has verified yet, or null. */
export function peekClaims<T>(token: string, schema: z.ZodType<T>): T | null {
  try {
    const part = token.split(".")[1] ?? "";
    return schema.parse(JSON.parse(Buffer.from(part, "base64url").toString()));
  } catch {
    return null;
  }
}
