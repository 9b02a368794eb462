// Push: credentials, subscribers, notifications and their recipients' results, counters.
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

/** An app's credential for a provider; at most one for each provider. */
export const pushCredentials = sqliteTable(
  "push_credentials",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id),
    provider: text("provider", { enum: ["fcm", "apns", "webpush"] }).notNull(),
    /** The parts that are not secret, as JSON; shown to the owner. */
    shown: text("shown", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    /** The whole credential, sealed (kit/seal.ts), bound to the account and `sealedFor`. */
    sealed: text("sealed").notNull(),
    sealedFor: text("sealed_for").notNull(),
    /**
     * Grows with each change, also over a deletion, so that what is kept of an older version, such as a token, is not
     * used: it is the time of the change, ms, or more.
     */
    version: integer("version").notNull(),
    /** The latest complaint about it; null when there is none. */
    flag: text("flag"),
    /** Whether the flag only says that nobody took a message, which one that is taken refutes. */
    isFlagDoubt: integer("is_flag_doubt", { mode: "boolean" }).notNull().default(false),
    /**
     * Who took a message with the credential as it is: the provider's name, or for Web Push the origins of push
     * services, which speak only for themselves.
     */
    acceptedBy: text("accepted_by", { mode: "json" }).$type<string[]>().notNull().default([]),
    /**
     * True from a change of the credential until the subscribers are active again that were retired because of an
     * answer that may have meant the earlier one (domain/subscribers/revive-doubted.ts).
     */
    isReviving: integer("is_reviving", { mode: "boolean" }).notNull().default(false),
    createdAt: integer("created_at").notNull(),
    /** When it last became another credential. */
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("push_credentials_provider").on(table.appId, table.provider),
    index("push_credentials_reviving")
      .on(table.id)
      .where(sql`is_reviving = 1`),
    // Those that somebody complained of, for operators.
    index("push_credentials_flagged")
      .on(table.id)
      .where(sql`flag IS NOT NULL`),
  ],
);

/**
 * A device or browser that takes an app's notifications. Triggers (migrations/0001) count new and unsubscribed ones
 * in `daily_stats`.
 */
export const subscribers = sqliteTable(
  "subscribers",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    uuid: text("uuid").notNull().unique(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id),
    platform: text("platform", { enum: ["web", "ios", "android"] }).notNull(),
    /** inbox: the subscriber has no address, and its device asks for its notifications. */
    provider: text("provider", { enum: ["fcm", "apns", "webpush", "inbox"] }).notNull(),
    /**
     * The FCM or APNs token, or the Web Push endpoint. null beside another provider than inbox: somebody else registered
     * it since (domain/subscribers/release-address.ts), so this subscriber is not active until its device gives another.
     */
    token: text("token"),
    /** The token or endpoint that another subscriber has taken since. */
    lostToken: text("lost_token"),
    /** Web Push keys, base64url. */
    p256dh: text("p256dh"),
    auth: text("auth"),
    userId: text("user_id"),
    tags: text("tags", { mode: "json" }).$type<string[]>().notNull(),
    language: text("language"),
    country: text("country"),
    timezone: text("timezone"),
    status: text("status", { enum: ["active", "inactive", "unsubscribed"] }).notNull(),
    /** SHA-256 of the token by which the device identifies itself, hex. */
    secretHash: text("secret_hash"),
    /** Whether the owner has named it, and so may have given it what is private; by a user token, while it has the user. */
    vouched: integer("vouched", { mode: "boolean" }).notNull().default(false),
    /** The token or endpoint by which the owner last named it; null if it never did by one. */
    vouchedToken: text("vouched_token"),
    /** When `token` was stored here, ms. Only what was sent to it since can retire the subscriber. */
    tokenSince: integer("token_since").notNull(),
    /** When the device itself registered `token`, ms; null if only an owner's list says that it did. */
    registeredAt: integer("registered_at"),
    /**
     * Why an inactive subscriber can't be reached. gone: the provider says that the token is dead. doubted: it refused
     * the token for a reason that can also be the credential's. null: neither, such as after a long silence.
     */
    retiredAs: text("retired_as", { enum: ["gone", "doubted"] }),
    retiredAt: integer("retired_at"),
    lastActiveAt: integer("last_active_at").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    unsubscribedAt: integer("unsubscribed_at"),
  },
  (table) => [
    uniqueIndex("subscribers_token").on(table.appId, table.token),
    index("subscribers_audience").on(table.appId, table.status, table.id),
    index("subscribers_lost")
      .on(table.appId, table.lostToken)
      .where(sql`lost_token IS NOT NULL`),
    // Those that make room for devices that register themselves.
    index("subscribers_spare")
      .on(table.appId, table.id)
      .where(sql`status = 'inactive' AND vouched = 0`),
    index("subscribers_user").on(table.appId, table.userId),
    index("subscribers_secret").on(table.secretHash),
    index("subscribers_activity").on(table.status, table.lastActiveAt),
    index("subscribers_doubted")
      .on(table.appId, table.provider)
      .where(sql`retired_as = 'doubted'`),
    // Those without an address, of an app in the order in which they make room (domain/subscribers/room.ts), and of all:
    // who was not heard of for the longest time expires.
    index("subscribers_inbox")
      .on(
        table.appId,
        table.vouched,
        sql`(last_active_at >= created_at + 43200000)`,
        table.lastActiveAt,
      )
      .where(sql`provider = 'inbox'`),
    index("subscribers_inbox_silent")
      .on(table.lastActiveAt)
      .where(sql`provider = 'inbox'`),
    check(
      "subscribers_active_has_address",
      sql`(token IS NOT NULL AND provider <> 'inbox') OR (token IS NULL AND (status <> 'active' OR provider = 'inbox'))`,
    ),
  ],
);

/**
 * What a subscriber without an address was sent: its device asks for it. One row a subscriber, so that a device's own part
 * is found by one read, however many others there are (domain/notifications/inbox).
 */
export const inboxes = sqliteTable("inboxes", {
  subscriberId: integer("subscriber_id")
    .primaryKey()
    .references(() => subscribers.id, { onDelete: "cascade" }),
  /**
   * The newest last: [[a notification's id, when it was put here, ms, which of the app's defaults fitted], ...]. No two have
   * the same time.
   */
  entries: text("entries", { mode: "json" }).$type<[number, number, number][]>().notNull(),
});

/**
 * Which subscribers have a tag, among BLOCK_IDS consecutive ids of subscribers (domain/subscribers/tag-blocks.ts). Triggers
 * (migrations/0001) write it whenever `tags` of a subscriber changes; a row without members is deleted.
 */
export const tagBlocks = sqliteTable(
  "tag_blocks",
  {
    appId: integer("app_id").notNull(),
    tag: text("tag").notNull(),
    /** The ids from `block` times BLOCK_IDS on. */
    block: integer("block").notNull(),
    /** A bit for each id, five in a character: its code, less that of "0", has bit 0 for the lowest id. */
    members: text("members").notNull(),
  },
  (table) => [primaryKey({ columns: [table.appId, table.tag, table.block] })],
);

export const notifications = sqliteTable(
  "notifications",
  {
    /** API v1's id; the push API's is `uuid`. */
    id: integer("id").primaryKey({ autoIncrement: true }),
    uuid: text("uuid").notNull().unique(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id),
    status: text("status", {
      enum: ["draft", "scheduled", "sending", "finalizing", "sent", "failed", "cancelled"],
    }).notNull(),
    /** Title, body, links, data, overrides, translations: NotificationContent of domain/notifications. */
    content: text("content", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    /** The audience: Audience of domain/notifications. */
    targeting: text("targeting", { mode: "json" }).$type<Record<string, unknown>>(),
    /** When it is due, ms. */
    scheduledAt: integer("scheduled_at"),
    /** The local time at which it is due in each subscriber's own zone: 2026-12-24T18:00. */
    scheduledLocal: text("scheduled_local"),
    /** When sending began, ms: a message's time to live is counted from here. */
    startedAt: integer("started_at"),
    sentAt: integer("sent_at"),
    failureReason: text("failure_reason"),
    totalCount: integer("total_count").notNull().default(0),
    totalBatches: integer("total_batches").notNull().default(0),
    completedBatches: integer("completed_batches").notNull().default(0),
    sentCount: integer("sent_count").notNull().default(0),
    failedCount: integer("failed_count").notNull().default(0),
    /** The recipients that those two count, by provider and reason: ResultTotals of domain/notifications. */
    resultTotals: text("result_totals", { mode: "json" })
      .$type<Record<string, Record<string, number>>>()
      .notNull()
      .default({}),
    /**
     * Those of them that are counted among the installation's (domain/health), while a run sends it. On the direct path:
     * in `attempts` what only its tail knew, repeated attempts and how long providers took; the follow-up counts it with the rest.
     */
    metered: text("metered", { mode: "json" }).$type<Record<string, Record<string, number>>>(),
    deliveredCount: integer("delivered_count").notNull().default(0),
    clickedCount: integer("clicked_count").notNull().default(0),
    /** When the first device confirmed that it has it, ms: the trigger that counts receipts writes it. */
    deliveredFrom: integer("delivered_from"),
    /** Sent by somebody to their own devices (domain/composing): it is in no list and no counter, and no webhook hears of it. */
    isTest: integer("is_test", { mode: "boolean" }).notNull().default(false),
    /**
     * Whether a run sends it; else it takes the direct path, in the tail of the request that made it (domain/notifications/direct).
     * Only a row that begins when it is made can do so: the follow-up goes past each row once, soon after it was made.
     */
    hasRun: integer("has_run", { mode: "boolean" }).notNull().default(true),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    // Lists, newest first; what began when it was made is counted by it too (domain/notifications/daily-stats.ts).
    index("notifications_app").on(table.appId, table.createdAt),
    // What began later than it was made. The other rows are left out, and so cost nothing here.
    index("notifications_later")
      .on(table.appId, table.startedAt)
      .where(sql`started_at <> created_at`),
    // Lists by status, and their totals: of what is no direct one, which is the dashboard's list, and of direct ones, of
    // which there may be a million. Those that the direct path still sends are found by the age of an app's newest
    // (domain/notifications/of-status.ts).
    index("notifications_listed")
      .on(table.appId, table.status, table.id)
      .where(sql`targeting ->> 'type' IS NOT 'subscribers'`),
    index("notifications_direct")
      .on(table.appId, table.status, table.id)
      .where(sql`targeting ->> 'type' = 'subscribers' AND (has_run = 1 OR status <> 'sending')`),
    // What runs have to begin or to end. What the direct path sends is over soon, or found by its follow-up.
    index("notifications_due")
      .on(table.status, table.scheduledAt)
      .where(sql`has_run = 1 AND status IN ('scheduled', 'sending', 'finalizing')`),
    // For those of an account that are due at the same moment (domain/notifications/send-notification.ts).
    index("notifications_turns")
      .on(table.accountId, table.scheduledAt)
      .where(sql`status = 'scheduled'`),
    // Those of all accounts, and of one, for operators, who are not told of direct ones and of drafts.
    index("notifications_of_all")
      .on(table.status, table.id)
      .where(sql`targeting ->> 'type' IS NOT 'subscribers' AND status <> 'draft'`),
    index("notifications_of_account")
      .on(table.accountId, table.status, table.id)
      .where(sql`targeting ->> 'type' IS NOT 'subscribers' AND status <> 'draft'`),
    // For their expiry (domain/notifications/expire-notifications.ts); direct ones expire in the order of their ids. What
    // failed is looked at by operators too.
    index("notifications_tests")
      .on(table.createdAt)
      .where(sql`is_test = 1`),
    index("notifications_resting")
      .on(table.status, table.updatedAt)
      .where(
        sql`status IN ('draft', 'sent', 'failed', 'cancelled') AND (targeting ->> 'type' IS NOT 'subscribers' OR status = 'failed')`,
      ),
    // IS, since a comparison with NULL is NULL, which passes a CHECK.
    check("notifications_direct_at_once", sql`has_run = 1 OR started_at IS created_at`),
  ],
);
