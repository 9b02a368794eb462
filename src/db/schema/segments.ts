// Saved segments: named targetings of an app, and which notifications that wait name them.
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { accounts } from "./accounts.ts";
import { apps } from "./apps.ts";
import { notifications } from "./push.ts";

/** A named targeting, which the targetings of the app's notifications can name. */
export const segments = sqliteTable(
  "segments",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    uuid: text("uuid").notNull().unique(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id),
    name: text("name").notNull(),
    /** The name in lower case, by which no two of an app are the same. */
    nameKey: text("name_key").notNull(),
    /** Resolved of domain/audiences: it names no other segment. */
    targeting: text("targeting", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    /** How many conditions that has. */
    conditions: integer("conditions").notNull(),
    /** How many notifications with it began to be sent, and when the last one did, ms. */
    used: integer("used").notNull().default(0),
    lastUsedAt: integer("last_used_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [uniqueIndex("segments_name").on(table.appId, table.nameKey)],
);

/**
 * A segment that a notification names which is a draft, is scheduled or is about to begin. The row goes with the notification,
 * once that has read the segment (durable/notification-run/frozen.ts), and by a trigger when it ends (migrations/0001).
 */
export const segmentUses = sqliteTable(
  "segment_uses",
  {
    notificationId: integer("notification_id")
      .notNull()
      .references(() => notifications.id, { onDelete: "cascade" }),
    /** One that is in use is deleted only with its app (domain/audiences/delete-segment.ts). */
    segmentId: integer("segment_id")
      .notNull()
      .references(() => segments.id, { onDelete: "cascade" }),
    /** How often the notification's targeting names it. */
    times: integer("times").notNull(),
    /** How many conditions that targeting has besides all the segments that it names. */
    besides: integer("besides").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.notificationId, table.segmentId] }),
    index("segment_uses_segment").on(table.segmentId),
  ],
);
