// Notes in the audit log who did what to which thing, and from where. A change in D1 and its entry are in one
// transaction: neither is there without the other. What is changed elsewhere (objects, files) is noted right after it.
import { sql, type SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { insertFrom } from "../../db/insert-from.ts";
import { auditEntries, type AuditFact } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { kindOf, type Deed } from "./deeds.ts";

/** Longest name that is kept of a thing, characters: titles of notifications are longer. */
const MAX_NAME = 255;
/** Most names of fields, or ids, in one entry: a change of all that an app's design has. */
export const MAX_FACTS = 100;

/** Who can do what is noted: a key, a person, or whoever runs the installation. */
export type Doer =
  | { kind: "key"; keyId: number; name: string }
  | { kind: "person"; person: { id: string; name: string } }
  | { kind: "operator"; name: string | null };

/** A context in which it is known who does something in which account. */
export type DoerCtx = Ctx & { principal: { accountId: number | SQL; by: Doer } };

export interface Entry {
  did: Deed;
  /** The id that its API gives the thing, or an expression for it; null or left out for none. */
  id?: string | number | SQL | null;
  /** What the thing is called, or an expression for it. */
  name?: string | SQL | null;
  /** What is worth knowing beside: names of changed fields, numbers, roles; never a secret. */
  facts?: Record<string, AuditFact> | SQL;
}

/** Whether the statement before this one in its batch changed a row; triggers and cascades do not count. */
export const IF_CHANGED = sql`WHERE changes() > 0`;
/** For an entry whose statement changes something in any case, or whose batch fails. */
export const ALWAYS = sql`WHERE true`;
/** For an entry of what changes nothing. */
const NEVER = sql`WHERE false`;
/** The id of the row that the statement before this one in its batch inserted. */
export const INSERTED_ID = sql`last_insert_rowid()`;

/**
 * The statement that notes an entry for each row of `from`, whatever follows a SELECT's columns. By default it follows the
 * change in a batch at once, and notes it if it changed anything. A change that names no field is none.
 */
export function auditEntry(ctx: DoerCtx, entry: Entry, from: SQL = IF_CHANGED) {
  const { accountId, by } = ctx.principal;
  const { did, id = null, name = null, facts = {} } = entry;
  const isNothing = "fields" in facts && Array.isArray(facts.fields) && facts.fields.length === 0;
  return insertFrom(
    ctx.db,
    auditEntries,
    {
      accountId,
      who: whoOf(by),
      whoName: nameOf(by),
      did,
      kind: kindOf(did),
      thingId: typeof id === "number" ? String(id) : id,
      thingName: typeof name === "string" ? name.slice(0, MAX_NAME) : name,
      facts,
      ...ctx.from,
      createdAt: ctx.now(),
    },
    isNothing ? NEVER : from,
  );
}

/** Runs `statement` and, in the same transaction, notes the entry if it changed a row. Returns what it returns. */
export async function audited<Statement extends BatchItem<"sqlite">>(
  ctx: DoerCtx,
  statement: Statement,
  entry: Entry,
): Promise<Statement["_"]["result"]> {
  const [result] = await ctx.db.batch([statement, auditEntry(ctx, entry)]);
  return result;
}

/** Notes what is about to be handed out: without the entry, the caller gets nothing. */
export async function note(ctx: DoerCtx, entry: Entry): Promise<void> {
  await auditEntry(ctx, entry, ALWAYS).run();
}

/**
 * Notes what was changed elsewhere than in D1, after that is done. It can't be undone, so a failure here is logged, and the
 * request goes on.
 */
export async function noteDone(ctx: DoerCtx, entry: Entry): Promise<void> {
  try {
    await note(ctx, entry);
  } catch (error) {
    ctx.log.error("audit_not_noted", error, { did: entry.did });
  }
}

/**
 * The same context as that of whoever runs the installation, who changes something in the account: a person who is signed in, or
 * the holder of the operators' token, who has no name.
 */
export function asOperator<C extends Ctx & { person?: { name: string } }>(
  ctx: C,
  accountId: number | SQL,
) {
  const by = { kind: "operator", name: ctx.person?.name ?? null } as const;
  return { ...ctx, principal: { accountId, by } };
}

/**
 * The names of the fields that an input gives, as facts: those in objects with a dot, `config.colors`. Values are left out,
 * since they may be secrets.
 */
export function fieldsOf(input: Record<string, unknown>): { fields: string[] } {
  const names = Object.entries(input).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [name];
    const inner = fieldsOf(value as Record<string, unknown>).fields;
    return inner.length === 0 ? [name] : inner.map((each) => `${name}.${each}`);
  });
  return { fields: names.slice(0, MAX_FACTS) };
}

function whoOf(by: Doer): string {
  switch (by.kind) {
    case "key":
      return `key:${by.keyId}`;
    case "person":
      return `person:${by.person.id}`;
    case "operator":
      return "operator";
  }
}

/** What a doer is called. */
export function nameOf(by: Doer): string {
  switch (by.kind) {
    case "key":
      return by.name;
    case "person":
      return by.person.name;
    case "operator":
      return by.name ?? "Operator";
  }
}
