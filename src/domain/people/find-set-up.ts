// Whether this installation has its first operator, and whether a set-up token could make one now.
import { and, gt, isNull, min } from "drizzle-orm";
import { operators, setupTokens } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

export interface SetUpState {
  /** Since when there is an operator, ms; null for none. */
  since: number | null;
  /** Whether there is a token that has not been used and has not ended. */
  hasToken: boolean;
}

export async function findSetUp(ctx: Ctx): Promise<SetUpState> {
  const [first, tokens] = await ctx.db.batch([
    ctx.db.select({ since: min(operators.createdAt) }).from(operators),
    ctx.db
      .select({ hash: setupTokens.tokenHash })
      .from(setupTokens)
      .where(and(isNull(setupTokens.usedAt), gt(setupTokens.expiresAt, ctx.now())))
      .limit(1),
  ]);
  return { since: first[0]?.since ?? null, hasToken: tokens.length > 0 };
}
