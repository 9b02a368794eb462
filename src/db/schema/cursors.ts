// How far walks through tables have come that go on from one run of the cron to the next.
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** A walk; there is no row before it first moves. */
export const cursors = sqliteTable("cursors", {
  /**
   * direct_follow_up: whether notifications on the direct path have ended. direct_expiry: direct ones that are old. Both walk
   * the ids of notifications.
   */
  name: text("name", { enum: ["direct_follow_up", "direct_expiry"] }).primaryKey(),
  /** The last id that it has gone past. */
  at: integer("at").notNull(),
});
