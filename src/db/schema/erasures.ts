// Erasures: people whose data an owner had deleted, as long as some of it is still being looked for (domain/one-person).
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { apps } from "./apps.ts";

/** A person of an app, or a part of their devices. The row goes when nothing is left to look for. */
export const erasures = sqliteTable(
  "erasures",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    uuid: text("uuid").notNull().unique(),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id, { onDelete: "cascade" }),
    /** Whom it is about. */
    userId: text("user_id").notNull(),
    /** What stands in audiences in place of the user id from then on. No user has it. */
    alias: text("alias").notNull(),
    /** The devices that were deleted. */
    devices: text("devices", { mode: "json" }).$type<readonly ErasedDevice[]>().notNull(),
    /** The channel subscriptions that ended with them, or were of the user id. */
    subscriptions: text("subscriptions", { mode: "json" })
      .$type<readonly ErasedSubscription[]>()
      .notNull(),
    /** Devices that came later are of somebody who came back: the highest id of a subscriber at the time. */
    lastSubscriber: integer("last_subscriber").notNull(),
    /** Where it is looked next; `documents` are segments and drafts. */
    stage: text("stage", { enum: ["documents", "notifications", "deliveries"] }).notNull(),
    /**
     * The webhook that is gone through, and behind what it goes on in the stage's table: an id; of notifications when they
     * were made, ms.
     */
    webhookId: integer("webhook_id").notNull().default(0),
    cursor: integer("cursor").notNull().default(0),
    /** Whether a delivery about the person still waited to be sent when it was come by: it is looked for once more. */
    waits: integer("waits", { mode: "boolean" }).notNull().default(false),
    /** When it goes on, ms. */
    dueAt: integer("due_at").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("erasures_due").on(table.dueAt), index("erasures_app").on(table.appId)],
);

/** A subscriber by its id in the database, and its UUID. */
export type ErasedDevice = readonly [id: number, uuid: string];
/** A channel subscription, its channel, and what the person was called there. */
export type ErasedSubscription = readonly [id: string, channelId: string, iuid: string];
