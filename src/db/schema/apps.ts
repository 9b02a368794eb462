// Apps, and the keystores that sign their builds.
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
import { pictureColumns } from "./picture-columns.ts";

/** An app's config as JSON. It is checked with the schema in src/protocol/config.ts before it is stored. */
export type StoredConfig = Record<string, unknown>;

export const apps = sqliteTable(
  "apps",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    uuid: text("uuid").notNull().unique(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    name: text("name").notNull(),
    platform: text("platform", { enum: ["android-webview"] }).notNull(),
    url: text("url").notNull(),
    packageName: text("package_name").notNull(),
    versionName: text("version_name").notNull(),
    versionCode: integer("version_code").notNull(),
    config: text("config", { mode: "json" }).$type<StoredConfig>().notNull(),
    // The icon, and the two layers that an owner may draw: its coloured foreground, and its shape in one colour. Every
    // upload is a new object.
    ...pictureColumns(),
    /** The key with which browsers and devices register; it is not secret. */
    publicKey: text("public_key").unique(),
    /** default_icon, default_url, allowed_origins: PushSettings of domain/subscribers. */
    pushSettings: text("push_settings", { mode: "json" })
      .$type<Record<string, unknown>>()
      .notNull()
      .default({}),
    /** The identity secret, sealed (kit/seal.ts), bound to the app's UUID; null where there is none. */
    identitySecretSealed: text("identity_secret_sealed"),
    /** When that was made, ms. */
    identitySecretAt: integer("identity_secret_at"),
    /** The one before it, which goes on verifying until `previousIdentitySecretEndsAt`, ms. */
    previousIdentitySecretSealed: text("previous_identity_secret_sealed"),
    previousIdentitySecretEndsAt: integer("previous_identity_secret_ends_at"),
    /** SHA-256 of the certificate with which Google Play signs what it delivers, lower-case hex; null where none is known. */
    playSigningSha256: text("play_signing_sha256"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [index("apps_account").on(table.accountId, table.id)],
);

/**
 * How many rows of a kind an app has, kept by triggers (migrations/0001), so that a bound costs no count of the rows.
 */
export const appCounts = sqliteTable("app_counts", {
  appId: integer("app_id")
    .primaryKey()
    .references(() => apps.id, { onDelete: "cascade" }),
  subscribers: integer("subscribers").notNull().default(0),
  /** Those of them of each platform and status. */
  webActive: integer("web_active").notNull().default(0),
  webInactive: integer("web_inactive").notNull().default(0),
  webUnsubscribed: integer("web_unsubscribed").notNull().default(0),
  iosActive: integer("ios_active").notNull().default(0),
  iosInactive: integer("ios_inactive").notNull().default(0),
  iosUnsubscribed: integer("ios_unsubscribed").notNull().default(0),
  androidActive: integer("android_active").notNull().default(0),
  androidInactive: integer("android_inactive").notNull().default(0),
  androidUnsubscribed: integer("android_unsubscribed").notNull().default(0),
  /** Active subscribers by Web Push: browsers, and Android apps. */
  webPushWeb: integer("web_push_web").notNull().default(0),
  webPushAndroid: integer("web_push_android").notNull().default(0),
  /** Subscribers without an address, whatever their status: they read their inbox. */
  inboxes: integer("inboxes").notNull().default(0),
  /** Installations that have not given an address. */
  unreachable: integer("unreachable").notNull().default(0),
  notifications: integer("notifications").notNull().default(0),
  /** Those of them that are drafts or scheduled. */
  unsent: integer("unsent").notNull().default(0),
  builds: integer("builds").notNull().default(0),
  buildsCompleted: integer("builds_completed").notNull().default(0),
  buildsFailed: integer("builds_failed").notNull().default(0),
});

export const keystores = sqliteTable(
  "keystores",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    /** debug: made for the account by Slipway to sign debug builds, and never listed. */
    kind: text("kind", { enum: ["own", "debug"] }).notNull(),
    name: text("name").notNull(),
    algorithm: text("algorithm", { enum: ["rsa", "ec"] }).notNull(),
    alias: text("alias").notNull(),
    certificateSha256: text("certificate_sha256").notNull(),
    certificateSha1: text("certificate_sha1").notNull(),
    /**
     * When its key last signed a release that completed, ms; null if it never did. It outlives the app: the release is still
     * installed.
     */
    releasedAt: integer("released_at"),
    /** When the certificate expires, ms. */
    expiresAt: integer("expires_at").notNull(),
    /** Private key and certificate chain, sealed (kit/seal.ts), bound to the account and `sealedFor`. */
    sealed: text("sealed").notNull(),
    sealedFor: text("sealed_for").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    index("keystores_account").on(table.accountId, table.id),
    uniqueIndex("keystores_one_debug")
      .on(table.accountId)
      .where(sql`kind = 'debug'`),
  ],
);

/**
 * The apps that a keystore is for: those that it was given for, and those with a build that named it. The row of an app
 * that was deleted stays: what the keystore signed is still installed, so a key for the other apps must not get hold of it.
 */
export const keystoreApps = sqliteTable(
  "keystore_apps",
  {
    keystoreId: integer("keystore_id")
      .notNull()
      .references(() => keystores.id, { onDelete: "cascade" }),
    appId: integer("app_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.keystoreId, table.appId] }),
    index("keystore_apps_app").on(table.appId),
  ],
);
