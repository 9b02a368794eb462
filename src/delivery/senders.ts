// Keeps an isolate's senders: each app's opened credentials and their bearer tokens. Credentials are kept for a
// minute, so that changes soon take effect.
import type { Ctx } from "../domain/context.ts";
import type { ProviderTokenPort } from "../domain/ports/notifications.ts";
import {
  credentialsOf,
  openCredential,
  type OpenCredential,
} from "../domain/subscribers/credentials.ts";
import { MINUTE_MS, SECOND_MS } from "../kit/time.ts";
import { Bounded } from "../kit/bounded.ts";
import { tokenKeeper } from "./credentials.ts";
import type { Provider } from "../kit/push/credentials.ts";
import type { Sender, Verdict } from "./providers/index.ts";

/** How long an opened credential is used, ms. */
const CREDENTIAL_MS = MINUTE_MS;
/** How long to wait before a token that could not be made is requested again, ms. */
const NO_TOKEN_MS = 5 * SECOND_MS;
/** Most credentials that an isolate keeps. */
const MAX_CREDENTIALS = 200;

type Token = Awaited<ReturnType<ProviderTokenPort["token"]>>;

interface Opened {
  id: number;
  credential: OpenCredential;
  /** The name of the object that keeps its bearer token. */
  keeper: string;
}

interface Kept {
  until: number;
  opened: Promise<Opened | null>;
  /** The bearer token in use, and when it was requested; for FCM and APNs only. */
  token: { asked: number; answer: Promise<Token> } | null;
}

/** A sender, or the verdict for all recipients that need it. */
export type Found =
  | { ok: true; sender: Sender }
  | { ok: false; verdict: Extract<Verdict, { kind: "retry" | "misconfigured" }> };

export class Senders {
  readonly #kept = new Bounded<string, Kept>(MAX_CREDENTIALS);

  /**
   * Returns the app's sender for `provider`. `refused` is a sender whose token the provider refused as expired.
   */
  async find(
    ctx: Ctx,
    appId: number,
    provider: Provider,
    refused: Sender | null = null,
  ): Promise<Found> {
    const kept = this.#entry(ctx, appId, provider);
    const opened = await kept.opened;
    if (opened === null) return misconfigured(`no credential for ${provider} is set`);
    const { credential } = opened;
    if (credential.provider === "webpush") {
      return { ok: true, sender: { provider: "webpush", ...credential.secret } };
    }
    const token = await this.#token(ctx, kept, opened, refused && tokenOf(refused));
    if (!token.ok) {
      const { retry, reason } = token;
      return retry
        ? { ok: false, verdict: { kind: "retry", reason, afterMs: null } }
        : misconfigured(reason);
    }
    if (credential.provider === "fcm") {
      const { project_id: projectId } = credential.secret;
      return { ok: true, sender: { provider: "fcm", projectId, accessToken: token.token } };
    }
    const { topic, environment } = credential.secret;
    const providerToken = token.token;
    return { ok: true, sender: { provider: "apns", topic, environment, providerToken } };
  }

  #entry(ctx: Ctx, appId: number, provider: Provider): Kept {
    const key = `${appId}:${provider}`;
    const known = this.#kept.get(key);
    if (known && known.until > ctx.now()) return known;
    const opened = open(ctx, appId, provider);
    const kept = this.#kept.put(key, { until: ctx.now() + CREDENTIAL_MS, opened, token: null });
    opened.catch(() => (kept.until = 0));
    return kept;
  }

  /** Returns the token in use, or requests a new one if that has expired, was refused, or could not be made. */
  async #token(
    ctx: Ctx,
    kept: Kept,
    { id, keeper }: Opened,
    refused: string | null,
  ): Promise<Token> {
    for (let inUse = kept.token; inUse; inUse = kept.token) {
      const token = await inUse.answer;
      const isGood = token.ok
        ? token.token !== refused && token.expiresAt > ctx.now()
        : inUse.asked > ctx.now() - NO_TOKEN_MS;
      if (isGood) return token;
      // The first caller that finds the token invalid requests a new one, and the others wait for that.
      if (kept.token === inUse) break;
    }
    const answer = ctx.providerToken(keeper).token(id, refused);
    const asked = { asked: ctx.now(), answer };
    kept.token = asked;
    answer.catch(() => {
      if (kept.token === asked) kept.token = null;
    });
    return answer;
  }
}

async function open(ctx: Ctx, appId: number, provider: Provider): Promise<Opened | null> {
  const row = (await credentialsOf(ctx, appId)).find((found) => found.provider === provider);
  if (!row) return null;
  const credential = await openCredential(ctx, row);
  return { id: row.id, credential, keeper: tokenKeeper(row.id, credential) };
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
