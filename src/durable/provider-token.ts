// ProviderToken: one object for each FCM credential of an app, and one for each of Apple's keys, which several apps
// may share. It mints the bearer token (FCM's access token, APNs' JWT) once for all isolates; calls that come
// meanwhile wait for the same token. The token is stored, sealed, so that it survives the loss of the object's
// memory: APNs refuses a key that makes new tokens too often.
import { DurableObject } from "cloudflare:workers";
import { SHARED_KEEPER, type Minter } from "../delivery/credentials.ts";
import type { Ctx } from "../domain/context.ts";
import type { ProviderTokenPort } from "../domain/ports/notifications.ts";
import { open, seal, SealError } from "../kit/seal.ts";
import { MINUTE_MS } from "../kit/time.ts";

/** A token is replaced at this age, or earlier, ms: tokens of both providers are usually valid for an hour. */
const RENEW_AFTER_MS = 50 * MINUTE_MS;
/**
 * After so many tokens in a row that were refused soon after they were made, the next would be too. One such token can
 * have been good at first, and revoked.
 */
const MOST_REPLACEMENTS = 2;

interface Kept {
  /** The version of the credential that it was made for. */
  version: number;
  mintedAt: number;
  /** When the token is replaced, ms. */
  renewAt: number;
  /** How many tokens it and those just before it have replaced that the provider refused. */
  replacements: number;
  sealed: string;
}

type Result = Awaited<ReturnType<ProviderTokenPort["token"]>>;

export abstract class ProviderTokenObject<Env>
  extends DurableObject<Env>
  implements ProviderTokenPort
{
  #running: { stale: string | null; result: Promise<Result> } | undefined;

  protected abstract context(): Ctx;
  /** Returns how to mint a token for this credential; null when it was deleted. */
  protected abstract minter(credentialId: number): Promise<Minter | null>;

  async token(credentialId: number, stale: string | null): Promise<Result> {
    for (let running = this.#running; running; running = this.#running) {
      const result = await running.result;
      // A call that did not know the token to be stale may have been given that token.
      if (running.stale === stale || !result.ok || result.token !== stale) return result;
    }
    const result = this.#token(credentialId, stale).finally(() => {
      this.#running = undefined;
    });
    this.#running = { stale, result };
    return result;
  }

  async #token(credentialId: number, stale: string | null): Promise<Result> {
    const ctx = this.context();
    const minter = await this.minter(credentialId);
    if (!minter) {
      if (!this.ctx.id.name?.startsWith(SHARED_KEEPER)) await this.ctx.storage.deleteAll();
      return { ok: false, retry: false, reason: "the credential was removed" };
    }
    const { keeper, version, minAgeMs, mint } = minter;
    // The tokens of the credential's present key belong to another object.
    if (keeper !== this.ctx.id.name) {
      return { ok: false, retry: true, reason: "the credential was just changed" };
    }
    const boundTo = `provider-token:${keeper}`;
    const kept = this.ctx.storage.kv.get<Kept>("token");
    const token = kept?.version === version ? await unsealed(ctx, kept, boundTo) : null;
    if (kept && token !== null) {
      const { mintedAt, renewAt, replacements } = kept;
      const isMany = replacements >= MOST_REPLACEMENTS;
      const isYoung = ctx.now() < mintedAt + (isMany ? minAgeMs.again : minAgeMs.first);
      const isGood = ctx.now() < renewAt && (token !== stale || isYoung);
      if (isGood) return { ok: true, token, expiresAt: renewAt, version };
    }
    const minted = await mint();
    if (!minted.ok) return minted;
    const mintedAt = ctx.now();
    const sealed = await seal(ctx.sealingKeys, new TextEncoder().encode(minted.token), boundTo);
    const renewAt = mintedAt + Math.min(minted.lifeMs, RENEW_AFTER_MS);
    const isSoon = kept !== undefined && mintedAt < kept.mintedAt + minAgeMs.again;
    const replacements =
      token === null || token !== stale ? 0 : (isSoon ? kept.replacements : 0) + 1;
    this.ctx.storage.kv.put<Kept>("token", { version, mintedAt, renewAt, replacements, sealed });
    return { ok: true, token: minted.token, expiresAt: renewAt, version };
  }
}

/** Returns the token; null when the key that it was sealed with is no longer configured. */
async function unsealed(ctx: Ctx, { sealed }: Kept, boundTo: string): Promise<string | null> {
  try {
    return new TextDecoder().decode(await open(ctx.sealingKeys, sealed, boundTo));
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}
