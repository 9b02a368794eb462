// Changes what is known about many subscribers at once, as their owner does: the facts of updateSubscriber, never an address.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { OwnerFacts, OwnUserId } from "./facts/fields.ts";

/** What a change can give. Fields left out stay as they are, null clears one. */
export const KnownFacts = z.strictObject({ ...OwnerFacts, user_id: OwnUserId });

export interface KnownChange {
  /** The subscriber's UUID. */
  id: string;
  facts: z.output<typeof KnownFacts>;
}

/** A subscriber as a list can name it. */
export type Named = Pick<
  typeof subscribers.$inferSelect,
  "uuid" | "platform" | "provider" | "token" | "lostToken"
>;

/** The statement that finds those of the app that have these UUIDs. */
export function namedSubscribers(
  ctx: Ctx,
  app: { id: number; accountId: number },
  ids: readonly string[],
) {
  return ctx.db
    .select({
      uuid: subscribers.uuid,
      platform: subscribers.platform,
      provider: subscribers.provider,
      token: subscribers.token,
      lostToken: subscribers.lostToken,
    })
    .from(subscribers)
    .where(
      sql`${subscribers.uuid} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))
        AND +${subscribers.appId} = ${app.id} AND +${subscribers.accountId} = ${app.accountId}`,
    );
}

/** The statement that makes the changes, of those subscribers that the app has. Each may be changed once. */
export function changeKnown(
  ctx: Ctx,
  app: { id: number; accountId: number },
  changes: readonly KnownChange[],
) {
  const json = JSON.stringify(changes.map(({ id, facts }) => ({ ...facts, uuid: id })));
  const given = sql`SELECT given.value FROM json_each(${json}) AS given
    WHERE given.value ->> 'uuid' = ${subscribers.uuid}`;
  // A field that is left out keeps its value; null, which JSON keeps, clears it.
  const orKnown = (name: "user_id" | "tags" | "language" | "country" | "timezone") => {
    const path = sql.raw(`'$.${name}'`);
    const column = sql.raw(`"subscribers"."${name}"`);
    return sql`(SELECT iif(json_type(value, ${path}) IS NULL, ${column}, value ->> ${path}) FROM (${given}))`;
  };
  return ctx.db
    .update(subscribers)
    .set({
      userId: orKnown("user_id"),
      tags: sql`coalesce(${orKnown("tags")}, '[]')`,
      language: orKnown("language"),
      country: orKnown("country"),
      timezone: orKnown("timezone"),
      vouched: true,
      updatedAt: ctx.now(),
    })
    .where(
      sql`${subscribers.uuid} IN (SELECT value ->> 'uuid' FROM json_each(${json}))
        AND +${subscribers.appId} = ${app.id} AND +${subscribers.accountId} = ${app.accountId}`,
    );
}

/** The statement that finds which of these addresses a subscriber of the app has. */
export function knownAddresses(ctx: Ctx, appId: number, tokens: readonly string[]) {
  return ctx.db
    .select({ token: subscribers.token })
    .from(subscribers)
    .where(
      sql`${subscribers.appId} = ${appId}
        AND ${subscribers.token} IN (SELECT value FROM json_each(${JSON.stringify(tokens)}))`,
    );
}
