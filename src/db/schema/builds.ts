// Builds and the builders that make them. The live part of a build (lock, lease, log) is in its app's BuildLock
// object; these rows hold what is kept.
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
import { pictureColumns } from "./picture-columns.ts";

/** The app as it was when the build was triggered, as JSON (AppSnapshot of src/protocol). */
export type StoredSnapshot = Record<string, unknown>;

export const builds = sqliteTable(
  "builds",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    /**
     * Chosen by the lock before the row exists, so that after a crash the lock can find out whether it was written.
     */
    reference: text("reference").notNull(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id),
    status: text("status", {
      enum: ["pending", "building", "completed", "failed", "cancelled"],
    }).notNull(),
    platform: text("platform", { enum: ["android-webview"] }).notNull(),
    buildType: text("build_type", { enum: ["debug", "release"] }).notNull(),
    buildFormat: text("build_format", { enum: ["apk", "aab"] }).notNull(),
    versionName: text("version_name").notNull(),
    versionCode: integer("version_code").notNull(),
    snapshot: text("snapshot", { mode: "json" }).$type<StoredSnapshot>().notNull(),
    // The icon and its layers, as the app had them at the trigger.
    ...pictureColumns(),
    /**
     * The keystore that the build named, also when it was deleted since, so it is no foreign key; null for the account's
     * debug keystore.
     */
    keystoreId: integer("keystore_id"),
    /** SHA-256 of the certificate that signs the build, lower-case hex. */
    certificateSha256: text("certificate_sha256").notNull(),
    /** Its SHA-1. */
    certificateSha1: text("certificate_sha1").notNull(),
    /** Whether a debugger may attach to the app. Where nobody says so, no app is debuggable. */
    debuggable: integer("debuggable", { mode: "boolean" }).notNull().default(false),
    /** The token that makes the build a proof of who owns the package name; null of all others. */
    adiToken: text("adi_token"),
    /** The origin by which the API was reached at the trigger: the app registers there for pushes. null before that was kept. */
    apiOrigin: text("api_origin"),
    /** Credits reserved at the trigger and refunded unless the build completes, or is `charged`. */
    cost: integer("cost").notNull(),
    /** Whether the credits stay taken although the build failed: its icon had failed in the account before. */
    charged: integer("charged", { mode: "boolean" }).notNull().default(false),
    artifactKey: text("artifact_key"),
    artifactSize: integer("artifact_size"),
    artifactSha256: text("artifact_sha256"),
    /** Install links of an earlier generation are revoked: each revocation begins another. */
    installGeneration: integer("install_generation").notNull().default(0),
    /** When the build's install links were last revoked, ms. */
    installRevokedAt: integer("install_revoked_at"),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    createdAt: integer("created_at").notNull(),
    startedAt: integer("started_at"),
    completedAt: integer("completed_at"),
    /**
     * The builder host that had the build last, also when it was removed since, so it is no foreign key; null before one had
     * it.
     */
    builderId: integer("builder_id"),
  },
  (table) => [
    uniqueIndex("builds_reference").on(table.reference),
    index("builds_app").on(table.appId, table.id),
    index("builds_account_status").on(table.accountId, table.status),
    // An app's of one status, newest first.
    index("builds_app_status").on(table.appId, table.status),
    // The newest of a format that an app completed, and its newest proof: few of many builds can be one.
    index("builds_made")
      .on(table.appId, table.buildFormat)
      .where(sql`status = 'completed'`),
    index("builds_proofs")
      .on(table.appId)
      .where(sql`adi_token IS NOT NULL`),
    index("builds_status").on(table.status, table.createdAt),
    index("builds_keystore").on(table.keystoreId),
    // Operators' lists of all builds, newest first: those of a status, and those of a host.
    index("builds_of_status").on(table.status, table.id),
    index("builds_builder").on(table.builderId, table.status),
  ],
);

/**
 * What an app has released under one package name: the signing identity that its next release is held to. The row of the
 * newest build is the app's. It outlives the builds, which make room for others.
 */
export const releases = sqliteTable(
  "releases",
  {
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id),
    packageName: text("package_name").notNull(),
    /** SHA-256 of the certificate of the newest release, lower-case hex. */
    certificateSha256: text("certificate_sha256").notNull(),
    /** The highest version code released. */
    versionCode: integer("version_code").notNull(),
    /** Whether that code is used up as an APK, and as an AAB: released so with the present certificate. */
    hasApk: integer("has_apk", { mode: "boolean" }).notNull(),
    hasAab: integer("has_aab", { mode: "boolean" }).notNull(),
    /** The newest release, and the keystore that signed it. Both may be deleted since. */
    buildId: integer("build_id").notNull(),
    keystoreId: integer("keystore_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.appId, table.packageName] }),
    index("releases_certificate").on(table.accountId, table.certificateSha256),
  ],
);

/** A picture of an icon, or of a layer of one, that a builder tried to draw and could not, in an account that had a build of it. */
export const failedIcons = sqliteTable(
  "failed_icons",
  {
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    /** Of the picture, hex; of a layer with its name before it, `monochrome:...`, since it may do as another. */
    sha256: text("sha256").notNull(),
    /** The account's first build that failed for it, which got its credit back. It may be deleted since. */
    buildId: integer("build_id").notNull(),
    /** What the builder said. */
    reason: text("reason").notNull(),
    /** When the builder tried, for whichever account, ms. */
    triedAt: integer("tried_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.sha256] }),
    index("failed_icons_known").on(table.sha256, table.triedAt),
    index("failed_icons_tried").on(table.triedAt),
  ],
);

/** The token of a builder host, and whether it may take jobs. What the host is doing is in the BuilderPool object. */
export const builders = sqliteTable("builders", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull(),
  /** SHA-256 of the token, hex. */
  tokenHash: text("token_hash").notNull().unique(),
  tokenPrefix: text("token_prefix").notNull(),
  /** Since when the host gets no new jobs, ms; null while it does. */
  drainingSince: integer("draining_since"),
  /** How often that was changed: of two things said to the pool, it believes the one with the higher number. */
  drainChanges: integer("drain_changes").notNull().default(0),
  createdAt: integer("created_at").notNull(),
});
