// Statements that move build credits. The ledger's trigger keeps the balance (migrations/0001); a
// reference counts once however often its statement runs.
import { sql, type SQL } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { accounts, creditLedger } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Adds `delta` credits for `reference`, unless that was done before. */
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

/** Brings the balance to `balance`, whatever it is when the statement runs. */
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
