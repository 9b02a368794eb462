// Puts a notification into inboxes: one statement and one row written a subscriber, so that reading one's own costs the same
// however many others there are.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { inboxes, subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import type { ContentDefaults } from "../notifications/content.ts";
import type { Sendable } from "../notifications/load-sendable.ts";

/** Most notifications in an inbox: more make room for a device that seldom asks, the oldest first. */
export const MAX_ENTRIES = 50;
/** The bits of an entry that say which of the app's defaults the message has. */
export const FILLED_IN = { icon: 1, url: 2 } as const;

/**
 * Puts the notification into the inboxes of those of `subscriberIds` that are still subscribed, and returns their ids. May be
 * repeated: it stands in each once. An entry is later than those before it in the same inbox, so that a device that asks
 * for what came since the last one it knows misses none.
 */
export async function fillInboxes(
  ctx: Ctx,
  { id: notificationId, defaults }: Pick<Sendable, "id" | "defaults">,
  subscriberIds: readonly number[],
): Promise<Set<number>> {
  const now = ctx.now();
  // As JSON, since D1 binds every number as REAL.
  const entry = sql`json(${JSON.stringify([notificationId, now, filledIn(defaults)])})`;
  const { entries } = inboxes;
  const kept = sql`iif(json_array_length(${entries}) >= ${MAX_ENTRIES}, json_remove(${entries}, '$[0]'), ${entries})`;
  const later = sql`json_set(${entry}, '$[1]', max(${entry} ->> 1, (${entries} ->> '$[#-1][1]') + 1))`;
  const isThere = sql`EXISTS (SELECT 1 FROM json_each(${entries}) AS known WHERE known.value ->> 0 = ${entry} ->> 0)`;
  const rows = await insertFrom(
    ctx.db,
    inboxes,
    { subscriberId: sql`named.value`, entries: sql`json_array(${entry})` },
    sql`FROM json_each(${JSON.stringify(subscriberIds)}) AS named WHERE EXISTS (SELECT 1 FROM ${subscribers}
      WHERE ${subscribers.id} = named.value AND ${subscribers.status} = 'active')`,
  )
    .onConflictDoUpdate({
      target: inboxes.subscriberId,
      set: {
        entries: sql`iif(${isThere}, ${entries}, json_insert(${kept}, '$[#]', json(${later})))`,
      },
    })
    .returning({ id: inboxes.subscriberId });
  return new Set(rows.map(({ id }) => id));
}

/**
 * Which of the app's defaults are in a message. Kept, since to find out which fit needs the payloads of all translations:
 * once for a send, and not again for each entry whenever a device asks.
 */
function filledIn({ icon, url }: ContentDefaults): number {
  return (icon === null ? 0 : FILLED_IN.icon) + (url === null ? 0 : FILLED_IN.url);
}
