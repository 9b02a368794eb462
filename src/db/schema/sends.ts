// Instant sending: one-time sendings over several apps, the pushes bound to them, and the app instances
// (devices) that register through that API.
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
import { notifications, subscribers } from "./push.ts";

/** A one-time sending. What it sends are ordinary notifications, one an app and bound push. */
export const sends = sqliteTable(
  "sends",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    name: text("name").notNull(),
    /** When it is due, ms; that of a wall-clock time when it comes in the last zone of the world. */
    dueAt: integer("due_at").notNull(),
    /** Wall-clock time in each subscriber's own zone: 2026-12-24T18:00; null: `dueAt` for all. */
    dueLocal: text("due_local"),
    /** Which apps and subscribers: Filters of domain/sends. */
    filters: text("filters", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    /** The bound pushes, in order; []: it sends nothing. */
    pushIds: text("push_ids", { mode: "json" }).$type<number[]>().notNull(),
    /** New with each binding: what a statement of the same batch knows its own binding by. */
    binding: text("binding").notNull().unique(),
    createdAt: integer("created_at").notNull(),
    /** Made by an instant send: the API can't cancel it. */
    instant: integer("instant", { mode: "boolean" }).notNull().default(false),
  },
  (table) => [index("sends_account").on(table.accountId, table.id)],
);

/** The notifications a sending made. */
export const sendNotifications = sqliteTable(
  "send_notifications",
  {
    sendId: integer("send_id")
      .notNull()
      .references(() => sends.id, { onDelete: "cascade" }),
    notificationId: integer("notification_id")
      .notNull()
      .references(() => notifications.id, { onDelete: "cascade" }),
  },
  (table) => [
    primaryKey({ columns: [table.sendId, table.notificationId] }),
    index("send_notifications_notification").on(table.notificationId),
  ],
);

/** A push: translations to bind to sendings. */
export const sendPushes = sqliteTable("send_pushes", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  uuid: text("uuid").notNull().unique(),
  accountId: integer("account_id")
    .notNull()
    .references(() => accounts.id),
  /** What subscribers of other languages read. */
  defaultLanguage: text("default_language").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const sendTranslations = sqliteTable(
  "send_translations",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    pushId: integer("push_id")
      .notNull()
      .references(() => sendPushes.id, { onDelete: "cascade" }),
    language: text("language").notNull(),
    title: text("title").notNull(),
    body: text("body").notNull(),
    image: text("image"),
    icon: text("icon"),
    url: text("url"),
  },
  (table) => [uniqueIndex("send_translations_language").on(table.pushId, table.language)],
);

/** An installation of an app. It has a subscriber once it has told where it can be reached. */
export const sendInstances = sqliteTable(
  "send_instances",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    /** What its device names it by; random, since it is all a device shows. */
    uuid: text("uuid").notNull().unique(),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id, { onDelete: "cascade" }),
    /** The device's own name of the installation, a UUID. */
    icToken: text("ic_token").notNull(),
    extId: text("ext_id"),
    subscriberId: integer("subscriber_id").references(() => subscribers.id, {
      onDelete: "cascade",
    }),
    /** What the device told of itself: InstanceFacts of domain/sends. */
    facts: text("facts", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    /** Names of the lifecycle events it sent, each once. */
    events: text("events", { mode: "json" }).$type<string[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("send_instances_token").on(table.appId, table.icToken),
    // also finds those that never got one, by age
    index("send_instances_subscriber").on(table.subscriberId, table.createdAt),
  ],
);

/** Names of lifecycle events that an app's instances sent. */
export const sendEvents = sqliteTable(
  "send_events",
  {
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.appId, table.name] })],
);
