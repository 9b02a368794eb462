// The token by which the first person of a deployment becomes its operator: it works once, and within a day.
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { operators, setupTokens } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { hashSecret, isWellFormedSecret, mintSecret } from "../../kit/secret.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** Makes a token, in place of any before it. Returns it: only its SHA-256 is kept. */
export async function createSetupToken(ctx: Ctx): Promise<string> {
  const token = mintSecret("sw_set_");
  await ctx.db.batch([
    ctx.db.delete(setupTokens),
    ctx.db
      .insert(setupTokens)
      .values({ tokenHash: await hashSecret(token), expiresAt: ctx.now() + DAY_MS }),
  ]);
  return token;
}

/** Refuses `invalid` unless the token would make somebody operator now. */
export async function requireSetupToken(ctx: Ctx, token: string): Promise<void> {
  const [found] = isWellFormedSecret(token, "sw_set_")
    ? await ctx.db
        .select()
        .from(setupTokens)
        .where(usable(ctx, await hashSecret(token)))
    : [];
  if (!found) refuseToken();
}

/** Makes the user an operator and ends the token, in one transaction. Refuses `invalid` for a token that has ended. */
export async function spendSetupToken(ctx: Ctx, token: string, userId: string): Promise<void> {
  const hash = await hashSecret(token);
  const now = ctx.now();
  const [, spent] = await ctx.db.batch([
    ctx.db.insert(operators).select(
      ctx.db
        .select({ userId: sql`${userId}`.as("user_id"), createdAt: sql`${now}`.as("created_at") })
        .from(setupTokens)
        .where(usable(ctx, hash)),
    ),
    ctx.db.update(setupTokens).set({ usedAt: now }).where(usable(ctx, hash)).returning(),
  ]);
  if (spent.length === 0) refuseToken();
}

function refuseToken(): never {
  const { issues } = invalidField(
    ["token"],
    "must be a set-up token that has not been used, of the last day",
  );
  refuse({ code: "invalid", issues, isGuess: true });
}

const usable = (ctx: Ctx, hash: string) =>
  and(
    eq(setupTokens.tokenHash, hash),
    isNull(setupTokens.usedAt),
    gt(setupTokens.expiresAt, ctx.now()),
  );
