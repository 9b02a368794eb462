// Links to a person's own page: what the person is subscribed to, on which devices, and the messages. Whoever has a link sees
// the page, until the link ends, a newer one takes its place, or the subscription ends. A link that a device asked for shows
// what the device is bound to, as the public surface does; one that a channel asked for shows that channel's subscription alone.
import { and, eq, sql, type SQL } from "drizzle-orm";
import { channelDevices, channelSubscriptions } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { GENERATIONS, makePersonToken, readPersonToken, type PersonToken } from "./person-token.ts";
import type { ChannelSubscription } from "./subscriptions.ts";

/** How long a link works, ms: as long as people keep a page open or bookmarked; a further link is one press away. */
export const LINK_MS = 30 * DAY_MS;

export interface PersonLink {
  url: string;
  /** ms. */
  expiresAt: number;
}

/** Makes a further link to the page of a subscription, below `origin`; for a device with all else that it is bound to. */
export async function makePersonLink(
  ctx: Ctx,
  { id, linkGeneration }: Pick<ChannelSubscription, "id" | "linkGeneration">,
  deviceId: number | null,
  origin: string,
): Promise<PersonLink> {
  const expiresAt = ctx.now() + LINK_MS;
  const token = await makePersonToken(ctx.linkSigningKey, {
    subscriptionId: id,
    deviceId,
    expiresAt,
    generation: linkGeneration,
  });
  return { url: origin + personPath(token), expiresAt };
}

/** The path of the page. */
export const personPath = (token: string) => `/dashboard/messages/${token}`;

/** Returns what a link's token says, without looking anything up. Refuses `not_found` for what never was a token. */
export async function findPersonToken(ctx: Ctx, text: string): Promise<PersonToken> {
  const token = await readPersonToken(ctx.linkSigningKey, text);
  return token ?? refuse({ code: "not_found", what: "subscription" });
}

/**
 * The query for the ids of the subscriptions that a token lets somebody at, for the WHERE of whatever reads or changes them:
 * its own, or of a token of a device all that the device is bound to, while it is bound to that one: whoever has a device
 * that was forgotten, or that somebody else used before, keeps no link. None of an expired token.
 */
export function reachedBy(ctx: Ctx, token: PersonToken): SQL {
  const { subscriptionId, deviceId, generation, expiresAt } = token;
  const own = sql`SELECT own.id FROM ${channelSubscriptions} AS own
    WHERE own.id = ${subscriptionId} AND own.link_generation = ${generation} AND ${expiresAt} > ${ctx.now()}`;
  if (deviceId === null) return own;
  return sql`SELECT other.subscription_id FROM ${channelDevices} AS other
    WHERE other.subscriber_id = ${deviceId} AND EXISTS (SELECT 1 FROM ${channelDevices} AS bound
      WHERE bound.subscriber_id = ${deviceId} AND bound.subscription_id IN (${own}))`;
}

/** Why a token that was right lets nobody in any more. */
export type PersonEnd =
  | { kind: "expired"; at: number }
  /** A newer link was made. */
  | { kind: "replaced" }
  /** The person left, or the channel is gone. */
  | { kind: "left" }
  /** The link was a device's, which is bound to the subscription no more. */
  | { kind: "unbound" };

/** Why the token reaches nothing. */
export async function whyEnded(ctx: Ctx, token: PersonToken): Promise<PersonEnd> {
  if (token.expiresAt <= ctx.now()) return { kind: "expired", at: token.expiresAt };
  const [row] = await ctx.db
    .select({ generation: channelSubscriptions.linkGeneration })
    .from(channelSubscriptions)
    .where(eq(channelSubscriptions.id, token.subscriptionId));
  if (!row) return { kind: "left" };
  return { kind: row.generation === token.generation ? "unbound" : "replaced" };
}

/**
 * Ends all links to the subscriptions that the token reaches, this one too, and returns the token of a new one. Refuses
 * `not_found` for a token that reaches nothing.
 */
export async function renewPersonLink(ctx: Ctx, token: PersonToken): Promise<string> {
  const renewed = await ctx.db
    .update(channelSubscriptions)
    .set({ linkGeneration: sql`(${channelSubscriptions.linkGeneration} + 1) % ${GENERATIONS}` })
    .where(sql`${channelSubscriptions.id} IN (${reachedBy(ctx, token)})`)
    .returning({
      id: channelSubscriptions.id,
      linkGeneration: channelSubscriptions.linkGeneration,
    });
  const own = renewed.find(({ id }) => id === token.subscriptionId);
  if (!own) return refuse({ code: "not_found", what: "subscription" });
  return makePersonToken(ctx.linkSigningKey, {
    ...token,
    generation: own.linkGeneration,
    expiresAt: ctx.now() + LINK_MS,
  });
}

/**
 * The token of a link to what is left to a person who left the subscription of theirs: another subscription of the same device.
 * null where there is none.
 */
export async function nextToken(ctx: Ctx, token: PersonToken): Promise<string | null> {
  if (token.deviceId === null) return null;
  const [other] = await ctx.db
    .select({ id: channelSubscriptions.id, generation: channelSubscriptions.linkGeneration })
    .from(channelDevices)
    .innerJoin(channelSubscriptions, eq(channelSubscriptions.id, channelDevices.subscriptionId))
    .where(
      and(
        eq(channelDevices.subscriberId, token.deviceId),
        sql`${channelSubscriptions.id} <> ${token.subscriptionId}`,
      ),
    )
    .limit(1);
  if (!other) return null;
  const { id: subscriptionId, generation } = other;
  return makePersonToken(ctx.linkSigningKey, { ...token, subscriptionId, generation });
}
