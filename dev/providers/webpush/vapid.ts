// Verifies the VAPID authorisation of a push: RFC 8292 (sections 2, 3 and 4.2), and what real services add
// about `sub` (Apple refuses one at localhost or .invalid).
import { createPublicKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { Bounded } from "../../../src/kit/bounded.ts";
import { verifyJwt } from "../jwt.ts";
import type { World } from "../world.ts";

/** Longest life of a token, s (RFC 8292, section 2). */
const MAX_LIFE_S = 24 * 3_600;
/** How far the sender's clock may be ahead, s. */
const SKEW_S = 60;
/** Authorisations remembered as verified: a good sender uses one for hours. */
const MAX_TOKENS = 1_000;
/** Length of an uncompressed P-256 point, and of each of its coordinates, bytes. */
const POINT_BYTES = 65;
const COORDINATE_BYTES = 32;

const Claims = z.object({ aud: z.string(), exp: z.number(), sub: z.string() });
type Claims = z.infer<typeof Claims>;

/** A sender that proved who it is. */
export interface Sender {
  /** base64url, the `k` parameter. */
  publicKey: string;
}

/** Why it is refused: there is no authorisation at all, it is bad, or its key is not the subscription's. */
export type VapidRefusal = "MissingAuthorization" | "BadJwtToken" | "VapidPkHashMismatch";

/** The parameters of `vapid t=..., k=...` (RFC 8292, section 3), or null. */
function parseHeader(header: string): { t: string; k: string } | null {
  const list = /^vapid\s+(.+)$/i.exec(header)?.[1];
  if (list === undefined) return null;
  const parameters = new Map<string, string>();
  for (const part of list.split(",")) {
    const [, name, value] = /^\s*([a-z]+)\s*=\s*"?([A-Za-z0-9._~+/=-]+)"?\s*$/i.exec(part) ?? [];
    if (name && value) parameters.set(name.toLowerCase(), value);
  }
  const t = parameters.get("t");
  const k = parameters.get("k");
  return t === undefined || k === undefined ? null : { t, k };
}

/** The key of a base64url point, or null when it is none on P-256. */
function readKey(k: string): KeyObject | null {
  const point = Buffer.from(k, "base64url");
  if (point.length !== POINT_BYTES || point[0] !== 4) return null;
  const x = point.subarray(1, 1 + COORDINATE_BYTES).toString("base64url");
  const y = point.subarray(1 + COORDINATE_BYTES).toString("base64url");
  try {
    return createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  } catch {
    return null;
  }
}

/** RFC 8292, section 2.1: a contact, and one that can be reached. */
function isContact(sub: string): boolean {
  const host =
    /^mailto:[^@\s]+@([^@\s]+)$/.exec(sub)?.[1] ?? /^https:\/\/([^/\s:]+)/.exec(sub)?.[1];
  return host !== undefined && host !== "localhost" && !host.endsWith(".invalid");
}

export class Vapid {
  readonly #world: World;
  readonly #audience: string;
  #verified = new Bounded<string, { k: string; claims: Claims }>(MAX_TOKENS);

  /** @param audience the push service's origin, which tokens must name */
  constructor(world: World, audience: string) {
    this.#world = world;
    this.#audience = audience;
  }

  /** @param restrictedTo the only key that may push to the subscription, or null */
  async check(
    header: string | undefined,
    restrictedTo: string | null,
  ): Promise<Sender | VapidRefusal> {
    if (header === undefined) return "MissingAuthorization";
    const verified = this.#verified.get(header) ?? (await this.#verify(header));
    if (verified === null) return "BadJwtToken";
    const { k, claims } = verified;
    const now = Date.now() / 1000;
    if (claims.aud !== this.#audience || !isContact(claims.sub)) return "BadJwtToken";
    if (claims.exp <= now || claims.exp > now + MAX_LIFE_S + SKEW_S) return "BadJwtToken";

    const registered = this.#world.credentials.webpush.get(k);
    if (registered?.revoked) return "VapidPkHashMismatch";
    if (registered && registered.subject !== null && registered.subject !== claims.sub) {
      return "BadJwtToken";
    }
    return restrictedTo === null || restrictedTo === k ? { publicKey: k } : "VapidPkHashMismatch";
  }

  async #verify(header: string): Promise<{ k: string; claims: Claims } | null> {
    const parameters = parseHeader(header);
    const key = parameters && readKey(parameters.k);
    if (!key) return null;
    const verified = await verifyJwt(parameters.t, key, "ES256", Claims);
    if (!verified.ok) return null;
    const k = parameters.k.replace(/=+$/, "");
    const entry = { k, claims: verified.claims };
    this.#verified.put(header, entry);
    return entry;
  }
}
