// Mints the bearer token of a credential, and asks its provider whether it is valid.
import type { Ctx } from "../domain/context.ts";
import {
  credentialById,
  openCredential,
  type OpenCredential,
} from "../domain/subscribers/credentials.ts";
import { SECOND_MS } from "../kit/time.ts";
import {
  keyFingerprint,
  mintAccessToken,
  mintProviderToken,
  verifyApns,
  verifyFcm,
} from "./providers/index.ts";
import type { CredentialVerification } from "../kit/push/credentials.ts";
import type { ProviderDeps } from "./providers/index.ts";

/** The share of its lifetime for which a token is used, so that messages under way still arrive in time. */
const USED_SHARE = 0.9;
/** The prefix of the names of objects whose token may be shared by several credentials. */
export const SHARED_KEEPER = "apns:";
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
  return { keeper: tokenKeeper(id, opened), version, mint };
}

/** Asks the provider about the credential, without sending a message. Returns its complaint, or null if it works. */
export async function verify(
  ctx: Ctx,
  deps: ProviderDeps,
  id: number,
): Promise<{ error: string; detail: string } | null> {
  const row = await credentialById(ctx, id);
  if (!row) return { error: "removed", detail: "The credential was removed." };
  const answer = await ask(ctx, deps, id, await openCredential(ctx, row));
  return answer.ok ? null : { error: answer.error, detail: answer.detail };
}

async function ask(
  ctx: Ctx,
  deps: ProviderDeps,
  id: number,
  opened: OpenCredential,
): Promise<CredentialVerification> {
  switch (opened.provider) {
    // Push services accept any VAPID pair, and the pair was checked when it was set.
    case "webpush":
      return { ok: true };
    case "fcm":
      return verifyFcm(deps, opened.secret);
    case "apns": {
      const token = await ctx.providerToken(tokenKeeper(id, opened)).token(id, null);
      if (token.ok) return verifyApns(deps, opened.secret, token.token);
      const error = token.retry ? "unreachable" : "misconfigured";
      return { ok: false, error, detail: token.reason };
    }
  }
}
