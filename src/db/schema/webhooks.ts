// Webhooks, and what is delivered to them.
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { accounts } from "./accounts.ts";
import { apps } from "./apps.ts";

/**
 * A webhook, or the callback of a channel. A trigger (migrations/0001) makes held deliveries due when it is enabled.
 */
export const webhooks = sqliteTable(
  "webhooks",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    uuid: text("uuid").notNull().unique(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id),
    url: text("url").notNull(),
    /** Sealed (kit/seal.ts), bound to `webhook:<uuid>`. */
    secretSealed: text("secret_sealed").notNull(),
    events: text("events", { mode: "json" }).$type<string[]>().notNull(),
    enabled: integer("enabled", { mode: "boolean" }).notNull(),
    failuresInARow: integer("failures_in_a_row").notNull().default(0),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    /** callback: a channel's own, visible only through its channel; its secret is sent, and does not sign. */
    kind: text("kind", { enum: ["webhook", "callback"] })
      .notNull()
      .default("webhook"),
    /** How many rows of webhook_deliveries it has, kept by triggers, which also bound them (migrations/0001). */
    deliveries: integer("deliveries").notNull().default(0),
    /** Until when its new deliveries go into the account's lane, since the receiver was slow, ms; null: it was not. */
    slowUntil: integer("slow_until"),
  },
  (table) => [index("webhooks_app").on(table.appId)],
);

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
    /** When the next attempt is due, ms; null once it has ended, and while it is held for a disabled webhook. */
    nextAttemptAt: integer("next_attempt_at"),
    createdAt: integer("created_at").notNull(),
    /** The account in whose lane it waits (domain/webhooks/lane.ts); null: it goes through the queue. */
    lane: integer("lane"),
  },
  (table) => [
    index("webhook_deliveries_webhook").on(table.webhookId, table.id),
    index("webhook_deliveries_due").on(table.status, table.nextAttemptAt),
    index("webhook_deliveries_lane")
      .on(table.lane, table.nextAttemptAt)
      .where(sql`lane IS NOT NULL`),
  ],
);
