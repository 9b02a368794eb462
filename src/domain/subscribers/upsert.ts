// Writes registrations, up to a thousand in one statement. A token or endpoint that the app has already belongs to
// the same subscriber as before.
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
  /** SHA-256 of the token by which the device identifies itself; null leaves the present token as it is. */
  secretHash: string | null;
}

/** The results of registrations, by token. */
type Registered = Map<string, { subscriber: Subscriber; created: boolean }>;

/**
 * Writes the registrations, and makes each subscriber active. Fields that a registration leaves out stay as they are,
 * null clears one. No two registrations may have the same address. Returns the rows by token, and whether each is
 * new. Refuses `not_found` when the app was deleted meanwhile.
 */
export async function upsertSubscribers(
  ctx: Ctx,
  app: { id: number; accountId: number },
  registrations: readonly Registration[],
): Promise<Registered> {
  const { write, emit, registered } = upsertStatements(ctx, app, registrations);
  try {
    return registered(...(await ctx.db.batch([write, emit])));
  } catch (error) {
    if (refusedWith(error, FOREIGN_KEY)) return refuse({ code: "not_found", what: "app" });
    throw error;
  }
}

/**
 * The statements of `upsertSubscribers` for a batch of the caller's, in the order `write`, `emit`. `registered` turns
 * the results of these two into that of `upsertSubscribers`.
 */
export function upsertStatements(
  ctx: Ctx,
  app: { id: number; accountId: number },
  registrations: readonly Registration[],
) {
  const given = registrations.map(asGiven);
  const minted = given.map(({ uuid }) => uuid);
  // A row has the UUID that was made for it only when it is new.
  const emit = emitSubscriberEvent(
    ctx,
    "subscriber.created",
    sql`${subscribers.uuid} IN (SELECT value FROM json_each(${JSON.stringify(minted)}))`,
  );
  const isMinted = new Set<string>(minted);
  const isNew = (row: Subscriber) => isMinted.has(row.uuid);
  const registered = (
    rows: readonly Subscriber[],
    deliveries: readonly { id: number }[],
  ): Registered => {
    ctx.defer(enqueueDeliveries(ctx, deliveries));
    return new Map(rows.map((row) => [row.token, { subscriber: row, created: isNew(row) }]));
  };
  return { write: upsertGiven(ctx, app, given), emit, registered };
}

/** Converts a registration to what `upsertGiven` reads from JSON, which leaves out undefined fields. */
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

/** The statement that writes the registrations and returns their rows. */
function upsertGiven(
  ctx: Ctx,
  app: { id: number; accountId: number },
  given: readonly ReturnType<typeof asGiven>[],
) {
  const now = ctx.now();
  const field = (name: keyof (typeof given)[number]) =>
    sql`given.value ->> ${sql.raw(`'${name}'`)}`;
  // A field that is left out keeps its value; null, which JSON keeps, clears it.
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
