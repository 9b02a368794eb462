// The token by which the first person of a deployment becomes its operator: it works once, and within a day.
import { and, eq, gt, isNull } from "drizzle-orm";
import { setupTokens } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { hashSecret, isWellFormedSecret, mintSecret } from "../../kit/secret.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/**
 * A new token, and what is kept of it, its SHA-256 and its end, ms, in place of any before it. `npm run setup-token` writes that,
 * since whoever runs it has the database in their hands, and nobody else may make one.
 */
export async function newSetupToken(
  now: number,
): Promise<{ token: string; tokenHash: string; expiresAt: number }> {
  const token = mintSecret("sw_set_");
  return { token, tokenHash: await hashSecret(token), expiresAt: now + DAY_MS };
}

/** Refuses `invalid` unless the token would make somebody operator now. */
export async function requireSetupToken(ctx: Ctx, token: string): Promise<void> {
  const [found] = isWellFormedSecret(token, "sw_set_")
    ? await ctx.db
        .select()
        .from(setupTokens)
        .where(isUsable(ctx, await hashSecret(token)))
    : [];
  if (!found) refuseToken();
}

function refuseToken(): never {
  const { issues } = invalidField(
    ["token"],
    "must be a set-up token that has not been used, of the last day",
  );
  refuse({ code: "invalid", issues, isGuess: true });
}

/** Holds for the token with this hash while it makes somebody operator. */
export const isUsable = (ctx: Ctx, hash: string) =>
  and(
    eq(setupTokens.tokenHash, hash),
    isNull(setupTokens.usedAt),
    gt(setupTokens.expiresAt, ctx.now()),
  );
