// What an isolate sends with: each app's credentials, opened, and the bearer tokens made of them. Kept for
// a minute, so that a changed credential soon counts.
import type { Ctx } from "../domain/context.ts";
import type { ProviderTokenPort } from "../domain/notifications/ports.ts";
import {
  credentialsOf,
  openCredential,
  type OpenCredential,
} from "../domain/subscribers/credentials.ts";
import { MINUTE_MS } from "../kit/time.ts";
import { Bounded } from "./bounded.ts";
import type { Provider, Sender, SendResult } from "./providers/index.ts";

/** How long an opened credential is used, ms. */
const CREDENTIAL_MS = MINUTE_MS;
/** Credentials an isolate keeps at hand. */
const MAX_CREDENTIALS = 200;

type Token = Awaited<ReturnType<ProviderTokenPort["token"]>>;

interface Kept {
  until: number;
  opened: Promise<{ id: number; credential: OpenCredential } | null>;
  /** The bearer token in use; FCM and APNs only. */
  token: Promise<Token> | null;
}

export class Senders {
  readonly #kept = new Bounded<string, Kept>(MAX_CREDENTIALS);

  /**
   * What `send` makes of the app's sender for `provider`. An app without a working credential is a verdict
   * as well. With `renew`, the provider has refused the token in use.
   */
  async with(
    ctx: Ctx,
    appId: number,
    provider: Provider,
    renew: boolean,
    send: (sender: Sender) => Promise<SendResult>,
  ): Promise<SendResult> {
    const kept = this.#entry(ctx, appId, provider);
    const opened = await kept.opened;
    if (opened === null) {
      return { kind: "misconfigured", reason: `no credential for ${provider} is set` };
    }
    const { id, credential } = opened;
    if (credential.provider === "webpush") return send({ provider: "webpush", ...credential.secret });
    const token = await this.#token(ctx, kept, id, renew);
    if (!token.ok) {
      return token.retry
        ? { kind: "retry", reason: token.reason, afterMs: null }
        : { kind: "misconfigured", reason: token.reason };
    }
    if (credential.provider === "fcm") {
      const { project_id: projectId } = credential.secret;
      return send({ provider: "fcm", projectId, accessToken: token.token });
    }
    const { topic, environment } = credential.secret;
    return send({ provider: "apns", topic, environment, providerToken: token.token });
  }

  #entry(ctx: Ctx, appId: number, provider: Provider): Kept {
    const key = `${appId}:${provider}`;
    const known = this.#kept.get(key);
    if (known && known.until > ctx.now()) return known;
    const opened = open(ctx, appId, provider);
    opened.catch(() => this.#kept.delete(key));
    return this.#kept.put(key, { until: ctx.now() + CREDENTIAL_MS, opened, token: null });
  }

  async #token(ctx: Ctx, kept: Kept, credentialId: number, renew: boolean): Promise<Token> {
    const inUse = kept.token;
    const current = await inUse;
    if (current?.ok && current.expiresAt > ctx.now() && !renew) return current;
    // the first to find the token stale asks for another; the rest wait with it
    if (kept.token === inUse) {
      const stale = renew && current?.ok ? current.token : null;
      kept.token = ctx.providerToken(credentialId).token(credentialId, stale);
      kept.token.catch(() => (kept.token = null));
    }
    const next = kept.token;
    if (next === null) throw new Error("the provider token object did not answer");
    return next;
  }
}

async function open(ctx: Ctx, appId: number, provider: Provider) {
  const row = (await credentialsOf(ctx, appId)).find((found) => found.provider === provider);
  return row ? { id: row.id, credential: await openCredential(ctx, row) } : null;
}
