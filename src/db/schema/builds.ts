// Builds and the builders that make them. The live side of a build (lock, lease, log) is in its app's
// BuildLock object; these rows hold what lasts.
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { accounts } from "./accounts.ts";
import { apps, keystores } from "./apps.ts";

/** What a build was triggered with: the app as it was then, as JSON (AppSnapshot of src/protocol). */
export type StoredSnapshot = Record<string, unknown>;

export const builds = sqliteTable(
  "builds",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    /** Chosen by the lock before the row exists, so that a crash in between can be told. */
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
    iconKey: text("icon_key"),
    iconMediaType: text("icon_media_type"),
    iconSha256: text("icon_sha256"),
    /** The keystore the build named; null: the account's debug key, or one that was deleted since. */
    keystoreId: integer("keystore_id").references(() => keystores.id, { onDelete: "set null" }),
    /** Credits reserved at trigger, given back unless it completes. */
    cost: integer("cost").notNull(),
    artifactKey: text("artifact_key"),
    artifactSize: integer("artifact_size"),
    artifactSha256: text("artifact_sha256"),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    createdAt: integer("created_at").notNull(),
    startedAt: integer("started_at"),
    completedAt: integer("completed_at"),
  },
  (table) => [
    uniqueIndex("builds_reference").on(table.reference),
    index("builds_app").on(table.appId, table.id),
    index("builds_account_status").on(table.accountId, table.status),
    index("builds_status").on(table.status, table.createdAt),
    index("builds_keystore").on(table.keystoreId),
  ],
);

/** A builder host's credential; what it is doing lives in the BuilderPool object. */
export const builders = sqliteTable("builders", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull(),
  /** SHA-256 of the token, hex. */
  tokenHash: text("token_hash").notNull().unique(),
  tokenPrefix: text("token_prefix").notNull(),
  createdAt: integer("created_at").notNull(),
});
