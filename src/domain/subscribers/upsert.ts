// Writes what the owner registers, up to a thousand subscribers in one statement. A token or endpoint that the app has
// already belongs to the same subscriber as before. (A device without a key gets a new one: new-subscriber.ts.)
import { sql, type SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { excluded, insertFrom } from "../../db/insert-from.ts";
import { subscribers } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";
import { enqueueDeliveries } from "../webhooks/emit.ts";
import { emitSubscriberEvent } from "./events.ts";
import type { PushAddress, RegisterSubscriber } from "./subscriber-input.ts";
import type { Subscriber } from "./find-subscriber.ts";
import { releasedColumns } from "./release-address.ts";
import { ifRoom, isUnmade, makeRoom, noRoom } from "./room.ts";

/** A registration that was checked. */
export interface Registration {
  wanted: RegisterSubscriber;
  address: PushAddress;
}

/** The results of registrations, by token. */
type Registered = Map<string, { subscriber: Subscriber; created: boolean }>;

/** Whether registrations are of devices that are registering now, or a list that can be old. */
export type Source = "device" | "list";

/**
 * Writes the registrations. Each subscriber becomes active, unless `source` is a list: then those do not that
 * unsubscribed, or whose token was found dead since their device registered it, whichever subscriber had the address at
 * that time. Fields that a registration leaves out stay as they are, null clears one. No two registrations may have the
 * same address. Returns the rows by token, and whether each is new. Refuses `not_found` when the app was deleted
 * meanwhile, and `invalid` when the app has no room for the new ones. `noted`: statements of the same transaction, given the
 * UUIDs that the new ones among them have.
 */
export async function upsertSubscribers(
  ctx: Ctx,
  app: { id: number; accountId: number },
  registrations: readonly Registration[],
  source: Source,
  noted: (minted: readonly string[]) => readonly BatchItem<"sqlite">[] = () => [],
): Promise<Registered> {
  const given = registrations.map(asGiven);
  const minted = given.map(({ uuid }) => uuid);
  const added = newAmong(app.id, given);
  // The statements recognize by it what one of them has just done.
  const now = ctx.now();
  try {
    const [, , , rows, deliveries] = await ctx.db.batch([
      ...returnAddresses(ctx, app.id, given, now),
      makeRoom(ctx, app.id, "owner", added, isNeeded(given, now)),
      upsertGiven(ctx, app, given, { source, added, now }),
      // A row has the UUID that was made for it only when it is new.
      emitSubscriberEvent(
        ctx,
        "subscriber.created",
        app.id,
        sql`${subscribers.uuid} IN (SELECT value FROM json_each(${JSON.stringify(minted)}))`,
      ),
      ...noted(minted),
    ]);
    ctx.defer(enqueueDeliveries(ctx, deliveries));
    const isMinted = new Set<string>(minted);
    return new Map(
      rows.map((row) => [row.token ?? "", { subscriber: row, created: isMinted.has(row.uuid) }]),
    );
  } catch (error) {
    if (isUnmade(error)) return refuse(await noRoom(ctx, app.id));
    throw error;
  }
}

/**
 * The statements that give addresses back before an owner's registration is written. Where another subscriber has taken
 * an address, without proof of more than its own, from one that the owner had named, the owner means the latter: the one
 * with the user that the registration names, or else neither of the two.
 */
function returnAddresses(ctx: Ctx, appId: number, given: readonly Given[], now: number) {
  const json = JSON.stringify(given);
  // CROSS keeps the order of the joins, so that each address is looked up by its index.
  const loser = sql`${subscribers} AS loser ON loser.app_id = ${appId}
    AND loser.lost_token = given.value ->> 'token'`;
  // The plus keeps the planner from another index.
  const isUsers = sql`+loser.user_id = given.value ->> 'user_id'`;
  const contested = sql`SELECT holder.id FROM json_each(${json}) AS given
    CROSS JOIN ${subscribers} AS holder ON holder.app_id = ${appId} AND holder.token = given.value ->> 'token'
    CROSS JOIN ${loser} WHERE loser.vouched = 1 AND coalesce(holder.user_id = given.value ->> 'user_id', 0) = 0
      AND (holder.vouched_token IS NOT holder.token OR ${isUsers})`;
  const returning = sql`SELECT max(loser.id) FROM json_each(${json}) AS given CROSS JOIN ${loser}
    WHERE ${isUsers} AND NOT EXISTS (SELECT 1 FROM ${subscribers} AS holder
      WHERE holder.app_id = ${appId} AND holder.token = given.value ->> 'token')
    GROUP BY given.value ->> 'token'`;
  return [
    ctx.db
      .update(subscribers)
      .set(releasedColumns(now))
      .where(sql`${subscribers.id} IN (${contested})`),
    ctx.db
      .update(subscribers)
      // That it has both tokens shows the next statement that it was given this one back.
      .set({ token: sql`${subscribers.lostToken}` })
      .where(sql`${subscribers.id} IN (${returning})`),
  ] as const;
}

/** How many of the addresses no subscriber of the app has, as an SQL expression. */
function newAmong(appId: number, given: readonly Given[]): SQL {
  const tokens = JSON.stringify(given.map(({ token }) => token));
  return sql`(SELECT count(*) FROM json_each(${tokens}) AS named
    WHERE NOT EXISTS (SELECT 1 FROM ${subscribers} AS known
      WHERE known.app_id = ${appId} AND known.token = named.value))`;
}

/**
 * Whether a subscriber `spare` may not make room: what is known of it decides what becomes of an address that is being
 * registered, because it has that, or has just lost it while it was found dead.
 */
function isNeeded(given: readonly Given[], now: number): SQL {
  const tokens = JSON.stringify(given.map(({ token }) => token));
  const named = sql`(SELECT value FROM json_each(${tokens}))`;
  return sql`(coalesce(spare.token IN ${named}, 0) OR (spare.retired_as IS NOT NULL AND spare.updated_at = ${now}
    AND coalesce(spare.lost_token IN ${named}, 0)))`;
}

/** A registration as JSON. */
type Given = ReturnType<typeof asGiven>;

/** Converts a registration to what `upsertGiven` reads from JSON, which leaves out undefined fields. */
function asGiven({ wanted, address }: Registration) {
  return {
    uuid: crypto.randomUUID(),
    platform: wanted.platform,
    ...address,
    user_id: wanted.user_id,
    tags: wanted.tags,
    language: wanted.language,
    country: wanted.country,
    timezone: wanted.timezone,
    registered_at: wanted.registered_at,
  };
}

/** The statement that writes the registrations, of which `added` are new, and returns their rows. */
function upsertGiven(
  ctx: Ctx,
  app: { id: number; accountId: number },
  given: readonly Given[],
  { source, added, now }: { source: Source; added: SQL; now: number },
) {
  // A field that is left out keeps its value; null, which JSON keeps, clears it.
  const orKnown = (name: "user_id" | "tags" | "language" | "country" | "timezone") =>
    sql`iif(json_type(given.value, ${sql.raw(`'$.${name}'`)}) IS NULL, ${sql.raw(`known.${name}`)}, ${field(name)})`;
  return insertFrom(
    ctx.db,
    subscribers,
    {
      uuid: ifRoom(field("uuid"), app.id, added),
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
      ...lifeOf(source, now),
      vouched: true,
      vouchedToken: field("token"),
      lastActiveAt: now,
      createdAt: now,
      updatedAt: now,
    },
    sql`FROM json_each(${JSON.stringify(given)}) AS given LEFT JOIN ${subscribers} AS known
      ON known.app_id = ${app.id} AND known.token = ${field("token")}
      LEFT JOIN ${subscribers} AS former ON ${source === "list" ? 1 : 0} AND former.id = ${justReleased(app.id, now)}
        AND (known.id IS NULL OR known.lost_token IS NOT NULL) WHERE true`,
  )
    .onConflictDoUpdate({ target: [subscribers.appId, subscribers.token], set: RENEWED })
    .returning();
}

function field(name: keyof Given): SQL {
  return sql`given.value ->> ${sql.raw(`'${name}'`)}`;
}

/** The id of the subscriber that `returnAddresses` has just taken the address from. */
function justReleased(appId: number, now: number): SQL {
  // Had others lost it within the same millisecond, the last to have it would be the one that got it last.
  return sql`(SELECT loser.id FROM ${subscribers} AS loser WHERE loser.app_id = ${appId}
    AND loser.lost_token = ${field("token")} AND loser.token IS NULL AND loser.updated_at = ${now}
    ORDER BY loser.token_since DESC, loser.id DESC LIMIT 1)`;
}

/**
 * The columns that say whether an address lives. `known` is the row that has the address, if there is one. What a list
 * names takes over what is known of the address from `former`, which has just lost it; there is none for a device.
 */
function lifeOf(source: Source, now: number) {
  const fact = (name: string) => {
    const [known, former] = [sql.raw(`known.${name}`), sql.raw(`former.${name}`)];
    return sql`iif(former.id IS NULL, ${known}, ${former})`;
  };
  const registeredAt = source === "device" ? sql`${now}` : field("registered_at");
  const isAlive =
    source === "device"
      ? sql`1`
      : sql`(coalesce(${fact("status")}, '') <> 'unsubscribed' AND (${fact("retired_as")} IS NULL
          OR coalesce(${registeredAt} > ${fact("retired_at")}, 0)))`;
  const unlessAlive = (name: string) => sql`iif(${isAlive}, NULL, ${fact(name)})`;
  // One that was active is inactive once it has lost its address. Its keys are gone then.
  const goesOn = sql`CASE WHEN known.status = 'active' THEN known.p256dh IS ${field("p256dh")}
    ELSE coalesce(former.status = 'inactive' AND former.retired_as IS NULL, 0) AND ${field("p256dh")} IS NULL END`;
  return {
    status: sql`iif(${isAlive}, 'active', ${fact("status")})`,
    // A token that goes on as it was is not younger for being on a list again.
    tokenSince: sql`iif(${goesOn}, ${fact("token_since")}, ${now})`,
    registeredAt: sql`max(coalesce(${registeredAt}, ${fact("registered_at")}),
      coalesce(${fact("registered_at")}, ${registeredAt}))`,
    retiredAs: unlessAlive("retired_as"),
    retiredAt: unlessAlive("retired_at"),
    unsubscribedAt: unlessAlive("unsubscribed_at"),
  };
}

/** What a registration changes in the row of a subscriber that is known. */
const RENEWED = {
  ...excluded(subscribers, [
    "platform",
    "provider",
    "p256dh",
    "auth",
    "userId",
    "tags",
    "language",
    "country",
    "timezone",
    "status",
    "vouchedToken",
    "tokenSince",
    "registeredAt",
    "retiredAs",
    "retiredAt",
    "lastActiveAt",
    "updatedAt",
    "unsubscribedAt",
  ]),
  vouched: true,
  lostToken: null,
};
