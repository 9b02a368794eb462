// Gives an account another name.
import { eq } from "drizzle-orm";
import { z } from "zod";
import { accounts } from "../../db/schema/index.ts";
import { label } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";

export const RenameAccount = z.strictObject({ name: label(200) });

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
