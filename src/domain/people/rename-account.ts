// Gives an account another name, or another address to write to.
import { eq } from "drizzle-orm";
import { z } from "zod";
import { accounts } from "../../db/schema/index.ts";
import { label } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";

export const RenameAccount = z.strictObject({ name: label(200) });
/** As operators give one when they open an account. */
export const ChangeContact = z.strictObject({
  email: z.string().trim().pipe(z.email("must be an e-mail address").max(254)),
});

/** Renames the account. Refuses `invalid`. */
export async function renameAccount(ctx: AccountCtx, input: unknown): Promise<void> {
  const { name } = parse(RenameAccount, input);
  const { accountId, account } = ctx.principal;
  const rename = ctx.db.update(accounts).set({ name }).where(eq(accounts.id, accountId));
  await audited(ctx, rename, {
    did: "account.update",
    id: accountId,
    name,
    facts: { fields: ["name"], from: account.name },
  });
}

/** Changes the address by which operators reach the account. Nobody signs in by it. Refuses `invalid`. */
export async function changeContact(ctx: AccountCtx, input: unknown): Promise<void> {
  const { email } = parse(ChangeContact, input);
  const { accountId, account } = ctx.principal;
  const change = ctx.db.update(accounts).set({ email }).where(eq(accounts.id, accountId));
  await audited(ctx, change, {
    did: "account.update",
    id: accountId,
    name: account.name,
    facts: { fields: ["email"] },
  });
}
