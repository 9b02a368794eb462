// The audit log: who changed what in an account.
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { accounts } from "./accounts.ts";

/** One change. A trigger deletes the oldest of an account that has more than its bound (migrations/0001). */
export const auditEntries = sqliteTable(
  "audit_entries",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    /** `key:<id>`, `person:<id>` or `operator`. */
    who: text("who").notNull(),
    /** What the key or person was called at the time. */
    whoName: text("who_name").notNull(),
    /** What was done: `<kind>.<what>`, one of a closed list (domain/audit/deeds.ts). */
    did: text("did").notNull(),
    /** The kind of the thing, which `did` begins with: for its index. */
    kind: text("kind").notNull(),
    /** The id that its API gives the thing; null for none. */
    thingId: text("thing_id"),
    thingName: text("thing_name"),
    /** Names of changed fields, numbers, roles: never a secret. */
    facts: text("facts", { mode: "json" }).$type<Record<string, AuditFact>>().notNull(),
    address: text("address"),
    requestId: text("request_id"),
    agent: text("agent"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    // Each is in the order of ids too, as are all indexes.
    index("audit_entries_account").on(table.accountId),
    index("audit_entries_who").on(table.accountId, table.who),
    index("audit_entries_kind").on(table.accountId, table.kind),
    // Of all API keys together.
    index("audit_entries_keys")
      .on(table.accountId)
      .where(sql`substr(who, 1, 4) = 'key:'`),
  ],
);

export type AuditFact = string | number | boolean | null | readonly (string | number)[];
