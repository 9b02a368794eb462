// The plans that accounts can be on. Operators edit them.
import { asc, eq } from "drizzle-orm";
import { z } from "zod";
import { plans } from "../../db/schema/index.ts";
import { integer, label } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { Ctx, Plan } from "../context.ts";

export {
  DEFAULT_MAX_SUBSCRIBERS,
  DEFAULT_PUSH_RATE_LIMIT,
  DEFAULT_REGISTRATION_RATE_LIMIT,
} from "../../db/schema/index.ts";

/** The plan of an account that is opened without naming one. */
export const FREE_PLAN = "Free";
/** Most plans in one request. */
const MAX_PLANS = 50;
/** Highest monthly grant and rate limit: keeps balances exact and limits meaningful. */
const MAX_MONTHLY_CREDITS = 1_000_000;
const MAX_RATE_LIMIT = 1_000_000;
/** Highest number of subscribers of an app: about what one database holds. */
const MAX_SUBSCRIBERS = 10_000_000;

export const PlanInput = z.strictObject({
  name: label(50).meta({ description: "The plan's name, by which it is found.", example: "Team" }),
  price: z
    .number()
    .min(0)
    .max(1_000_000)
    .meta({ description: "The price of a month, in US dollars; 0 for a free plan.", example: 29 }),
  /** null means that builds cost nothing. */
  monthly_credits: integer(0, MAX_MONTHLY_CREDITS).nullable().meta({
    description: "How many builds a month it allows; null if builds cost nothing.",
    example: 100,
  }),
  rate_limit: integer(1, MAX_RATE_LIMIT).meta({
    description: "Requests a minute of each API key.",
    example: 1200,
  }),
  /** Where one of these is omitted, a plan keeps what it has, and a new one gets the default. */
  push_rate_limit: integer(1, MAX_RATE_LIMIT).optional().meta({
    description: "Requests a minute of each account to the push API.",
    example: 200,
  }),
  registration_rate_limit: integer(1, MAX_RATE_LIMIT).optional().meta({
    description: "How many single subscribers an account may register a minute by the push API.",
    example: 60,
  }),
  max_subscribers: integer(1, MAX_SUBSCRIBERS)
    .optional()
    .meta({
      description:
        "The most subscribers of each app. By default a plan keeps what it has, and a new one gets what Free " +
        "has.",
      example: 100000,
    }),
  features: z
    .array(z.string().max(200))
    .max(50)
    .default([])
    .meta({
      description: "What the plan offers, in sentences for its owner.",
      example: ["100 builds a month"],
    }),
});

export const PutPlans = z.strictObject({
  plans: z
    .array(PlanInput)
    .min(1)
    .max(MAX_PLANS)
    .refine((wanted) => new Set(wanted.map(({ name }) => name)).size === wanted.length, {
      message: "must name each plan once",
    })
    .meta({ description: "The plans to change or add, each once." }),
});

/** A plan, and how many accounts are on it. */
export type PlanInUse = Plan & { accounts: number };

/** Returns all plans, oldest first. */
export async function listPlans(ctx: Ctx): Promise<PlanInUse[]> {
  return ctx.db.select().from(plans).orderBy(asc(plans.id));
}

/** Adds a plan. Refuses `invalid`, also for the name of one that there is. */
export async function addPlan(ctx: Ctx, input: unknown): Promise<Plan> {
  const wanted = parse(PlanInput, input);
  const [added] = await ctx.db
    .insert(plans)
    .values({ name: wanted.name, ...columnsOf(wanted) })
    .onConflictDoNothing({ target: plans.name })
    .returning();
  return added ?? refuse(invalidField(["name"], "must be a name that no other plan has"));
}

/** Changes all of a plan but its name, by which requests and accounts' owners know it. Refuses `not_found`, `invalid`. */
export async function changePlan(ctx: Ctx, planId: number, input: unknown): Promise<Plan> {
  const [plan] = await ctx.db.select().from(plans).where(eq(plans.id, planId));
  if (!plan) return refuse({ code: "not_found", what: "plan" });
  const wanted = parse(PlanInput.omit({ name: true }), input);
  await ctx.db.update(plans).set(columnsOf(wanted)).where(eq(plans.id, planId));
  return plan;
}

/** Changes the plans that `input` names, and adds those that are new. Returns all plans. Refuses `invalid`. */
export async function putPlans(ctx: Ctx, input: unknown): Promise<Plan[]> {
  const { plans: wanted } = parse(PutPlans, input);
  // One statement for each plan, since D1 binds no more than 100 values in a statement.
  const [first, ...others] = wanted.map((plan) => upsertPlan(ctx, plan));
  if (first) await ctx.db.batch([first, ...others]);
  return listPlans(ctx);
}

function upsertPlan(ctx: Ctx, { name, ...wanted }: z.output<typeof PlanInput>) {
  const columns = columnsOf(wanted);
  return ctx.db
    .insert(plans)
    .values({ name, ...columns })
    .onConflictDoUpdate({ target: plans.name, set: columns });
}

function columnsOf(wanted: Omit<z.output<typeof PlanInput>, "name">) {
  return {
    price: wanted.price,
    monthlyCredits: wanted.monthly_credits,
    rateLimit: wanted.rate_limit,
    ...given("pushRateLimit", wanted.push_rate_limit),
    ...given("registrationRateLimit", wanted.registration_rate_limit),
    ...given("maxSubscribers", wanted.max_subscribers),
    features: wanted.features,
  };
}

/** The column with its value; none where that was omitted. */
function given(column: keyof Plan, value: number | undefined): Partial<Plan> {
  return value === undefined ? {} : { [column]: value };
}
