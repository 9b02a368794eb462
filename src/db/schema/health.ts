// What the installation did and how it is: counts of what happened, when the schedules ran, and how much waited.
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Counts of one kind (`sends`, `builds`, `dead_letters`, `slow_hosts`) in one stretch of time. */
export const meters = sqliteTable(
  "meters",
  {
    /** When the stretch began, ms; 0: all those before, added up. */
    bucket: integer("bucket").notNull(),
    name: text("name").notNull(),
    /** How often each thing happened, such as `{"fcm:sent": 40}` (domain/health). */
    counts: text("counts", { mode: "json" }).$type<Record<string, number>>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.name] })],
);

/** When a schedule of the Worker last ran, and how its jobs went. */
export const cronRuns = sqliteTable("cron_runs", {
  /** As cron has it. */
  schedule: text("schedule").primaryKey(),
  begunAt: integer("begun_at").notNull(),
  /** When all its jobs were last through, ms; null: never. */
  endedAt: integer("ended_at"),
  /** Its jobs by their names (CronPart of domain/health). */
  parts: text("parts", { mode: "json" }).$type<Record<string, StoredCronPart>>().notNull(),
});

/** How a job of a schedule last went. */
export interface StoredCronPart {
  /** How long it took, ms. */
  tookMs: number;
  /** How often it has failed since it last succeeded. */
  failures: number;
  /** Why it last failed, and when, ms; null: it never has. */
  error: string | null;
  failedAt: number | null;
}

/** Most batches that waited in one stretch of time. */
export const queueSamples = sqliteTable("queue_samples", {
  /** When the stretch began, ms. */
  bucket: integer("bucket").primaryKey(),
  batches: integer("batches").notNull(),
});
