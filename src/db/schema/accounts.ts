// Plans, accounts, plan subscriptions, the ledger of build credits, API keys, idempotency keys.
import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

/** Subscribers of each app on a plan that does not say how many. */
export const DEFAULT_MAX_SUBSCRIBERS = 10_000;
/** Requests a minute to the push API, and registrations by it, on a plan that does not say: the contract's. */
export const DEFAULT_PUSH_RATE_LIMIT = 100;
export const DEFAULT_REGISTRATION_RATE_LIMIT = 30;

export const plans = sqliteTable("plans", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull().unique(),
  /** US dollars a month. */
  price: real("price").notNull(),
  /** Build credits granted at each renewal; null means that builds cost nothing. */
  monthlyCredits: integer("monthly_credits"),
  /** API requests a minute for each key. */
  rateLimit: integer("rate_limit").notNull(),
  /** Requests a minute to the push API for each account; registrations of single subscribers count apart. */
  pushRateLimit: integer("push_rate_limit").notNull().default(DEFAULT_PUSH_RATE_LIMIT),
  registrationRateLimit: integer("registration_rate_limit")
    .notNull()
    .default(DEFAULT_REGISTRATION_RATE_LIMIT),
  /** Most subscribers of each app, in whatever status. */
  maxSubscribers: integer("max_subscribers").notNull().default(DEFAULT_MAX_SUBSCRIBERS),
  features: text("features", { mode: "json" }).$type<string[]>().notNull(),
  /** How many accounts are on it, deleted ones not counted; triggers keep it (migrations/0001). */
  accounts: integer("accounts").notNull().default(0),
});

export const accounts = sqliteTable(
  "accounts",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    name: text("name").notNull(),
    email: text("email").notNull(),
    planId: integer("plan_id")
      .notNull()
      .references(() => plans.id),
    /** The sum of the account's ledger; only the ledger's trigger writes it. */
    buildCredits: integer("build_credits").notNull().default(0),
    /** The day credits renew on is counted from here, ms. */
    renewalAnchor: integer("renewal_anchor").notNull(),
    /** The time from which the monthly renewals are counted, ms. */
    renewalAt: integer("renewal_at").notNull(),
    createdAt: integer("created_at").notNull(),
    /** When its deletion began. The row stays, without a name and an address (domain/deletion/delete-owned.ts). */
    deletedAt: integer("deleted_at"),
    /** When nothing of it was left. */
    emptiedAt: integer("emptied_at"),
    /** Since when whoever runs the installation has suspended it, ms; null for an account that goes on. */
    suspendedAt: integer("suspended_at"),
    /** Why, for its people and programs; null unless it is suspended. */
    suspendedReason: text("suspended_reason"),
  },
  (table) => [
    // Operators find accounts by how name or address begin, in whatever case.
    index("accounts_name").on(sql`name COLLATE NOCASE`),
    index("accounts_email").on(sql`email COLLATE NOCASE`),
    index("accounts_plan").on(table.planId),
    index("accounts_suspended")
      .on(table.id)
      .where(sql`suspended_at IS NOT NULL`),
    // Those whose deletion goes on.
    index("accounts_deleting")
      .on(table.deletedAt)
      .where(sql`deleted_at IS NOT NULL AND emptied_at IS NULL`),
    index("accounts_renewal").on(table.renewalAt),
    check("accounts_credits_not_negative", sql`${table.buildCredits} >= 0`),
    check("accounts_suspended_for", sql`(suspended_at IS NULL) = (suspended_reason IS NULL)`),
  ],
);

/** A plan subscription: a paid plan of an account, of which at most one is active. */
export const planSubscriptions = sqliteTable(
  "plan_subscriptions",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    planId: integer("plan_id")
      .notNull()
      .references(() => plans.id),
    status: text("status", { enum: ["active", "ended"] }).notNull(),
    amount: real("amount").notNull(),
    paymentMethod: text("payment_method").notNull(),
    createdAt: integer("created_at").notNull(),
    endedAt: integer("ended_at"),
  },
  (table) => [
    uniqueIndex("plan_subscriptions_one_active")
      .on(table.accountId)
      .where(sql`status = 'active'`),
  ],
);

/**
 * Every credit given or taken. A trigger adds each row's delta to the account's balance, so that the two can't
 * disagree; the unique reference makes each cause count once.
 */
export const creditLedger = sqliteTable(
  "credit_ledger",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    delta: integer("delta").notNull(),
    /**
     * The cause, which counts once: `build:<uuid>` and `refund:<uuid>` (the build's own reference), `renewal:<account
     * id>:<due, ms>`, `opening:<account id>`, `set:<uuid>`.
     */
    reference: text("reference").notNull().unique(),
    /** What the account had after it; the ledger's trigger writes it. */
    balance: integer("balance").notNull().default(0),
    createdAt: integer("created_at").notNull(),
  },
  // An account's, in the order of ids.
  (table) => [index("credit_ledger_account").on(table.accountId)],
);

export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    name: text("name").notNull(),
    /** SHA-256 of the whole key, hex. */
    keyHash: text("key_hash").notNull().unique(),
    keyPrefix: text("key_prefix").notNull(),
    scopes: text("scopes", { mode: "json" }).$type<string[]>().notNull(),
    /** The apps that the key may touch; null for all of the account's. */
    appIds: text("app_ids", { mode: "json" }).$type<number[]>(),
    expiresAt: integer("expires_at"),
    lastUsedAt: integer("last_used_at"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("api_keys_account").on(table.accountId)],
);

/**
 * How many rows of a kind an account has, kept by triggers (migrations/0001), so that a bound costs no count of the rows.
 */
export const accountCounts = sqliteTable("account_counts", {
  accountId: integer("account_id")
    .primaryKey()
    .references(() => accounts.id, { onDelete: "cascade" }),
  /** What its kept answers to requests with an Idempotency-Key take, KiB; each counts as one at least. */
  answers: integer("answers").notNull().default(0),
  campaigns: integer("campaigns").notNull().default(0),
  templates: integer("templates").notNull().default(0),
  channelCodes: integer("channel_codes").notNull().default(0),
  auditEntries: integer("audit_entries").notNull().default(0),
});

/** How many builds of an account ended on a UTC day, kept by a trigger: builds themselves make room, and go with their app. */
export const accountDays = sqliteTable(
  "account_days",
  {
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    /** YYYY-MM-DD. */
    date: text("date").notNull(),
    completed: integer("completed").notNull().default(0),
    failed: integer("failed").notNull().default(0),
    cancelled: integer("cancelled").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.date] }),
    index("account_days_date").on(table.date),
  ],
);

/** The condition on `idempotency_keys` for answers of more than LARGE_KIB (domain/accounts/idempotency.ts). */
export const LARGE_ANSWER = sql.raw("length(response) > 16384");

/** The stored answers to requests with an Idempotency-Key. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    /** SHA-256 of account, visible apps, method, path and key, hex. */
    id: text("id").primaryKey(),
    /** The account that asked; 0 for operators. */
    accountId: integer("account_id").notNull().default(0),
    /** SHA-256 of the request body, hex. */
    bodyHash: text("body_hash").notNull(),
    /** null while the first request is still running. */
    status: integer("status"),
    /** The answer's JSON, without secrets. */
    response: text("response"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    index("idempotency_keys_created").on(table.createdAt),
    // For the bound of those an account has.
    index("idempotency_keys_account").on(table.accountId, table.createdAt),
    // For those that make room first.
    index("idempotency_keys_large").on(table.accountId, table.createdAt).where(LARGE_ANSWER),
  ],
);
