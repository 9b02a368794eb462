// When a key was last handed out, and to whom: by the audit log, which has an entry before each export.
import { and, eq, max } from "drizzle-orm";
import { auditEntries } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";
import type { Deed } from "./deeds.ts";

const EXPORT: Deed = "keystore.export";

export interface Exported {
  /** The person's name; null for an API key, which owners alone see. */
  by: string | null;
  /** ms */
  at: number;
}

/** Returns the last export that the audit log still has of each of the account's keystores, by the keystore's id. */
export async function lastExports(ctx: AccountCtx): Promise<ReadonlyMap<number, Exported>> {
  const rows = await ctx.db
    .select({
      keystore: auditEntries.thingId,
      // SQLite takes the other columns from the row with the greatest id.
      newest: max(auditEntries.id),
      who: auditEntries.who,
      name: auditEntries.whoName,
      at: auditEntries.createdAt,
    })
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.accountId, ctx.principal.accountId),
        eq(auditEntries.kind, "keystore"),
        eq(auditEntries.did, EXPORT),
      ),
    )
    .groupBy(auditEntries.thingId);
  return new Map(
    rows.map(({ keystore, who, name, at }) => [
      Number(keystore),
      { by: who.startsWith("person:") ? name : null, at },
    ]),
  );
}
