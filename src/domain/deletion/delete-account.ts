// Deletes an account with all that it owns. That is more than one request can do: it marks the account, which ends keys,
// memberships and invitations at once, and goes on after the answer; the cron goes on with what is left.
import { z } from "zod";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { AccountCtx } from "../context.ts";

export const DeleteAccount = z.strictObject({ name: z.string().max(500) });

/**
 * Begins to delete the account, whose name the input repeats. From then on nobody gets in: its keys, memberships and
 * invitations are gone. Its members remain people. Refuses `invalid` for another name.
 */
export async function deleteAccount(ctx: AccountCtx, input: unknown): Promise<void> {
  const { name } = parse(DeleteAccount, input);
  if (name.trim() !== ctx.principal.account.name) {
    refuse(invalidField(["name"], `must be ${ctx.principal.account.name}`));
  }
  throw new Error("to do");
}
