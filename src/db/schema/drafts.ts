// What people write in the dashboard's composer before it is a notification, and who has it open.
import { sql } from "drizzle-orm";
import {
  check,
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

/** A draft of the composer: what was typed, right or wrong. It goes when it is published. */
export const drafts = sqliteTable(
  "drafts",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    /** By it pages and links name the draft. */
    uuid: text("uuid").notNull().unique(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id),
    /** What was typed: DraftFields of domain/composing. */
    fields: text("fields", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    /** Grows by one with each save, so that nobody saves over what they have not seen. */
    version: integer("version").notNull(),
    /** The notification that it is to change; null for one that is to be made. */
    notificationId: integer("notification_id").references(() => notifications.id, {
      onDelete: "set null",
    }),
    /** The id of the notification whose words it began with; null for none. It may be gone. */
    copiedFrom: text("copied_from"),
    /** Ids of people; they may be gone. */
    createdBy: text("created_by").notNull(),
    updatedBy: text("updated_by").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("drafts_app").on(table.appId, table.updatedAt),
    index("drafts_updated").on(table.updatedAt),
    // A notification is changed in one draft by all who change it.
    uniqueIndex("drafts_notification").on(table.notificationId),
    check("drafts_version", sql`version > 0`),
  ],
);

/** Who has a draft open: a row a person, and when they last were heard of. */
export const draftEditors = sqliteTable(
  "draft_editors",
  {
    draftId: integer("draft_id")
      .notNull()
      .references(() => drafts.id, { onDelete: "cascade" }),
    userId: text("user_id").notNull(),
    /** ms */
    seenAt: integer("seen_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.draftId, table.userId] })],
);
