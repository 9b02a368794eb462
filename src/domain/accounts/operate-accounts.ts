// What operators do with accounts: open one, change its plan, set its credits.
import { and, eq, isNull, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { ALWAYS, asOperator, auditEntry, fieldsOf } from "../audit/entry.ts";
import { accounts, plans, planSubscriptions } from "../../db/schema/index.ts";
import { integer, label } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { nextMonthly } from "../../kit/time.ts";
import type { Ctx, Plan } from "../context.ts";
import { moveCredits, setCredits } from "./credits.ts";
import { grantsDue } from "./grant-renewals.ts";
import { FREE_PLAN } from "./plans.ts";

/** Highest balance that an operator can set: far above any use, and still exact in arithmetic. */
const MAX_CREDITS = 1_000_000_000;
/** The payment method of a plan that an operator assigned. */
const OPERATOR_PAYMENT = "operator";

const Credits = integer(0, MAX_CREDITS);
const PlanName = z.string().min(1).max(50);

export const CreateAccount = z.strictObject({
  name: label(200).meta({ description: "The account's name.", example: "Example Inc." }),
  email: z.email().max(254).meta({
    description: "The address of whoever the account belongs to.",
    example: "owner@example.com",
  }),
  plan: PlanName.nullish().meta({
    description: "The name of the plan that the account is on. By default, or null: Free.",
    example: "Free",
  }),
  build_credits: Credits.nullish().meta({
    description:
      "How many builds the account can make. By default, or null: the plan's monthly credits.",
    example: 5,
  }),
});

export const UpdateAccount = z.strictObject({
  plan: PlanName.optional().meta({
    description: "The name of the plan that the account is put on.",
    example: "Pro",
  }),
  build_credits: Credits.optional().meta({
    description: "How many builds the account can make from now on.",
    example: 100,
  }),
});

export interface AccountView {
  id: number;
  name: string;
  email: string;
  plan: Plan;
  buildCredits: number;
  createdAt: number;
}

type AccountRow = typeof accounts.$inferSelect & { plan: Plan };

/**
 * Opens an account on the named plan, or else on Free, with the given credits, or else the plan's. Refuses `invalid`.
 */
export async function createAccount(ctx: Ctx, input: unknown): Promise<AccountView> {
  const wanted = parse(CreateAccount, input);
  const plan = await planNamed(ctx, wanted.plan ?? FREE_PLAN);
  const now = ctx.now();
  const credits = wanted.build_credits ?? plan.monthlyCredits ?? 0;
  // Ids only grow, and a batch is a transaction, so the newest account is the one that this batch opened.
  const opened = sql`(SELECT max(${accounts.id}) FROM ${accounts})`;
  const [[account]] = await ctx.db.batch([
    ctx.db
      .insert(accounts)
      .values({
        name: wanted.name,
        email: wanted.email,
        planId: plan.id,
        renewalAnchor: now,
        renewalAt: nextMonthly(now, now),
        createdAt: now,
      })
      .returning(),
    auditEntry(
      asOperator(ctx, opened),
      { did: "account.create", id: opened, name: wanted.name, facts: { plan: plan.name } },
      ALWAYS,
    ),
    moveCredits(ctx, opened, credits, sql`'opening:' || ${opened}`),
    ...(plan.price > 0 ? [subscribe(ctx, opened, plan)] : []),
  ]);
  if (!account) throw new Error("an inserted account returned no row");
  return { ...account, plan, buildCredits: credits };
}

/** Changes an account's plan, its balance or both, in one transaction. Refuses `not_found`, `invalid`. */
export async function updateAccount(ctx: Ctx, accountId: number, input: unknown) {
  const account = await view(ctx, accountId);
  const wanted = parse(UpdateAccount, input);
  const { plan, build_credits: credits } = wanted;
  const changes = [
    ...(plan === undefined ? [] : putOnPlan(ctx, account, await planNamed(ctx, plan))),
    ...(credits === undefined
      ? []
      : [setCredits(ctx, accountId, credits, `set:${crypto.randomUUID()}`)]),
  ];
  const [first, ...others] = changes;
  const entry = auditEntry(
    asOperator(ctx, accountId),
    { did: "account.update", id: accountId, name: account.name, facts: fieldsOf(wanted) },
    ALWAYS,
  );
  if (first) await ctx.db.batch([first, ...others, entry]);
  return view(ctx, accountId);
}

/** Refuses `not_found` when there is no such account. */
export async function requireAccount(ctx: Ctx, accountId: number): Promise<void> {
  await view(ctx, accountId);
}

/**
 * The statements that grant what the previous plan still owes, end its subscription, begin one for the new plan and
 * count months from now. There are none when the account is on that plan already.
 */
function putOnPlan(ctx: Ctx, account: AccountRow, plan: Plan) {
  if (account.plan.id === plan.id) return [];
  const { id: accountId } = account;
  const now = ctx.now();
  return [
    ...grantsDue(ctx, account),
    ctx.db
      .update(planSubscriptions)
      .set({ status: "ended", endedAt: now })
      .where(
        and(eq(planSubscriptions.accountId, accountId), eq(planSubscriptions.status, "active")),
      ),
    ctx.db
      .update(accounts)
      .set({ planId: plan.id, renewalAnchor: now, renewalAt: nextMonthly(now, now) })
      .where(eq(accounts.id, accountId)),
    ...(plan.price > 0 ? [subscribe(ctx, accountId, plan)] : []),
  ];
}

function subscribe(ctx: Ctx, accountId: number | SQL, plan: Plan) {
  return ctx.db.insert(planSubscriptions).values({
    accountId,
    planId: plan.id,
    status: "active",
    amount: plan.price,
    paymentMethod: OPERATOR_PAYMENT,
    createdAt: ctx.now(),
  });
}

/** Returns the plan with this name. Refuses `invalid`. */
export async function planNamed(ctx: Ctx, name: string): Promise<Plan> {
  const all = await ctx.db.select().from(plans).orderBy(plans.id);
  const names = all.map((plan) => plan.name).join(", ");
  const named = all.find((plan) => plan.name === name);
  return named ?? refuse(invalidField(["plan"], `must be one of ${names}`));
}

async function view(ctx: Ctx, accountId: number): Promise<AccountRow> {
  const [row] = await ctx.db
    .select()
    .from(accounts)
    .innerJoin(plans, eq(plans.id, accounts.planId))
    .where(and(eq(accounts.id, accountId), isNull(accounts.deletedAt)));
  if (!row) return refuse({ code: "not_found", what: "account" });
  return { ...row.accounts, plan: row.plans };
}
