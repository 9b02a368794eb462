// Mints the bearer token of a credential.
import type { Ctx } from "../domain/context.ts";
import {
  credentialById,
  openCredential,
  type OpenCredential,
} from "../domain/subscribers/credentials.ts";
import { MINUTE_MS, SECOND_MS } from "../kit/time.ts";
import { keyFingerprint, mintAccessToken, mintProviderToken } from "./providers/index.ts";
import type { ProviderDeps } from "./providers/index.ts";

/** The share of its lifetime for which a token is used, so that messages under way still arrive in time. */
const USED_SHARE = 0.9;
/** The prefix of the names of objects whose token may be shared by several credentials. */
export const SHARED_KEEPER = "apns:";
/** Apple refuses keys that make new tokens more often, ms. */
const APNS_MIN_AGE_MS = 20 * MINUTE_MS;
/**
 * Google revokes access tokens at any time, so a refused one is replaced at once. Where their replacements are refused
 * within this time, ms, the next one would be too.
 */
const AGAIN_MS = MINUTE_MS;
/** APNs accepts a token for an hour after it was made, ms. */
const APNS_LIFE_MS = 3600 * SECOND_MS;

/** `lifeMs` is how long the token may be used, ms. */
export type Minted =
  | { ok: true; token: string; lifeMs: number }
  | { ok: false; retry: boolean; reason: string };

/** Mints the bearer token of a credential. */
export interface Minter {
  /** The name of the object that keeps the token. */
  keeper: string;
  /** Grows whenever earlier tokens must no longer be used. */
  version: number;
  /**
   * The youngest token that is replaced when the provider refuses it, ms; `again`: if it is the last of several that were
   * refused in a row.
   */
  minAgeMs: { first: number; again: number };
  mint: () => Promise<Minted>;
}

/**
 * Returns the name of the object that keeps the token of credential `id`. A key of Apple's has a single object, however
 * many apps use it and however often it is set: Apple limits the number of tokens of each key.
 */
export function tokenKeeper(id: number, credential: OpenCredential): string {
  if (credential.provider !== "apns") return `credential:${id}`;
  return `${SHARED_KEEPER}${keyFingerprint(credential.secret)}`;
}

/** Returns the minter of the credential with this id, or null if that was deleted. */
export async function minterOf(ctx: Ctx, deps: ProviderDeps, id: number): Promise<Minter | null> {
  const row = await credentialById(ctx, id);
  if (!row) return null;
  const opened = await openCredential(ctx, row);
  const mint = async (): Promise<Minted> => {
    switch (opened.provider) {
      case "fcm": {
        const asked = ctx.now();
        const minted = await mintAccessToken(deps, opened.secret);
        if (minted.ok) {
          const lifeMs = (minted.expiresAt - asked) * USED_SHARE;
          return { ok: true, token: minted.token, lifeMs };
        }
        return { ok: false, retry: minted.verdict.kind === "retry", reason: minted.verdict.reason };
      }
      case "apns": {
        const token = await mintProviderToken(opened.secret, ctx.now());
        return { ok: true, token, lifeMs: APNS_LIFE_MS * USED_SHARE };
      }
      case "webpush":
        return { ok: false, retry: false, reason: "Web Push needs no token" };
    }
  };
  // The object of an APNs key never holds a token of another key, so its tokens stay valid.
  const version = opened.provider === "apns" ? 0 : row.version;
  const minAgeMs =
    opened.provider === "apns"
      ? { first: APNS_MIN_AGE_MS, again: APNS_MIN_AGE_MS }
      : { first: 0, again: AGAIN_MS };
  return { keeper: tokenKeeper(id, opened), version, minAgeMs, mint };
}
