// Writes registrations, one or a thousand, in one statement: a token or endpoint the app knows is the same
// subscriber again.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { FOREIGN_KEY, refusedWith } from "../../db/refused-with.ts";
import { subscribers } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";
import { enqueueDeliveries } from "../webhooks/emit.ts";
import { emitSubscriberEvent } from "./events.ts";
import type { PushAddress, RegisterSubscriber } from "./subscriber-input.ts";
import type { Subscriber } from "./find-subscriber.ts";

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
 * Registers each, active from now; what a registration leaves out stays as it was, null clears. No two may have the same
 * address. Answers the rows by token, and of which the row is new. Refuses `not_found` for an app that was deleted
 * since it was looked up.
 */
export async function upsertSubscribers(
  ctx: Ctx,
  app: { id: number; accountId: number },
  registrations: readonly Registration[],
): Promise<Registered> {
  const { write, tell, registered } = upsertStatements(ctx, app, registrations);
  try {
    return registered(...(await ctx.db.batch([write, tell])));
  } catch (error) {
    if (refusedWith(error, FOREIGN_KEY)) return refuse({ code: "not_found", what: "app" });
    throw error;
  }
}

/**
 * As `upsertSubscribers`, for a batch of the caller's: first `write`, then `tell`; `registered` makes the answer of
 * what they answered.
 */
export function upsertStatements(
  ctx: Ctx,
  app: { id: number; accountId: number },
  registrations: readonly Registration[],
) {
  const given = registrations.map(asGiven);
  const minted = given.map(({ uuid }) => uuid);
  // a row has the UUID minted for it only where it is new
  const tell = emitSubscriberEvent(
    ctx,
    "subscriber.created",
    sql`${subscribers.uuid} IN (SELECT value FROM json_each(${JSON.stringify(minted)}))`,
  );
  const isMinted = new Set<string>(minted);
  const isNew = (row: Subscriber) => isMinted.has(row.uuid);
  const registered = (
    rows: readonly Subscriber[],
    begun: readonly { id: number }[],
  ): Registered => {
    ctx.defer(enqueueDeliveries(ctx, begun));
    return new Map(rows.map((row) => [row.token, { subscriber: row, created: isNew(row) }]));
  };
  return { write: upsertGiven(ctx, app, given), tell, registered };
}

/** A registration as `upsertGiven` reads it from JSON, which leaves out what is undefined. */
function asGiven({ wanted, address, secretHash }: Registration) {
  return {
    uuid: crypto.randomUUID(),
    platform: wanted.platform,
    ...address,
    user_id: wanted.user_id,
    tags: wanted.tags,
    language: wanted.language,
    country: wanted.country,
    timezone: wanted.timezone,
    secret_hash: secretHash,
  };
}

/** The statement that writes the registrations and answers their rows. */
function upsertGiven(
  ctx: Ctx,
  app: { id: number; accountId: number },
  given: readonly ReturnType<typeof asGiven>[],
) {
  const now = ctx.now();
  const field = (name: keyof (typeof given)[number]) =>
    sql`given.value ->> ${sql.raw(`'${name}'`)}`;
  // what is left out stays as it is known; null, which JSON keeps, clears
  const orKnown = (name: "user_id" | "tags" | "language" | "country" | "timezone") =>
    sql`iif(json_type(given.value, ${sql.raw(`'$.${name}'`)}) IS NULL, ${sql.raw(`known.${name}`)}, ${field(name)})`;
  return insertFrom(
    ctx.db,
    subscribers,
    {
      uuid: field("uuid"),
      accountId: app.accountId,
      appId: app.id,
      platform: field("platform"),
      provider: field("provider"),
      token: field("token"),
      p256dh: field("p256dh"),
      auth: field("auth"),
      userId: orKnown("user_id"),
      tags: sql`coalesce(${orKnown("tags")}, '[]')`,
      language: orKnown("language"),
      country: orKnown("country"),
      timezone: orKnown("timezone"),
      status: "active",
      secretHash: field("secret_hash"),
      tokenSince: now,
      lastActiveAt: now,
      createdAt: now,
      updatedAt: now,
    },
    sql`FROM json_each(${JSON.stringify(given)}) AS given LEFT JOIN ${subscribers} AS known
      ON known.app_id = ${app.id} AND known.token = ${field("token")} WHERE true`,
  )
    .onConflictDoUpdate({
      target: [subscribers.appId, subscribers.token],
      set: {
        platform: sql`excluded.platform`,
        provider: sql`excluded.provider`,
        p256dh: sql`excluded.p256dh`,
        auth: sql`excluded.auth`,
        userId: sql`excluded.user_id`,
        tags: sql`excluded.tags`,
        language: sql`excluded.language`,
        country: sql`excluded.country`,
        timezone: sql`excluded.timezone`,
        status: "active",
        secretHash: sql`coalesce(excluded.secret_hash, ${subscribers.secretHash})`,
        tokenSince: now,
        lastActiveAt: now,
        updatedAt: now,
        unsubscribedAt: null,
      },
    })
    .returning();
}
