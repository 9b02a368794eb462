// People: users, how they sign in, their sessions, and their memberships in accounts. better-auth writes the tables of
// sign-in (src/identity/auth.ts): the properties have the names it knows, tables and columns have ours.
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

const ROLES = ["owner", "developer", "marketer", "viewer"] as const;

/** A time, ms, which better-auth reads and writes as a Date. */
const moment = (name: string) => integer(name, { mode: "timestamp_ms" });

export const users = sqliteTable(
  "users",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    /** In lower case. */
    email: text("email").notNull().unique(),
    emailVerified: integer("email_verified", { mode: "boolean" }).notNull(),
    image: text("image"),
    /**
     * That the address is theirs, an invitation or a set-up token said, and no mail to it yet: whoever made these could have
     * named somebody else's. Such a user gets no login of GitHub or Google by its address alone.
     */
    isVouched: integer("is_vouched", { mode: "boolean" }).notNull().default(false),
    twoFactorEnabled: integer("two_factor_enabled", { mode: "boolean" }).default(false),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    index("users_unconfirmed")
      .on(table.createdAt)
      .where(sql`email_verified = 0`),
  ],
);

const ofUser = () =>
  text("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

export const sessions = sqliteTable(
  "sessions",
  {
    id: text("id").primaryKey(),
    userId: ofUser(),
    /** The cookie has it with an HMAC by a key that the database lacks: who reads this can't sign in by it. */
    token: text("token").notNull().unique(),
    expiresAt: moment("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    index("sessions_user").on(table.userId),
    index("sessions_expires").on(table.expiresAt),
  ],
);

/** A way in which a user signs in: a password, or a login at GitHub or Google. better-auth calls it an account. */
export const logins = sqliteTable(
  "logins",
  {
    id: text("id").primaryKey(),
    userId: ofUser(),
    /** credential, github or google. */
    providerId: text("provider_id").notNull(),
    /** The user's id at the provider. */
    accountId: text("login_id").notNull(),
    password: text("password"),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: moment("access_token_expires_at"),
    refreshTokenExpiresAt: moment("refresh_token_expires_at"),
    scope: text("scope"),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    index("logins_user").on(table.userId),
    // Whose login it is that GitHub or Google tells of; of two that are tied to it at once, one stays.
    uniqueIndex("logins_provider").on(table.accountId, table.providerId),
  ],
);

/** What was sent to somebody to be brought back once: reset tokens, states of OAuth, challenges. */
export const verifications = sqliteTable(
  "verifications",
  {
    id: text("id").primaryKey(),
    /** A hash of what was given out. */
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: moment("expires_at").notNull(),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    index("verifications_identifier").on(table.identifier),
    index("verifications_expires").on(table.expiresAt),
  ],
);

export const twoFactors = sqliteTable(
  "two_factors",
  {
    id: text("id").primaryKey(),
    userId: ofUser(),
    secret: text("secret").notNull(),
    backupCodes: text("backup_codes").notNull(),
    verified: integer("verified", { mode: "boolean" }).default(true),
    failedVerificationCount: integer("failed_verification_count").default(0),
    lockedUntil: moment("locked_until"),
  },
  (table) => [index("two_factors_user").on(table.userId)],
);

/** A user's passkeys (src/identity/passkeys.ts), which better-auth does not know of. */
export const passkeys = sqliteTable(
  "passkeys",
  {
    id: text("id").primaryKey(),
    userId: ofUser(),
    name: text("name").notNull(),
    /** The authenticator's own id of it, base64url. */
    credentialId: text("credential_id").notNull().unique(),
    /** A COSE key (RFC 9052 section 7), base64url. */
    publicKey: text("public_key").notNull(),
    /** How often the authenticator says that it signed; 0 for one that does not count. */
    counter: integer("counter").notNull(),
    /** Whether it is kept beyond the device it was made on. */
    isBackedUp: integer("is_backed_up", { mode: "boolean" }).notNull(),
    /** How browsers can reach the authenticator, as they said. */
    transports: text("transports", { mode: "json" }).$type<string[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    usedAt: integer("used_at"),
  },
  (table) => [index("passkeys_user").on(table.userId)],
);

/** The role of a user in an account. */
export const memberships = sqliteTable(
  "memberships",
  {
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    userId: ofUser(),
    role: text("role", { enum: ROLES }).notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.userId] }),
    index("memberships_user").on(table.userId),
  ],
);

/**
 * An invitation to an account, by a link that is sent to an address. Rows stay until their time is over, however they end,
 * so that a bound of those of a week is one of mails.
 */
export const invitations = sqliteTable(
  "invitations",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    /** In lower case. */
    email: text("email").notNull(),
    role: text("role", { enum: ROLES }).notNull(),
    /** SHA-256 of the link's token, hex. */
    tokenHash: text("token_hash").notNull().unique(),
    /** null once that user is deleted. */
    invitedBy: text("invited_by").references(() => users.id, { onDelete: "set null" }),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    /** When it was accepted, withdrawn or replaced by another. */
    endedAt: integer("ended_at"),
  },
  (table) => [
    index("invitations_account").on(table.accountId, table.email),
    index("invitations_inviter").on(table.invitedBy),
  ],
);

/** Operators: people who run the installation. */
export const operators = sqliteTable("operators", {
  userId: ofUser().primaryKey(),
  createdAt: integer("created_at").notNull(),
});

/**
 * A visit: an operator looks at an account that they are no member of, as a viewer, until a time. A session has one, and it
 * ends with the session and with the rights of an operator. Why it is made is in the account's audit log.
 */
export const operatorVisits = sqliteTable(
  "operator_visits",
  {
    sessionId: text("session_id")
      .primaryKey()
      .references(() => sessions.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => operators.userId, { onDelete: "cascade" }),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    endsAt: integer("ends_at").notNull(),
  },
  (table) => [
    // For what goes with an operator or an account.
    index("operator_visits_user").on(table.userId),
    index("operator_visits_account").on(table.accountId),
  ],
);

/** The token by which the first person of a deployment becomes its operator. One row at most counts: the newest. */
export const setupTokens = sqliteTable("setup_tokens", {
  /** SHA-256, hex. */
  tokenHash: text("token_hash").primaryKey(),
  expiresAt: integer("expires_at").notNull(),
  usedAt: integer("used_at"),
});
