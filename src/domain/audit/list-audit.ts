// The audit log as an account's owners read it.
import { and, desc, eq, lt, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { countedUpToMost } from "../../db/count.ts";
import { accountCounts, auditEntries } from "../../db/schema/index.ts";
import { wholeNumber } from "../../kit/fields.ts";
import { DEFAULT_LIMIT, exactly, MAX_LIMIT, upToMost, type Listed } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { AccountCtx, OfAccountCtx } from "../context.ts";
import { KINDS, type Deed, type Kind } from "./deeds.ts";

export const AuditQuery = z.strictObject({
  /** `key:<id>`, `person:<id>`, `operator`, or `keys` for all API keys. */
  who: z.string().min(1).max(100).optional(),
  kind: z.enum(KINDS as [Kind, ...Kind[]]).optional(),
  /** Only entries that are older than the one with this id, which is how one page follows another. */
  before: wholeNumber(1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  limit: wholeNumber(1, MAX_LIMIT, DEFAULT_LIMIT),
});

export type AuditEntry = Omit<typeof auditEntries.$inferSelect, "accountId" | "did" | "kind"> & {
  did: Deed;
  kind: Kind;
};

/** Entries, newest first, and the `before` of the next page; null where there are no older ones. */
export interface AuditPage extends Listed<AuditEntry> {
  next: number | null;
}

/** Most entries that an account has; a trigger deletes the oldest (migrations/0001). */
export const MAX_AUDIT_ENTRIES = 100_000;
/** Most entries of one file, so that it is made in memory: the newest. */
export const MAX_EXPORTED = 5000;

/** Returns the newest entries by the same filters, MAX_EXPORTED at most. Refuses `invalid`. The caller must be an owner. */
export async function exportAudit(ctx: AccountCtx, query: unknown): Promise<AuditEntry[]> {
  const filters = parse(AuditQuery.pick({ who: true, kind: true }), query);
  const found = await ctx.db
    .select()
    .from(auditEntries)
    .where(matches(ctx, filters))
    .orderBy(desc(auditEntries.id))
    .limit(MAX_EXPORTED);
  return found.map(shown);
}

/** Returns a page of the account's audit log. Refuses `invalid`. The caller must be an owner, or an operator. */
export async function listAudit(ctx: OfAccountCtx, query: unknown): Promise<AuditPage> {
  const { who, kind, before, limit } = parse(AuditQuery, query);
  const { accountId } = ctx.principal;
  const ofAccount = matches(ctx, { who, kind });
  const isFiltered = who !== undefined || kind !== undefined;
  // The database would count keys' entries among all of the account's.
  const index = who === "keys" && kind === undefined ? sql`INDEXED BY audit_entries_keys` : sql``;
  const matching = sql`SELECT 1 FROM ${auditEntries} ${index} WHERE ${ofAccount}`;
  const [totals, found] = await ctx.db.batch([
    ctx.db
      .select({
        entries: isFiltered ? countedUpToMost(matching) : accountCounts.auditEntries,
      })
      .from(accountCounts)
      .where(eq(accountCounts.accountId, accountId)),
    ctx.db
      .select()
      .from(auditEntries)
      .where(and(ofAccount, lt(auditEntries.id, before)))
      .orderBy(desc(auditEntries.id))
      .limit(limit + 1),
  ]);
  const rows = found.slice(0, limit).map(shown);
  const entries = totals[0]?.entries ?? 0;
  return {
    rows,
    total: isFiltered ? upToMost(entries) : exactly(entries),
    next: found.length > limit ? (rows.at(-1)?.id ?? null) : null,
  };
}

/** The condition for the account's entries by these filters. */
function matches(
  { principal }: OfAccountCtx,
  { who, kind }: { who?: string | undefined; kind?: Kind | undefined },
): SQL | undefined {
  return and(
    eq(auditEntries.accountId, principal.accountId),
    who === undefined ? undefined : isBy(who),
    kind === undefined ? undefined : eq(auditEntries.kind, kind),
  );
}

/** The condition for entries of somebody, or of all API keys, whose names begin with `key:`. */
function isBy(who: string): SQL {
  if (who !== "keys") return eq(auditEntries.who, who);
  // Written as in the index `audit_entries_keys`.
  return sql`substr(${auditEntries.who}, 1, 4) = 'key:'`;
}

function shown({
  accountId: _accountId,
  did,
  kind,
  ...row
}: typeof auditEntries.$inferSelect): AuditEntry {
  return { ...row, did: did as Deed, kind: kind as Kind };
}
