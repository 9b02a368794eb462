// ProviderToken: one object for each FCM credential of an app, and one for each of Apple's keys, which several apps
// may share. It mints the bearer token once for all isolates (FCM's access token, APNs' JWT) and has everybody who
// asks meanwhile wait for the same one. The token outlives the object's memory, sealed: APNs refuses a key that makes
// new ones too often.
import { DurableObject } from "cloudflare:workers";
import { SHARED_KEEPER, type Minter } from "../delivery/credentials.ts";
import type { Ctx } from "../domain/context.ts";
import type { ProviderTokenPort } from "../domain/ports/notifications.ts";
import { open, seal, SealError } from "../kit/seal.ts";
import { MINUTE_MS } from "../kit/time.ts";

/** A token is replaced at this age or before, ms: both providers' are good for an hour as a rule. */
const RENEW_AFTER_MS = 50 * MINUTE_MS;
/** No token is replaced before this age whatever a provider says of it, ms: Apple's own limit. */
const MIN_AGE_MS = 20 * MINUTE_MS;

interface Kept {
  /** The credential's version it was made for. */
  version: number;
  mintedAt: number;
  /** When it is replaced, ms. */
  renewAt: number;
  sealed: string;
}

type Result = Awaited<ReturnType<ProviderTokenPort["token"]>>;

export abstract class ProviderTokenObject<Env>
  extends DurableObject<Env>
  implements ProviderTokenPort
{
  #running: { stale: string | null; result: Promise<Result> } | undefined;

  protected abstract context(): Ctx;
  /** How to mint for this credential; null: it is gone. */
  protected abstract minter(credentialId: number): Promise<Minter | null>;

  async token(credentialId: number, stale: string | null): Promise<Result> {
    for (let running = this.#running; running; running = this.#running) {
      const result = await running.result;
      // those who asked without knowing that it is stale may have been given just that one
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
    const { keeper, version, mint } = minter;
    // another object has the tokens of the key it has now
    if (keeper !== this.ctx.id.name) {
      return { ok: false, retry: true, reason: "the credential was just changed" };
    }
    const boundTo = `provider-token:${keeper}`;
    const kept = this.ctx.storage.kv.get<Kept>("token");
    const token = kept?.version === version ? await unsealed(ctx, kept, boundTo) : null;
    if (kept && token !== null) {
      const { mintedAt, renewAt } = kept;
      const isYoung = ctx.now() < mintedAt + MIN_AGE_MS;
      const isGood = ctx.now() < renewAt && (token !== stale || isYoung);
      if (isGood) return { ok: true, token, expiresAt: renewAt };
    }
    const minted = await mint();
    if (!minted.ok) return minted;
    const mintedAt = ctx.now();
    const sealed = await seal(ctx.sealingKeys, new TextEncoder().encode(minted.token), boundTo);
    const renewAt = mintedAt + Math.min(minted.lifeMs, RENEW_AFTER_MS);
    this.ctx.storage.kv.put<Kept>("token", { version, mintedAt, renewAt, sealed });
    return { ok: true, token: minted.token, expiresAt: renewAt };
  }
}

/** The token; null when the key it was sealed with is gone. */
async function unsealed(ctx: Ctx, { sealed }: Kept, boundTo: string): Promise<string | null> {
  try {
    return new TextDecoder().decode(await open(ctx.sealingKeys, sealed, boundTo));
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}
