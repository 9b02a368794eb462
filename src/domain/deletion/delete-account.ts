// Deletes an account with all that it owns. That is more than one request can do: it marks the account, which lets nobody
// in any more, and goes on after the answer; the cron goes on with what is left (delete-owned.ts).
import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { accounts, apiKeys, channels, invitations, memberships } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { AccountCtx } from "../context.ts";
import { deleteOwned } from "./delete-owned.ts";

export const DeleteAccount = z.strictObject({ name: z.string().trim().max(500) });

/**
 * Begins to delete the account, whose name the input repeats. From then on nobody gets in: its keys, memberships,
 * invitations and the keys of its channels end with the same transaction. Its members remain people. Refuses `invalid` for
 * another name. The audit log goes with the account, so the deletion is noted in the Worker's own log alone.
 */
export async function deleteAccount(ctx: AccountCtx, input: unknown): Promise<void> {
  const { name } = parse(DeleteAccount, input);
  const { accountId, account, by } = ctx.principal;
  if (name !== account.name) refuse(invalidField(["name"], `must be ${account.name}`));
  const isMarked = sql`EXISTS (SELECT 1 FROM ${accounts}
    WHERE ${accounts.id} = ${accountId} AND ${accounts.deletedAt} IS NOT NULL)`;
  const [marked] = await ctx.db.batch([
    ctx.db
      .update(accounts)
      .set({ deletedAt: ctx.now(), name: "", email: "" })
      // It may have got another name meanwhile, which nobody confirmed.
      .where(and(eq(accounts.id, accountId), eq(accounts.name, name), isNull(accounts.deletedAt)))
      .returning({ id: accounts.id }),
    ctx.db.delete(apiKeys).where(and(eq(apiKeys.accountId, accountId), isMarked)),
    ctx.db.delete(memberships).where(and(eq(memberships.accountId, accountId), isMarked)),
    ctx.db.delete(invitations).where(and(eq(invitations.accountId, accountId), isMarked)),
    ctx.db
      .update(channels)
      .set({ keyHash: sql`'ended:' || ${channels.id}`, previousKeyHash: null })
      .where(and(eq(channels.accountId, accountId), isMarked)),
  ]);
  if (marked.length === 0) refuse({ code: "changed_meanwhile" });
  const who = by.kind === "person" ? by.person.id : by.keyId;
  ctx.log.info("account_deleted", { account: accountId, by: who });
  ctx.defer(deleteOwned(ctx, accountId));
}
