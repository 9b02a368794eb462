// Verifies APNs provider tokens: a JWT signed with the team's key, at most an hour old, renewed at most every
// 20 minutes. Apple, "Establishing a token-based connection to APNs".
import { z } from "zod";
import { Bounded } from "../../../src/kit/bounded.ts";
import type { ApnsKey } from "../credentials.ts";
import { peekHeader, verifyJwt } from "../jwt.ts";
import type { World } from "../world.ts";
import type { Reason } from "./errors.ts";

/** Oldest provider token, s. */
const MAX_AGE_S = 3_600;
/** Least time between two tokens of one key, s. */
const MIN_RENEWAL_S = 20 * 60;
/** How far the sender's clock may be ahead, s. */
const SKEW_S = 60;
/** Provider tokens remembered as verified. */
const MAX_TOKENS = 1_000;

const Claims = z.object({ iss: z.string(), iat: z.number() });

interface Known {
  key: ApnsKey;
  /** Unix s. */
  iat: number;
  /** The key's when the token was first used. */
  generation: number;
}

export class ProviderTokens {
  #world: World;
  #known = new Bounded<string, Known>(MAX_TOKENS);

  constructor(world: World) {
    this.#world = world;
  }

  /** The key that a request is authorised by, or why it is not. */
  async check(authorization: string | undefined): Promise<ApnsKey | Reason> {
    if (authorization === undefined) return "MissingProviderToken";
    const token = /^bearer (\S+)$/i.exec(authorization)?.[1] ?? "";
    const key = this.#world.credentials.apns.get(peekHeader(token)?.kid ?? "");
    if (!key || key.revoked) return "InvalidProviderToken";
    const iat = this.#find(token, key)?.iat ?? (await this.#verify(token, key));
    if (iat === null) return "InvalidProviderToken";

    const now = Date.now() / 1000;
    if (iat > now + SKEW_S) return "InvalidProviderToken";
    if (iat < now - MAX_AGE_S) return "ExpiredProviderToken";
    // Asked after the wait: a request beside this one may have brought the same token first.
    return this.#refuse(token, key, iat) ?? key;
  }

  /** Takes a verified token, new or known, unless it is expired or came too soon. */
  #refuse(token: string, key: ApnsKey, iat: number): Reason | null {
    const known = this.#find(token, key);
    if (known) return known.generation === key.generation ? null : "ExpiredProviderToken";
    const { newestIat } = key;
    if (newestIat !== null && Math.abs(iat - newestIat) < MIN_RENEWAL_S) {
      return "TooManyProviderTokenUpdates";
    }
    key.newestIat = Math.max(newestIat ?? 0, iat);
    this.#known.put(token, { key, iat, generation: key.generation });
    return null;
  }

  /** What is known of the token; a key registered anew under the same id is another key. */
  #find(token: string, key: ApnsKey): Known | undefined {
    const known = this.#known.get(token);
    return known?.key === key ? known : undefined;
  }

  /** When the token was issued, Unix s; null when it is not this key's and team's. */
  async #verify(token: string, key: ApnsKey): Promise<number | null> {
    const verified = await verifyJwt(token, key.publicKey, "ES256", Claims);
    return verified.ok && verified.claims.iss === key.teamId ? verified.claims.iat : null;
  }
}
