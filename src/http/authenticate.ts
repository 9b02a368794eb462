// Authenticates callers: API keys with their rate limit, the operators' token, builder tokens, apps' public keys,
// subscribers' tokens and channel keys.
import { authenticateKey } from "../domain/accounts/authenticate-key.ts";
import { allows, type Scope } from "../domain/scopes.ts";
import { authenticateBuilder, type Builder } from "../domain/builds/builders.ts";
import { authenticateChannel } from "../domain/channels/authenticate-channel.ts";
import type { Ctx, Plan, Principal } from "../domain/context.ts";
import type { RateLimiterPort } from "../domain/ports/limits.ts";
import type { App } from "../domain/apps/find-app.ts";
import { hasRight, ROLES_WITH, type Right } from "../domain/people/roles.ts";
import { noteAlive } from "../domain/subscribers/alive.ts";
import { appByPublicKey, authenticateDevice, isPublicKey } from "../domain/subscribers/devices.ts";
import type { Subscriber } from "../domain/subscribers/find-subscriber.ts";
import { Bounded } from "../kit/bounded.ts";
import { HEX_ID } from "../kit/hex-id.ts";
import { networkOf } from "../kit/network.ts";
import { refuse } from "../kit/refusal.ts";
import { constantTimeEqual, hashSecret, isWellFormedSecret } from "../kit/secret.ts";
import { countedOf, type Counted } from "./quota.ts";

/**
 * A rate limit: requests a minute, counted under `name` for each account, channel, or app and network address. Clients
 * see the name, an HTTP token, in RateLimit and RateLimit-Policy.
 */
export interface Rate {
  name: string;
  limit: number;
}

/** A rate limit of an account that its plan decides. */
export interface PlanRate {
  name: string;
  limit: (plan: Plan) => number;
}

/** The name of the limit of each API key by itself. */
export const OF_KEY = "default";

/** The rate limit of an account in the push API, requests a minute. */
export const PUSH_RATE = { name: "push", limit: (plan: Plan) => plan.pushRateLimit } as const;
/** The separate limit for registrations of single subscribers, requests a minute for an account. */
export const REGISTRATION_RATE = {
  name: "push-registration",
  limit: (plan: Plan) => plan.registrationRateLimit,
} as const;

type RateLimiters = (name: string) => RateLimiterPort;

/** How many hashes of keys an isolate remembers: the busiest ones, in about 200 KiB. */
const MAX_KNOWN_KEYS = 1000;

/**
 * Hashes of keys that were found lately. They let nobody in: a key that is known is merely counted while it is looked
 * up again, and one that is not is counted only once it is found, so that wrong keys make no objects.
 */
const knownKeys = new Bounded<string, true>(MAX_KNOWN_KEYS);

/**
 * Returns the principal of an API key, and how its request was counted: against `rate` for the whole account or, without
 * a `rate`, against the key's own limit. Refuses `unauthenticated`.
 */
export async function requireKey(
  ctx: Ctx,
  authorization: string | null,
  rateLimiter: RateLimiters,
  rate?: Rate | PlanRate,
): Promise<{ principal: Principal; counted: Counted }> {
  const key = bearer(authorization);
  if (key === null || !isWellFormedSecret(key, "sw_live_")) refuse({ code: "unauthenticated" });
  const hash = await hashSecret(key);
  const hitOwn = async () => rateLimiter(ofKey(hash)).hit();
  const [principal, early] = await Promise.all([
    authenticateKey(ctx, hash),
    !rate && knownKeys.get(hash) ? hitOwn() : null,
  ]);
  if (principal === null || "expiredAt" in principal) {
    knownKeys.delete(hash);
    return refuse({ code: "unauthenticated", ...principal });
  }
  knownKeys.put(hash, true);
  const { accountId, plan } = principal;
  if (!rate) {
    const own = { name: OF_KEY, limit: plan.rateLimit };
    return { principal, counted: countedOf(own, early ?? (await hitOwn()), Date.now()) };
  }
  const limit = typeof rate.limit === "number" ? rate.limit : rate.limit(plan);
  const ofAccount = { name: rate.name, limit };
  return { principal, counted: await countRequest(rateLimiter, ofAccount, String(accountId)) };
}

/** Refuses `forbidden` when the key, or the role, lacks `scope`. */
export function requireScope({ by, scopes }: Principal, scope: Scope): void {
  if (allows(scopes, scope)) return;
  if (by.kind === "person") {
    refuse({ code: "forbidden", message: `Your role here, ${by.role}, does not allow this.` });
  }
  refuse({ code: "forbidden", message: `This API key lacks the scope ${scope}.`, scope });
}

/** Refuses `forbidden` unless a member acts, whose role has `right`. */
export function requireRight({ by }: Principal, right: Right): void {
  if (by.kind === "person" && hasRight(by.role, right)) return;
  const role = by.kind === "person" ? `Your role here is ${by.role}. ` : "";
  const message = `${role}This takes the role ${ROLES_WITH[right].join(" or ")}.`;
  refuse({ code: "forbidden", message });
}

/** Counts a request of the given caller against `rate`. */
export async function countRequest(
  rateLimiter: RateLimiters,
  rate: Rate,
  caller: string,
): Promise<Counted> {
  return countedOf(rate, await rateLimiter(`${rate.name}:${caller}`).hit(), Date.now());
}

/** What counts the requests of the API key with this SHA-256. */
const ofKey = (hash: string) => `v1:${hash}`;

/** Returns how many requests of a caller `rate` counted in this minute. */
export async function countedNow(
  ctx: Ctx,
  rate: { name: string },
  caller: string,
): Promise<number> {
  return ctx.rateLimiter(`${rate.name}:${caller}`).peek();
}

/** Returns how many requests the API key with this SHA-256 made in this minute, of those that are counted by key. */
export async function countedOfKey(ctx: Ctx, hash: string): Promise<number> {
  return ctx.rateLimiter(ofKey(hash)).peek();
}

/**
 * Returns the network address that a request is counted by, as Cloudflare reports it. For IPv6 that is the whole /64
 * network, since a single client commonly owns all of it. All requests from the local machine share one address.
 */
export function addressOf(request: Request): string {
  return networkOf(request.headers.get("cf-connecting-ip") ?? "local");
}

/** Accepts the operators' token only. Refuses `unauthenticated`, or `forbidden` for an API key. */
export async function requireOperator(adminToken: string, authorization: string | null) {
  const token = bearer(authorization);
  if (token === null) refuse({ code: "unauthenticated" });
  if (await constantTimeEqual(token, adminToken)) return;
  if (token.startsWith("sw_live_")) {
    refuse({ code: "forbidden", message: "API keys can't be used for administration." });
  }
  refuse({ code: "unauthenticated" });
}

/**
 * Accepts the operators' token and, where there is one, that of who may read figures alone. Refuses as `requireOperator`
 * does.
 */
export async function requireMonitor(
  { adminToken, metricsToken }: { adminToken: string; metricsToken: string | null },
  authorization: string | null,
): Promise<void> {
  const token = bearer(authorization);
  const isMonitor =
    token !== null && metricsToken !== null && (await constantTimeEqual(token, metricsToken));
  if (!isMonitor) await requireOperator(adminToken, authorization);
}

/** Returns the builder that a builder token belongs to. Refuses `unauthenticated`. */
export async function requireBuilder(ctx: Ctx, authorization: string | null): Promise<Builder> {
  const token = bearer(authorization);
  if (token === null || !isWellFormedSecret(token, "sw_bld_")) refuse({ code: "unauthenticated" });
  return (
    (await authenticateBuilder(ctx, await hashSecret(token))) ?? refuse({ code: "unauthenticated" })
  );
}

/**
 * Returns the app that a public key belongs to and, if there is an Authorization header, the subscriber of this app
 * whose device token it has, both in one query. Refuses `unauthenticated` if either is wrong.
 */
export async function requireApp(
  ctx: Ctx,
  publicKey: string | null,
  authorization: string | null,
): Promise<{ app: App; device: Subscriber | null }> {
  if (publicKey === null || !isPublicKey(publicKey)) refuse({ code: "unauthenticated" });
  const hash = authorization === null ? null : await deviceTokenHash(authorization);
  const found = await appByPublicKey(ctx, publicKey, hash);
  if (found === null || (hash !== null && found.device === null)) {
    return refuse({ code: "unauthenticated" });
  }
  return found;
}

/**
 * Returns the subscriber that a `sw_sub_` token belongs to, and notes that its device is alive. Refuses
 * `unauthenticated`.
 */
export async function requireSubscriber(
  ctx: Ctx,
  authorization: string | null,
): Promise<Subscriber> {
  const subscriber = await authenticateDevice(ctx, await deviceTokenHash(authorization));
  if (subscriber === null) return refuse({ code: "unauthenticated" });
  noteAlive(ctx, subscriber);
  return subscriber;
}

/** Returns the SHA-256 of a device token. Refuses `unauthenticated` for anything else. */
async function deviceTokenHash(authorization: string | null): Promise<string> {
  const token = bearer(authorization);
  if (token === null || !isWellFormedSecret(token, "sw_sub_")) refuse({ code: "unauthenticated" });
  return hashSecret(token);
}

type OfChannel = NonNullable<Awaited<ReturnType<typeof authenticateChannel>>>;

/**
 * Returns the channel `id` with what is known of its account, if `key` is its key. Refuses `malformed` if `id` is not a
 * channel's id, `unauthenticated`, and `not_found` if the key belongs to another channel.
 */
export async function requireChannel(ctx: Ctx, id: string, key: string | null): Promise<OfChannel> {
  if (!HEX_ID.test(id)) refuse({ code: "malformed", message: "Channel id not valid" });
  if (key === null || !isWellFormedSecret(key, "sw_chn_")) refuse({ code: "unauthenticated" });
  const found = await authenticateChannel(ctx, await hashSecret(key));
  if (found === null) refuse({ code: "unauthenticated" });
  return found.channel.id === id ? found : refuse({ code: "not_found", what: "channel" });
}

/** Returns the token of `Authorization: Bearer <token>` (RFC 6750 section 2.1), or null. */
export function bearer(authorization: string | null): string | null {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? "")?.[1] ?? null;
}
