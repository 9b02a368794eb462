// Writes registrations, one or a thousand, in one statement: a token or endpoint the app knows is the same
// subscriber again.
import { sql } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { tellOf } from "./events.ts";
import type { PushAddress, RegisterSubscriber } from "./subscriber-input.ts";
import type { Subscriber } from "./visible.ts";

/** A registration that was checked. */
export interface Registration {
  wanted: RegisterSubscriber;
  address: PushAddress;
  /** SHA-256 of the token the device gets to manage itself with; null leaves that as it is. */
  secretHash: string | null;
}

/** What became of registrations, by token. */
type Registered = Map<string, { subscriber: Subscriber; created: boolean }>;

/**
 * Registers each, active from now; what a registration leaves out stays as it was. No two may have the same
 * address. Answers the rows by token, and of which the row is new.
 */
export async function upsertSubscribers(
  ctx: Ctx,
  app: { id: number; accountId: number },
  registrations: readonly Registration[],
): Promise<Registered> {
  const { statement, registered } = upsertStatement(ctx, app, registrations);
  return registered(await statement);
}

/** As `upsertSubscribers`, to run in a batch: `registered` makes the answer of the rows, and tells of new ones. */
export function upsertStatement(
  ctx: Ctx,
  app: { id: number; accountId: number },
  registrations: readonly Registration[],
) {
  const now = ctx.now();
  const given = registrations.map(({ wanted, address, secretHash }) => ({
    uuid: crypto.randomUUID(),
    platform: wanted.platform,
    ...address,
    user_id: wanted.user_id,
    tags: wanted.tags,
    language: wanted.language,
    country: wanted.country,
    timezone: wanted.timezone,
    secret_hash: secretHash,
  }));
  const field = (name: keyof (typeof given)[number]) =>
    sql`given.value ->> ${sql.raw(`'${name}'`)}`;
  const known = sql`SELECT known.tags FROM ${subscribers} AS known
    WHERE known.app_id = ${app.id} AND known.token = ${field("token")}`;
  const statement = ctx.db
    .insert(subscribers)
    .select(
      // in the order of the table's columns; without WHERE the parser takes ON CONFLICT for a join's ON
      sql`SELECT NULL, ${field("uuid")}, ${app.accountId}, ${app.id}, ${field("platform")},
        ${field("provider")}, ${field("token")}, ${field("p256dh")}, ${field("auth")},
        ${field("user_id")}, coalesce(${field("tags")}, (${known}), '[]'), ${field("language")},
        ${field("country")}, ${field("timezone")}, 'active', ${field("secret_hash")},
        ${now}, ${now}, ${now}, ${now}, NULL
        FROM json_each(${JSON.stringify(given)}) AS given WHERE true`,
    )
    .onConflictDoUpdate({
      target: [subscribers.appId, subscribers.token],
      set: {
        platform: sql`excluded.platform`,
        provider: sql`excluded.provider`,
        p256dh: sql`excluded.p256dh`,
        auth: sql`excluded.auth`,
        userId: sql`coalesce(excluded.user_id, ${subscribers.userId})`,
        tags: sql`excluded.tags`,
        language: sql`coalesce(excluded.language, ${subscribers.language})`,
        country: sql`coalesce(excluded.country, ${subscribers.country})`,
        timezone: sql`coalesce(excluded.timezone, ${subscribers.timezone})`,
        status: "active",
        secretHash: sql`coalesce(excluded.secret_hash, ${subscribers.secretHash})`,
        tokenSince: now,
        lastActiveAt: now,
        updatedAt: now,
        unsubscribedAt: null,
      },
    })
    .returning();
  const minted = new Set<string>(given.map(({ uuid }) => uuid));
  const isNew = (row: Subscriber) => minted.has(row.uuid);
  const registered = (rows: readonly Subscriber[]): Registered => {
    tellOf(ctx, app.id, "subscriber.created", rows.filter(isNew));
    return new Map(rows.map((row) => [row.token, { subscriber: row, created: isNew(row) }]));
  };
  return { statement, registered };
}
