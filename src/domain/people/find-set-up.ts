// Whether this installation has its first operator, and whether a set-up token could make one now.
import { and, gt, isNull } from "drizzle-orm";
import { operators, setupTokens } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

export interface SetUpState {
  hasOperator: boolean;
  /** Whether there is a token that has not been used and has not ended. */
  hasToken: boolean;
}

export async function findSetUp(ctx: Ctx): Promise<SetUpState> {
  const [all, tokens] = await ctx.db.batch([
    ctx.db.select({ id: operators.userId }).from(operators).limit(1),
    ctx.db
      .select({ hash: setupTokens.tokenHash })
      .from(setupTokens)
      .where(and(isNull(setupTokens.usedAt), gt(setupTokens.expiresAt, ctx.now())))
      .limit(1),
  ]);
  return { hasOperator: all.length > 0, hasToken: tokens.length > 0 };
}
