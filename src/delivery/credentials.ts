// What is done with a credential as such: a bearer token made of it, or its provider asked about it.
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

/** How much of its life a token is used: what is on its way when it ends must still arrive. */
const USED_SHARE = 0.9;
/** What the names of objects begin with whose token may be several credentials'. */
export const SHARED_KEEPER = "apns:";
/** APNs takes a token for an hour after it was made, ms. */
const APNS_LIFE_MS = 3600 * SECOND_MS;

/** `lifeMs`: how long the token may be used. */
export type Minted =
  | { ok: true; token: string; lifeMs: number }
  | { ok: false; retry: boolean; reason: string };

/** How to mint the bearer token of a credential. */
export interface Minter {
  /** The object that keeps its token. */
  keeper: string;
  /** Grows whenever a token of before is not to be used. */
  version: number;
  mint: () => Promise<Minted>;
}

/**
 * The name of the object that keeps the token of credential `id`. One key of Apple's is one object, whichever
 * apps have it and however often it is set: Apple minds a key's tokens, not ours.
 */
export function tokenKeeper(id: number, credential: OpenCredential): string {
  if (credential.provider !== "apns") return `credential:${id}`;
  return `${SHARED_KEEPER}${keyFingerprint(credential.secret)}`;
}

/** The minter of the credential with this id; null: it is gone. */
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
  // the object of an APNs key has that key's tokens alone
  const version = opened.provider === "apns" ? 0 : row.version;
  return { keeper: tokenKeeper(id, opened), version, mint };
}

/** What the provider says of the credential; null: it works. Nobody gets a message. */
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
    // push services take any VAPID key: there is nobody to ask, and the pair was checked when it was set
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
