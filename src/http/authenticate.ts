// Who is asking: API keys with their rate limit, the operators' token, builder tokens, subscribers' tokens.
import { authenticateKey } from "../domain/accounts/authenticate-key.ts";
import { allows, type Scope } from "../domain/scopes.ts";
import { authenticateBuilder, type Builder } from "../domain/builds/builders.ts";
import { authenticateChannel } from "../domain/channels/authenticate-channel.ts";
import type { Channel } from "../domain/channels/find-channel.ts";
import type { Ctx, Principal } from "../domain/context.ts";
import type { App } from "../domain/apps/find-app.ts";
import { noteAlive } from "../domain/subscribers/alive.ts";
import { appByPublicKey, authenticateDevice, isPublicKey } from "../domain/subscribers/devices.ts";
import type { Subscriber } from "../domain/subscribers/find-subscriber.ts";
import { HEX_ID } from "../kit/hex-id.ts";
import { networkOf } from "../kit/network.ts";
import { refuse } from "../kit/refusal.ts";
import { constantTimeEqual, hashSecret, isWellFormedSecret } from "../kit/secret.ts";
import type { RateLimiterPort } from "./env.ts";
import type { Quota } from "./quota.ts";

/** A limit of its own: requests a minute, counted under `name` for each account or address. */
export interface Rate {
  name: string;
  limit: number;
}

type RateLimiters = (name: string) => RateLimiterPort;

/**
 * The principal behind an API key, counted against the account's `rate`, or without one against the key's
 * own limit: then the look-up and the count run side by side.
 * Refuses `unauthenticated`, `rate_limited`.
 */
export async function requireKey(
  ctx: Ctx,
  authorization: string | null,
  rateLimiter: RateLimiters,
  rate?: Rate,
): Promise<{ principal: Principal; quota: Quota }> {
  const key = bearer(authorization);
  if (key === null || !isWellFormedSecret(key, "sw_live_")) refuse({ code: "unauthenticated" });
  const hash = await hashSecret(key);
  const [principal, hit] = await Promise.all([
    authenticateKey(ctx, hash),
    rate ? null : rateLimiter(`v1:${hash}`).hit(),
  ]);
  if (principal === null) refuse({ code: "unauthenticated" });
  const quota = rate
    ? await requireQuota(rateLimiter, rate, String(principal.accountId))
    : within(principal.plan.rateLimit, hit);
  return { principal, quota };
}

/** Refuses `forbidden` when the key lacks `scope`. */
export function requireScope({ scopes }: Principal, scope: Scope): void {
  if (allows(scopes, scope)) return;
  refuse({ code: "forbidden", message: `This API key lacks the scope ${scope}.` });
}

/** Counts a request of `who` against `rate`. Refuses `rate_limited`. */
export async function requireQuota(
  rateLimiter: RateLimiters,
  rate: Rate,
  who: string,
): Promise<Quota> {
  return within(rate.limit, await rateLimiter(`${rate.name}:${who}`).hit());
}

function within(limit: number, hit: { count: number; resetAt: number } | null): Quota {
  if (hit === null) throw new Error("a request was not counted");
  const { count, resetAt } = hit;
  return count > limit
    ? refuse({ code: "rate_limited", limit, resetAt })
    : { limit, remaining: limit - count, resetAt };
}

/**
 * The address a request comes from, as the platform tells it, by which it is counted: of IPv6 the network, all of
 * which is one customer's. All of a local machine is one.
 */
export function addressOf(request: Request): string {
  return networkOf(request.headers.get("cf-connecting-ip") ?? "local");
}

/** Lets operators pass. Refuses `unauthenticated`, and `forbidden` to an API key. */
export async function requireOperator(adminToken: string, authorization: string | null) {
  const token = bearer(authorization);
  if (token === null) refuse({ code: "unauthenticated" });
  if (await constantTimeEqual(token, adminToken)) return;
  if (token.startsWith("sw_live_")) {
    refuse({ code: "forbidden", message: "API keys can't be used for administration." });
  }
  refuse({ code: "unauthenticated" });
}

/** The builder behind a builder token. Refuses `unauthenticated`. */
export async function requireBuilder(ctx: Ctx, authorization: string | null): Promise<Builder> {
  const token = bearer(authorization);
  if (token === null || !isWellFormedSecret(token, "sw_bld_")) refuse({ code: "unauthenticated" });
  return (
    (await authenticateBuilder(ctx, await hashSecret(token))) ?? refuse({ code: "unauthenticated" })
  );
}

/** The app whose public key a page or device brings. Refuses `unauthenticated`. */
export async function requireApp(ctx: Ctx, publicKey: string | null): Promise<App> {
  if (publicKey === null || !isPublicKey(publicKey)) refuse({ code: "unauthenticated" });
  return (await appByPublicKey(ctx, publicKey)) ?? refuse({ code: "unauthenticated" });
}

/** The subscriber whose device holds a `sw_sub_` token, which shows it is alive. Refuses `unauthenticated`. */
export async function requireSubscriber(
  ctx: Ctx,
  authorization: string | null,
): Promise<Subscriber> {
  const token = bearer(authorization);
  if (token === null || !isWellFormedSecret(token, "sw_sub_")) refuse({ code: "unauthenticated" });
  const subscriber = await authenticateDevice(ctx, await hashSecret(token));
  if (subscriber === null) return refuse({ code: "unauthenticated" });
  noteAlive(ctx, subscriber);
  return subscriber;
}

/**
 * The channel named `id`, whose key `key` is. Refuses `malformed` for what is no channel's id, `unauthenticated`,
 * and `not_found` for any other channel than the key's own.
 */
export async function requireChannel(ctx: Ctx, id: string, key: string | null): Promise<Channel> {
  if (!HEX_ID.test(id)) refuse({ code: "malformed", message: "Channel id not valid" });
  if (key === null || !isWellFormedSecret(key, "sw_chn_")) refuse({ code: "unauthenticated" });
  const channel = await authenticateChannel(ctx, await hashSecret(key));
  if (channel === null) refuse({ code: "unauthenticated" });
  return channel.id === id ? channel : refuse({ code: "not_found", what: "channel" });
}

/** The token of `Authorization: Bearer <token>` (RFC 6750 section 2.1). */
function bearer(authorization: string | null): string | null {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? "")?.[1] ?? null;
}
