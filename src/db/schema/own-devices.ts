// The devices that people who compose notifications call their own, for the tests that they send to themselves.
import { foreignKey, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { memberships } from "./people.ts";
import { subscribers } from "./push.ts";

/** A subscriber that a member of its account called their own. It goes with either: with the member's role there, too. */
export const ownDevices = sqliteTable(
  "own_devices",
  {
    subscriberId: integer("subscriber_id")
      .notNull()
      .references(() => subscribers.id, { onDelete: "cascade" }),
    userId: text("user_id").notNull(),
    accountId: integer("account_id").notNull(),
    appId: integer("app_id").notNull(),
    /** What the browser called itself (User-Agent) that was subscribed from the dashboard; null for what was picked. */
    agent: text("agent"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.subscriberId, table.userId] }),
    index("own_devices_user").on(table.accountId, table.userId, table.appId),
    foreignKey({
      columns: [table.accountId, table.userId],
      foreignColumns: [memberships.accountId, memberships.userId],
    }).onDelete("cascade"),
  ],
);
