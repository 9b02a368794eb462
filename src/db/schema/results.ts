// What became of sends: results of each batch, receipts and clicks, and the counters of each day.
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Recipients' results, packed: a row for a few batches, so that a million recipients cost 4,000 writes. */
export const batchResults = sqliteTable("batch_results", {
  /**
   * The notification's id times RESULTS_A_NOTIFICATION plus the number of the first batch: a single key, so that a row is
   * one write.
   */
  id: integer("id").primaryKey(),
  /** Packed and read by domain/notifications/results.ts. */
  results: text("results").notNull(),
});

/**
 * Receipts and clicks, each once for a recipient. A trigger (migrations/0001) counts each row in `notifications` and
 * `daily_stats`.
 */
export const engagements = sqliteTable(
  "engagements",
  {
    notificationId: integer("notification_id").notNull(),
    /** A negative id stands for a click of an unknown person. */
    subscriberId: integer("subscriber_id").notNull(),
    kind: text("kind", { enum: ["delivered", "clicked"] }).notNull(),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.notificationId, table.subscriberId, table.kind] }),
    // Clicks in the order of time, for the plot of a report.
    index("engagements_clicks")
      .on(table.notificationId, table.at)
      .where(sql`kind = 'clicked'`),
  ],
);

/** The counters of one UTC day of one app. */
export const dailyStats = sqliteTable(
  "daily_stats",
  {
    appId: integer("app_id").notNull(),
    /** YYYY-MM-DD. */
    date: text("date").notNull(),
    sent: integer("sent").notNull(),
    delivered: integer("delivered").notNull(),
    clicked: integer("clicked").notNull(),
    failed: integer("failed").notNull(),
    newSubscribers: integer("new_subscribers").notNull(),
    unsubscribes: integer("unsubscribes").notNull(),
  },
  (table) => [primaryKey({ columns: [table.appId, table.date] })],
);
