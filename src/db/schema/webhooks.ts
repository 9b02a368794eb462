// Webhooks, and what is delivered to them.
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { accounts } from "./accounts.ts";
import { apps } from "./apps.ts";

/** A webhook of an app or of an account, or the callback of a channel. */
export const webhooks = sqliteTable(
  "webhooks",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    uuid: text("uuid").notNull().unique(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    /** null: the account's own, which is sent the events of all its apps. */
    appId: integer("app_id").references(() => apps.id),
    url: text("url").notNull(),
    /** Sealed (kit/seal.ts), bound to `webhook:<uuid>`. */
    secretSealed: text("secret_sealed").notNull(),
    /** The secret before the last rotation, sealed alike; it signs too until then, ms. */
    previousSecretSealed: text("previous_secret_sealed"),
    previousSecretEndsAt: integer("previous_secret_ends_at"),
    events: text("events", { mode: "json" }).$type<string[]>().notNull(),
    enabled: integer("enabled", { mode: "boolean" }).notNull(),
    /** Of how many deliveries attempts have failed since the last success. */
    failuresInARow: integer("failures_in_a_row").notNull().default(0),
    /** When the first attempt failed since the last success, ms; null: none has. */
    failingSince: integer("failing_since"),
    /** To the minute, and exact when it ends failures, ms. */
    lastSuccessAt: integer("last_success_at"),
    /** When and why it was disabled, ms; the reason is null if its owner did so. */
    disabledAt: integer("disabled_at"),
    disabledReason: text("disabled_reason", { enum: ["gone", "failing"] }),
    /** Whether it may have held deliveries (domain/webhooks/hold.ts). */
    holds: integer("holds", { mode: "boolean" }).notNull().default(false),
    /** Until when its receiver asked to be left alone, ms. */
    pauseEndsAt: integer("pause_ends_at"),
    /** While it fails: the one delivery that is tried, and until when the others wait for it, ms. */
    turnOf: integer("turn_of"),
    turnUntil: integer("turn_until"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    /** callback: a channel's own, visible only through its channel; its secret is sent besides. */
    kind: text("kind", { enum: ["webhook", "callback"] })
      .notNull()
      .default("webhook"),
    /** How many rows of webhook_deliveries it has, kept by triggers, which also bound them (migrations/0001). */
    deliveries: integer("deliveries").notNull().default(0),
    /** Until when its new deliveries go into the account's lane, since the receiver was slow, ms; null: it was not. */
    slowUntil: integer("slow_until"),
  },
  (table) => [
    index("webhooks_app").on(table.appId),
    index("webhooks_listed")
      .on(table.accountId, table.id)
      .where(sql`kind = 'webhook'`),
    index("webhooks_account")
      .on(table.accountId)
      .where(sql`app_id IS NULL`),
    index("webhooks_holding")
      .on(table.id)
      .where(sql`holds = 1`),
    // For operators: whose receivers were slow, and which were disabled because they failed.
    index("webhooks_slow")
      .on(table.slowUntil)
      .where(sql`slow_until IS NOT NULL`),
    index("webhooks_failed")
      .on(table.disabledAt)
      .where(sql`disabled_reason IS NOT NULL`),
  ],
);

/** How one attempt at a delivery went. */
export interface LoggedAttempt {
  /** Which attempt it was, from 1 on; a replay begins anew. */
  attempt: number;
  /** When it began, and how long it took, ms. */
  at: number;
  ms: number;
  /** The status of the answer; null: there was none, and `error` says why. */
  status: number | null;
  error?: string;
  /** What the answer's Retry-After asked for, ms. */
  asked?: number;
}

/** An event for one webhook, and the state of its delivery. */
export const webhookDeliveries = sqliteTable(
  "webhook_deliveries",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    uuid: text("uuid").notNull().unique(),
    webhookId: integer("webhook_id").notNull(),
    event: text("event").notNull(),
    /** The raw body, signed anew for each attempt. */
    body: text("body").notNull(),
    status: text("status", { enum: ["pending", "delivered", "failed"] }).notNull(),
    attempts: integer("attempts").notNull(),
    responseStatus: integer("response_status"),
    error: text("error"),
    /** The beginning of what the receiver answered to the last attempt (domain/webhooks/post.ts bounds it). */
    responseBody: text("response_body"),
    /** The headers that proved the last attempt to be ours, but for a secret itself (domain/webhooks/proof.ts). */
    proof: text("proof", { mode: "json" }).$type<Record<string, string>>(),
    /** How each attempt went, the oldest first, as far as it is kept (domain/webhooks/attempt-log.ts). */
    attemptLog: text("attempt_log", { mode: "json" })
      .$type<LoggedAttempt[]>()
      .notNull()
      .default([]),
    /** When the last attempt began, and how long it took, ms. */
    attemptedAt: integer("attempted_at"),
    durationMs: integer("duration_ms"),
    /** When the next attempt is due, ms; null once it has ended, and while it is held (domain/webhooks/hold.ts). */
    nextAttemptAt: integer("next_attempt_at"),
    createdAt: integer("created_at").notNull(),
    /** When it was delivered or failed for good, ms. */
    endedAt: integer("ended_at"),
    /** The account in whose lane it waits (domain/webhooks/lane.ts); null: it goes through the queue. */
    lane: integer("lane"),
  },
  (table) => [
    index("webhook_deliveries_webhook").on(table.webhookId, table.id),
    index("webhook_deliveries_due").on(table.status, table.lane, table.nextAttemptAt),
    index("webhook_deliveries_lane")
      .on(table.lane, table.nextAttemptAt)
      .where(sql`lane IS NOT NULL`),
    index("webhook_deliveries_held")
      .on(table.webhookId, table.id)
      .where(sql`status = 'pending' AND next_attempt_at IS NULL`),
    index("webhook_deliveries_failed")
      .on(table.webhookId, table.endedAt)
      .where(sql`status = 'failed'`),
  ],
);
