// What a device without an address is told when it asks: the notifications in its inbox, as pushes that it would have got.
// It is read by one statement, by the keys of the inbox and of each notification in it.
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { apps, inboxes, notifications } from "../../db/schema/index.ts";
import { instant } from "../../kit/given-time.ts";
import { parse } from "../../kit/parse.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { defaultsOf, pushContent, type ContentDefaults } from "../notifications/content.ts";
import { DEFAULT_TTL_S, type NotificationContent } from "../notifications/content-fields.ts";
import { messageLinks } from "../notifications/links.ts";
import { identified } from "../notifications/message-id.ts";
import type { Subscriber } from "../subscribers/find-subscriber.ts";
import { FILLED_IN } from "./fill-inboxes.ts";

/** How long a notification stands in an inbox, ms. */
export const INBOX_MS = 7 * DAY_MS;

export const InboxQuery = z.strictObject({
  since: instant()
    .optional()
    .meta({
      description:
        "Only what was put there after this time: the `sent_at` of the last that the device knows. In any extended form " +
        "of ISO 8601 or of RFC 3339 with a zone.",
      example: "2025-06-14T12:00:00.000Z",
    }),
});

/** A notification in an inbox. */
export interface Received {
  uuid: string;
  /** When it was put there, ms. */
  at: number;
  /** The payload by Web Push. */
  message: Record<string, unknown>;
}

/**
 * Returns what stands in the subscriber's inbox, oldest first: of the last INBOX_MS, unless its time to live is over; nothing
 * for one that unsubscribed. Links lead to `origin`. Refuses `invalid`.
 */
export async function readInbox(
  ctx: Ctx,
  subscriber: Subscriber,
  origin: string,
  query: unknown,
): Promise<Received[]> {
  const { since = 0 } = parse(InboxQuery, query);
  if (subscriber.status === "unsubscribed") return [];
  const now = ctx.now();
  const after = Math.max(since, now - INBOX_MS);
  const rows = await entriesAfter(ctx, subscriber, after);
  return rows.flatMap(({ id, uuid, at, app, filledIn, ...row }) => {
    const content = row.content as NotificationContent;
    const expiresAt = at + livesMs(content);
    if (expiresAt <= now) return [];
    const defaults = ofEntry(filledIn, defaultsOf(app));
    const pushed = pushContent(content, { uuid, defaults, expiresAt }, subscriber.language);
    const key = ctx.linkSigningKey;
    const { id: subscriberId, appId, platform } = subscriber;
    const links = messageLinks(key, origin, { appId, notificationId: id, subscriberId });
    const message = ctx.webPayload(identified(key, pushed, id, subscriberId), links, platform);
    return [{ uuid, at, message }];
  });
}

/**
 * How long a notification may stand in an inbox, ms. A time to live that its owner chose holds; the one that it has where
 * nobody chose is for devices that a push service wakes, and a person may open an app every few days.
 */
function livesMs({ ttl }: NotificationContent): number {
  return ttl === DEFAULT_TTL_S ? INBOX_MS : ttl * SECOND_MS;
}

/** Those of the app's defaults that an entry's message was sent with. */
function ofEntry(filledIn: number, { icon, url }: ContentDefaults): ContentDefaults {
  return {
    icon: filledIn & FILLED_IN.icon ? icon : null,
    url: filledIn & FILLED_IN.url ? url : null,
  };
}

/**
 * The notifications that were put into a subscriber's inbox after `after`, ms, and what their messages are made of. The plus
 * keeps SQLite from reading all notifications of the app for each entry, by an index of theirs, instead of the one.
 */
async function entriesAfter(ctx: Ctx, { id: subscriberId, appId }: Subscriber, after: number) {
  const at = sql<number>`entry.value ->> 1`;
  return ctx.db
    .select({
      id: notifications.id,
      uuid: notifications.uuid,
      content: notifications.content,
      at,
      app: { url: apps.url, pushSettings: apps.pushSettings },
      filledIn: sql<number>`entry.value ->> 2`,
    })
    .from(inboxes)
    .innerJoin(sql`json_each(${inboxes.entries}) AS entry`, sql`${at} > ${after}`)
    .innerJoin(notifications, eq(notifications.id, sql`entry.value ->> 0`))
    .innerJoin(apps, eq(apps.id, notifications.appId))
    .where(and(eq(inboxes.subscriberId, subscriberId), sql`+${notifications.appId} = ${appId}`))
    .orderBy(at);
}
