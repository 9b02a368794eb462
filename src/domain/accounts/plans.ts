// The plans accounts can be on; operators edit them.
import { asc, sql } from "drizzle-orm";
import { z } from "zod";
import { plans } from "../../db/schema/index.ts";
import { integer, label } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import type { Ctx, Plan } from "../context.ts";

/** The plan of accounts that name none. */
export const FREE_PLAN = "Free";
/** Most plans in one request. */
const MAX_PLANS = 50;
/** Highest monthly grant and rate limit: keeps balances exact and limits meaningful. */
const MAX_MONTHLY_CREDITS = 1_000_000;
const MAX_RATE_LIMIT = 1_000_000;

export const PlanInput = z.object({
  name: label(50),
  price: z.number().min(0).max(1_000_000),
  /** null: builds cost nothing. */
  monthly_credits: integer(0, MAX_MONTHLY_CREDITS).nullable(),
  rate_limit: integer(1, MAX_RATE_LIMIT),
  features: z.array(z.string().max(200)).max(50).default([]),
});

export const PutPlans = z.object({ plans: z.array(PlanInput).min(1).max(MAX_PLANS) });

/** All plans, oldest first. */
export async function listPlans(ctx: Ctx): Promise<Plan[]> {
  return ctx.db.select().from(plans).orderBy(asc(plans.id));
}

/** Changes the plans named in `input`, adds those that are new; the others stay. Returns all. */
export async function putPlans(ctx: Ctx, input: unknown): Promise<Plan[]> {
  const { plans: wanted } = parse(PutPlans, input);
  await ctx.db
    .insert(plans)
    .values(
      wanted.map((plan) => ({
        name: plan.name,
        price: plan.price,
        monthlyCredits: plan.monthly_credits,
        rateLimit: plan.rate_limit,
        features: plan.features,
      })),
    )
    .onConflictDoUpdate({
      target: plans.name,
      set: {
        price: sql`excluded.price`,
        monthlyCredits: sql`excluded.monthly_credits`,
        rateLimit: sql`excluded.rate_limit`,
        features: sql`excluded.features`,
      },
    });
  return listPlans(ctx);
}
