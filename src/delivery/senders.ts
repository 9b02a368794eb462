// Keeps an isolate's senders: opened credentials and their bearer tokens. Which credentials an app has is read with each
// batch, and an opened one is used as long as its version is the present one: a change counts at once.
import type { Ctx } from "../domain/context.ts";
import type { PresentCredential, ProviderTokenPort } from "../domain/ports/notifications.ts";
import {
  credentialById,
  openCredential,
  presentCredentials,
  type OpenCredential,
} from "../domain/subscribers/credentials.ts";
import { SECOND_MS } from "../kit/time.ts";
import { Bounded } from "../kit/bounded.ts";
import { tokenKeeper } from "./credentials.ts";
import type { Provider } from "../kit/push/credentials.ts";
import type { Sender, Verdict } from "./providers/index.ts";

/** How long to wait before a token that could not be made is requested again, ms. */
const NO_TOKEN_MS = 5 * SECOND_MS;
/** Most credentials that an isolate keeps. */
const MAX_CREDENTIALS = 200;

type Token = Awaited<ReturnType<ProviderTokenPort["token"]>>;

const CHANGED = { ok: false, retry: true, reason: "the credential was just changed" } as const;

interface Opened {
  id: number;
  credential: OpenCredential;
  /** The name of the object that keeps its bearer token. */
  keeper: string;
}

interface Kept {
  version: number;
  opened: Opened;
  /** The bearer token in use, and when it was requested; for FCM and APNs only. */
  token: { asked: number; token: Token } | null;
}

/** A sender, or the verdict for all recipients that need it. */
export type Found =
  | { ok: true; sender: Sender }
  | { ok: false; verdict: Extract<Verdict, { kind: "retry" | "misconfigured" }> };

/** The credentials that an app has at the beginning of a batch, by provider. */
export type AppCredentials = ReadonlyMap<Provider, PresentCredential>;

/** Reads which credentials an app has, without opening them. */
export async function credentialsNow(ctx: Ctx, appId: number): Promise<AppCredentials> {
  const present = await presentCredentials(ctx, appId);
  return new Map(present.map((credential) => [credential.provider, credential]));
}

/** Keeps what was opened and minted, and never promises: that of an invocation that was cut off would never settle for others. */
export class Senders {
  readonly #kept = new Bounded<number, Kept>(MAX_CREDENTIALS);
  /** What is under way, by the invocation that waits for it: its recipients share one call. */
  readonly #underWay = new WeakMap<Ctx, Map<string, Promise<unknown>>>();

  /**
   * Returns the sender of an app's credential for `provider`; `present` is that credential, if there is one. `refused` is
   * a sender whose token the provider refused as expired.
   */
  async find(
    ctx: Ctx,
    provider: Provider,
    present: PresentCredential | undefined,
    refused: Sender | null = null,
  ): Promise<Found> {
    if (!present) return misconfigured(`no credential for ${provider} is set`);
    const kept = await this.#entry(ctx, present);
    if (kept === null) return retry(CHANGED.reason);
    const { credential } = kept.opened;
    if (credential.provider === "webpush") {
      return { ok: true, sender: { provider: "webpush", ...credential.secret } };
    }
    const token = await this.#token(ctx, kept, refused && tokenOf(refused));
    if (!token.ok) return token.retry ? retry(token.reason) : misconfigured(token.reason);
    if (credential.provider === "fcm") {
      const { project_id: projectId } = credential.secret;
      return { ok: true, sender: { provider: "fcm", projectId, accessToken: token.token } };
    }
    const { topic, environment } = credential.secret;
    const providerToken = token.token;
    return { ok: true, sender: { provider: "apns", topic, environment, providerToken } };
  }

  async #entry(ctx: Ctx, { id, version }: PresentCredential): Promise<Kept | null> {
    const known = this.#kept.get(id);
    if (known?.version === version) return known;
    return this.#once(ctx, `open ${id} ${version}`, async () => {
      const opened = await open(ctx, id, version);
      return opened && this.#kept.put(id, { version, opened, token: null });
    });
  }

  /** Returns the token in use, or requests a new one if that has expired, was refused, or could not be made. */
  async #token(ctx: Ctx, kept: Kept, refused: string | null): Promise<Token> {
    const { id, keeper } = kept.opened;
    const isGood = ({ asked, token }: NonNullable<Kept["token"]>) =>
      token.ok
        ? token.token !== refused && token.expiresAt > ctx.now()
        : asked > ctx.now() - NO_TOKEN_MS;
    // One that is under way may have been requested before this token was refused.
    for (let isFirst = true; ; isFirst = false) {
      if (kept.token && isGood(kept.token)) return kept.token.token;
      const asked = ctx.now();
      const token = await this.#once(ctx, `token ${id}`, async () => {
        const found = await ctx.providerToken(keeper).token(id, refused);
        kept.token = { asked, token: isOf(kept, found) ? found : CHANGED };
        return kept.token.token;
      });
      if (!isFirst || !token.ok || token.token !== refused) return token;
    }
  }

  /** Returns the result of `work`, or that of the same which this invocation has under way. */
  async #once<Result>(ctx: Ctx, key: string, work: () => Promise<Result>): Promise<Result> {
    const mine = this.#underWay.get(ctx) ?? new Map<string, Promise<unknown>>();
    this.#underWay.set(ctx, mine);
    const known = mine.get(key) as Promise<Result> | undefined;
    if (known) return known;
    const begun = work().finally(() => mine.delete(key));
    mine.set(key, begun);
    return begun;
  }
}

/** Opens a credential; null when it was changed or deleted since its version was read. */
async function open(ctx: Ctx, id: number, version: number): Promise<Opened | null> {
  const row = await credentialById(ctx, id);
  if (row?.version !== version) return null;
  const credential = await openCredential(ctx, row);
  return { id, credential, keeper: tokenKeeper(id, credential) };
}

/** Whether a token goes with the credential that is kept, and not with the one that has replaced it meanwhile. */
function isOf({ version }: Kept, token: Token): boolean {
  return !token.ok || token.version === 0 || token.version === version;
}

function tokenOf(sender: Sender): string | null {
  switch (sender.provider) {
    case "fcm":
      return sender.accessToken;
    case "apns":
      return sender.providerToken;
    case "webpush":
      return null;
  }
}

function misconfigured(reason: string): Found {
  return { ok: false, verdict: { kind: "misconfigured", reason } };
}

function retry(reason: string): Found {
  return { ok: false, verdict: { kind: "retry", reason, afterMs: null } };
}
