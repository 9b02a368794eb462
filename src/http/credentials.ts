// Who is asking: API keys with their rate limit, the operators' token, builder tokens.
import { authenticateKey } from "../domain/accounts/authenticate-key.ts";
import { allows, type Scope } from "../domain/accounts/scopes.ts";
import { authenticateBuilder, type Builder } from "../domain/builds/builders.ts";
import type { Ctx, Principal } from "../domain/context.ts";
import { refuse } from "../kit/refusal.ts";
import { constantTimeEqual, hashSecret, isWellFormedSecret } from "../kit/secret.ts";
import type { RateLimiterPort } from "./env.ts";

/** Requests left to a key in the present minute. */
export interface Quota {
  limit: number;
  remaining: number;
}

/**
 * The principal behind an API key, counted against its rate limit. The look-up and the count run side by
 * side. Refuses `unauthenticated`, `rate_limited`, `forbidden` when the key lacks `scope`.
 */
export async function requireKey(
  ctx: Ctx,
  authorization: string | null,
  scope: Scope,
  rateLimiter: (name: string) => RateLimiterPort,
): Promise<{ principal: Principal; quota: Quota }> {
  const key = bearer(authorization);
  if (key === null || !isWellFormedSecret(key, "sw_live_")) refuse({ code: "unauthenticated" });
  const hash = await hashSecret(key);
  const [principal, hit] = await Promise.all([
    authenticateKey(ctx, hash),
    rateLimiter(`v1:${hash}`).hit(),
  ]);
  if (principal === null) refuse({ code: "unauthenticated" });
  const limit = principal.plan.rateLimit;
  if (hit.count > limit) refuse({ code: "rate_limited", limit, resetAt: hit.resetAt });
  if (!allows(principal.scopes, scope)) {
    refuse({ code: "forbidden", message: `This API key lacks the scope ${scope}.` });
  }
  return { principal, quota: { limit, remaining: limit - hit.count } };
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

/** The token of `Authorization: Bearer <token>` (RFC 6750 section 2.1). */
function bearer(authorization: string | null): string | null {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? "")?.[1] ?? null;
}
