// Campaigns, the templates attached to them, and the installations of apps that register themselves.
import { sql } from "drizzle-orm";
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

/** A named send over several apps. It makes ordinary notifications, one for each app and attached template. */
export const campaigns = sqliteTable(
  "campaigns",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    name: text("name").notNull(),
    /** When it is due, ms. For a wall-clock time, this is when it comes in the last time zone of the world. */
    dueAt: integer("due_at").notNull(),
    /** The wall-clock time in each subscriber's own zone, such as 2026-12-24T18:00; null: `dueAt` for everybody. */
    dueLocal: text("due_local"),
    /** When somebody ended it, ms: it makes nothing more. null: nobody did. Before the long columns, since lists filter by it. */
    endedAt: integer("ended_at"),
    /**
     * The attached templates, in order. While there are none, the campaign sends nothing. Before the filters, since rows are
     * read for it.
     */
    templateIds: text("template_ids", { mode: "json" }).$type<number[]>().notNull(),
    /** Which apps and which of their subscribers it reaches: Filters of domain/campaigns. */
    filters: text("filters", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    /** Replaced whenever templates are attached, so that the statements of one batch find their own revision. */
    revision: text("revision").notNull().unique(),
    createdAt: integer("created_at").notNull(),
    /** True of an instant send, which the API can't cancel. */
    instant: integer("instant", { mode: "boolean" }).notNull().default(false),
  },
  (table) => [index("campaigns_account").on(table.accountId, table.id)],
);

/** The notifications that a campaign made. */
export const campaignNotifications = sqliteTable(
  "campaign_notifications",
  {
    campaignId: integer("campaign_id")
      .notNull()
      .references(() => campaigns.id, { onDelete: "cascade" }),
    notificationId: integer("notification_id")
      .notNull()
      .references(() => notifications.id, { onDelete: "cascade" }),
  },
  (table) => [
    primaryKey({ columns: [table.campaignId, table.notificationId] }),
    index("campaign_notifications_notification").on(table.notificationId),
  ],
);

/** A template, which can be attached to campaigns. Its content is in template_translations. */
export const templates = sqliteTable(
  "templates",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    uuid: text("uuid").notNull().unique(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    /** The language in which subscribers read it who have none of its languages. */
    defaultLanguage: text("default_language").notNull(),
    /** The apps that it belongs to: those of the API key that made it; null if that key was limited to none. */
    appIds: text("app_ids", { mode: "json" }).$type<number[]>(),
    createdAt: integer("created_at").notNull(),
  },
  // For the bound of those an account has.
  (table) => [index("templates_account").on(table.accountId, table.id)],
);

/** What a template says in one language. */
export const templateTranslations = sqliteTable(
  "template_translations",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    templateId: integer("template_id")
      .notNull()
      .references(() => templates.id, { onDelete: "cascade" }),
    language: text("language").notNull(),
    title: text("title").notNull(),
    body: text("body").notNull(),
    image: text("image"),
    icon: text("icon"),
    url: text("url"),
  },
  (table) => [uniqueIndex("template_translations_language").on(table.templateId, table.language)],
);

/** A copy of an app that registered itself. It has a subscriber once it has given an address. */
export const installations = sqliteTable(
  "installations",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    /** The name by which its device calls; random, since a device proves itself by nothing else. */
    uuid: text("uuid").notNull().unique(),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id, { onDelete: "cascade" }),
    /** The name, a UUID, that the installation gave itself. */
    icToken: text("ic_token").notNull(),
    extId: text("ext_id"),
    subscriberId: integer("subscriber_id").references(() => subscribers.id, {
      onDelete: "cascade",
    }),
    /** What the installation reported about itself: InstallationFacts of domain/campaigns. */
    facts: text("facts", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    /** The ids of the lifecycle events that it reported, each once. Those of deleted events mean nothing. */
    events: text("events", { mode: "json" }).$type<number[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("installations_token").on(table.appId, table.icToken),
    // also finds by age those that never gave an address
    index("installations_subscriber").on(table.subscriberId, table.createdAt),
    // Those that claim to be a user (domain/one-person).
    index("installations_ext_id")
      .on(table.appId, table.extId)
      .where(sql`ext_id IS NOT NULL`),
    // For the bound of those an app has.
    index("installations_unreachable")
      .on(table.appId, table.id)
      .where(sql`subscriber_id IS NULL`),
  ],
);

/** The lifecycle events that the installations of an app reported, by name. */
export const lifecycleEvents = sqliteTable(
  "lifecycle_events",
  {
    /** Never used again, so that an installation's report of an event that was deleted is forgotten with it. */
    id: integer("id").primaryKey({ autoIncrement: true }),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    createdAt: integer("created_at").notNull(),
    /** When an installation last reported it, ms, to the day. */
    lastUsedAt: integer("last_used_at").notNull(),
  },
  (table) => [
    uniqueIndex("lifecycle_events_name").on(table.appId, table.name),
    index("lifecycle_events_used").on(table.lastUsedAt),
  ],
);
