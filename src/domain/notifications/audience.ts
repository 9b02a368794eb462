// The subscribers that a notification is sent to, counted or read in pages.
import { and, asc, count, gt, lte } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { inAudience, inZones, zoneOf } from "./audience-sql.ts";
import type { Recipient } from "../ports/notifications.ts";
import { RECIPIENT, recipientOf } from "./recipients.ts";
import type { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import type { Audience } from "./targeting.ts";

export interface AudienceSize {
  total: number;
  byPlatform: Record<SubscriberPlatform, number>;
}

/** Counts the active subscribers of the app that are in the audience. */
export async function countAudience(
  ctx: Ctx,
  appId: number,
  audience: Audience,
): Promise<AudienceSize> {
  const counts = await ctx.db
    .select({ platform: subscribers.platform, total: count() })
    .from(subscribers)
    .where(inAudience(appId, audience))
    .groupBy(subscribers.platform);
  const byPlatform: Record<SubscriberPlatform, number> = { web: 0, ios: 0, android: 0 };
  for (const { platform, total } of counts) byPlatform[platform] = total;
  return { total: byPlatform.web + byPlatform.ios + byPlatform.android, byPlatform };
}

/**
 * Returns the next `limit` active subscribers in the audience, in the order of their ids: those after `after`, up to
 * `upTo`, in `zones` (null for any zone).
 */
export async function audiencePage(
  ctx: Ctx,
  appId: number,
  audience: Audience,
  page: { after: number; upTo: number; zones: string[] | null; limit: number },
): Promise<Recipient[]> {
  const rows = await ctx.db
    .select(RECIPIENT)
    .from(subscribers)
    .where(
      and(
        inAudience(appId, audience),
        gt(subscribers.id, page.after),
        lte(subscribers.id, page.upTo),
        page.zones ? inZones(page.zones) : undefined,
      ),
    )
    .orderBy(asc(subscribers.id))
    .limit(page.limit);
  return rows.map(recipientOf);
}

/** Returns the time zones of the audience. */
export async function audienceZones(
  ctx: Ctx,
  appId: number,
  audience: Audience,
): Promise<string[]> {
  const zones = await ctx.db
    .selectDistinct({ zone: zoneOf })
    .from(subscribers)
    .where(inAudience(appId, audience));
  return zones.map(({ zone }) => zone);
}
