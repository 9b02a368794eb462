// The token by which the first person of a deployment becomes its operator: it works once, and within a day. It is made by
// `npm run setup-token` (dev/setup-token.ts), since whoever runs that has the database in their hands, and nobody else may.
import { and, eq, gt, isNull } from "drizzle-orm";
import { setupTokens } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { hashSecret, isWellFormedSecret } from "../../kit/secret.ts";
import type { Ctx } from "../context.ts";

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
