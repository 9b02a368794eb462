// Channels: an owner's own user ids (iuid), and the devices bound to them. A subscription exists as long as a device
// is bound to it: a trigger (migrations/0001) deletes it with its last device, and another trigger notifies the
// channel's callback.
import { index, integer, primaryKey, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { accounts } from "./accounts.ts";
import { apps } from "./apps.ts";
import { subscribers } from "./push.ts";
import { webhooks } from "./webhooks.ts";

export const channels = sqliteTable(
  "channels",
  {
    /** 24 hex digits (kit/hex-id.ts), as all ids of this file. */
    id: text("id").primaryKey(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /**
     * The webhook that has the URL and the secret of callbacks; enabled when there is a URL. Deleting it deletes the
     * channel.
     */
    callbackId: integer("callback_id")
      .notNull()
      .references(() => webhooks.id, { onDelete: "cascade" }),
    /** SHA-256 of the key, hex. */
    keyHash: text("key_hash").notNull().unique(),
    keyPrefix: text("key_prefix").notNull(),
    /** The previous key, and when it ends, ms. */
    previousKeyHash: text("previous_key_hash"),
    previousKeyEndsAt: integer("previous_key_ends_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("channels_account").on(table.accountId, table.id),
    index("channels_app").on(table.appId),
    index("channels_callback").on(table.callbackId),
    index("channels_previous_key").on(table.previousKeyHash),
  ],
);

/** The pending code of a (channel, iuid); redeeming it deletes it. */
export const channelCodes = sqliteTable(
  "channel_codes",
  {
    channelId: text("channel_id")
      .notNull()
      .references(() => channels.id, { onDelete: "cascade" }),
    /** The channel's account, here too for the trigger that counts an account's codes when a channel is deleted. */
    accountId: integer("account_id").notNull(),
    iuid: text("iuid").notNull(),
    /** SHA-256 of the code, hex. */
    codeHash: text("code_hash").notNull().unique(),
    /** The code, sealed (kit/seal.ts), bound to `channel-code:<codeHash>`, since it is shown again on request. */
    sealed: text("sealed").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.channelId, table.iuid] }),
    index("channel_codes_expiry").on(table.expiresAt),
  ],
);

export const channelSubscriptions = sqliteTable(
  "channel_subscriptions",
  {
    id: text("id").primaryKey(),
    channelId: text("channel_id")
      .notNull()
      .references(() => channels.id, { onDelete: "cascade" }),
    /** The owner's own id of a person. */
    iuid: text("iuid").notNull(),
    /**
     * 24 hex digits of the UUID of the device that was bound first. It stays when that device leaves and others
     * remain.
     */
    subscriber: text("subscriber").notNull(),
    mute: integer("mute", { mode: "boolean" }).notNull(),
    /** Which links to the person's own page work, of which nothing else is stored (domain/channels/person-links.ts). */
    linkGeneration: integer("link_generation").notNull().default(0),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    unique("channel_subscriptions_iuid").on(table.channelId, table.iuid),
    index("channel_subscriptions_channel").on(table.channelId, table.id),
  ],
);

/** The devices that are bound to a subscription. */
export const channelDevices = sqliteTable(
  "channel_devices",
  {
    subscriptionId: text("subscription_id")
      .notNull()
      .references(() => channelSubscriptions.id, { onDelete: "cascade" }),
    subscriberId: integer("subscriber_id")
      .notNull()
      .references(() => subscribers.id, { onDelete: "cascade" }),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.subscriptionId, table.subscriberId] }),
    index("channel_devices_subscriber").on(table.subscriberId),
  ],
);

/** The messages of a subscription, pushed or not. Their row ids are in the order in which they came: the oldest expire first. */
export const channelMessages = sqliteTable(
  "channel_messages",
  {
    id: text("id").notNull(),
    subscriptionId: text("subscription_id")
      .notNull()
      .references(() => channelSubscriptions.id, { onDelete: "cascade" }),
    /** As JSON, which preserves every string as it was given. */
    content: text("content", { mode: "json" }).$type<{ title: string; text: string }>().notNull(),
    readAt: integer("read_at"),
    createdAt: integer("created_at").notNull(),
    /** The how many-th message of the subscription it is, so that none has to be counted to know which of them is one too many. */
    place: integer("place").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.subscriptionId, table.id] })],
);
