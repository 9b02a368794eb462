// Reports: whom a notification did not reach, where they are sent to again.
import { integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { notifications } from "./push.ts";

/**
 * The subscribers that a notification did not reach and another one is sent to, in parts. There is one other at most: who
 * was reached by it must not be found a second time.
 */
export const unreached = sqliteTable(
  "unreached",
  {
    /** The notification that is sent to them. */
    notificationId: integer("notification_id")
      .notNull()
      .references(() => notifications.id, { onDelete: "cascade" }),
    /** From 0. */
    part: integer("part").notNull(),
    /** The UUID of the notification that did not reach them: it may be deleted before. */
    ofUuid: text("of_uuid").notNull(),
    ids: text("ids", { mode: "json" }).$type<number[]>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.notificationId, table.part] }),
    uniqueIndex("unreached_of").on(table.ofUuid, table.part),
  ],
);
