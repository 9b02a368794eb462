// An account for somebody who has none: whoever signed up by an open door, and operators.
import { eq } from "drizzle-orm";
import { operators } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { openOwnAccount } from "../accounts/open-own-account.ts";
import type { Ctx, PersonCtx } from "../context.ts";

/** Whether the person may open an account of their own: where anybody may sign up, and as an operator. */
export async function mayOpenAccount(ctx: Ctx, person: { id: string }): Promise<boolean> {
  if (ctx.signIn.signUp === "open") return true;
  return (await ctx.db.$count(operators, eq(operators.userId, person.id))) > 0;
}

/** Opens an account on the smallest plan that the person owns, unless they are a member of one. Refuses `forbidden`. */
export async function openAccount(ctx: PersonCtx): Promise<void> {
  if (!(await mayOpenAccount(ctx, ctx.person))) {
    refuse({
      code: "forbidden",
      message: "Accounts are opened by whoever runs this installation.",
    });
  }
  await openOwnAccount(ctx, ctx.person);
}
