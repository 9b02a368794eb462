// Statements that change the balance of build credits. A trigger of the ledger computes the balance
// (migrations/0001); each reference counts once, however often its statement runs.
import { sql, type SQL } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { accounts, creditLedger } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** The statement that adds `delta` credits for `reference`, unless the ledger has that reference already. */
export function moveCredits(
  ctx: Ctx,
  accountId: number | SQL,
  delta: number,
  reference: string | SQL,
) {
  return ctx.db
    .insert(creditLedger)
    .values({ accountId, delta, reference, createdAt: ctx.now() })
    .onConflictDoNothing({ target: creditLedger.reference });
}

/** The statement that brings the balance to `balance`, whatever it is when the statement runs. */
export function setCredits(ctx: Ctx, accountId: number, balance: number, reference: string) {
  return insertFrom(
    ctx.db,
    creditLedger,
    {
      accountId,
      delta: sql`${balance} - ${accounts.buildCredits}`,
      reference,
      createdAt: ctx.now(),
    },
    sql`FROM ${accounts} WHERE ${accounts.id} = ${accountId}`,
  );
}
