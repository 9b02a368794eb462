// What is kept about one person of an app, to be handed out: by the push API, and as a file from the dashboard. It is given in
// one form, with the API's names, since what a person is told must not depend on whom the owner asks.
import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { countedUpToMost } from "../../db/count.ts";
import {
  channelDevices,
  channelMessages,
  channels,
  channelSubscriptions,
  inboxes,
  installations,
  lifecycleEvents,
  notifications,
  ownDevices,
  segments,
  subscribers,
} from "../../db/schema/index.ts";
import { wholeNumber } from "../../kit/fields.ts";
import { MAX_COUNTED, MAX_OFFSET, upToMost } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { wholeSeconds } from "../../kit/time.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { subscriberStories, type StoryEntry } from "../notifications/subscriber-story.ts";
import type { Subscriber } from "../subscribers/find-subscriber.ts";
import { devicesOf, isKnown, subscriptionsOf, type Person } from "./known-person.ts";
import { namesUser } from "./named-in-audience.ts";
import { aimIn, draftsThatMayName, isNamed } from "./named-in-draft.ts";

/** Most devices and messages of a page: what each device was sent is looked for among 50 notifications. */
export const MAX_OF_PAGE = 20;

export const PersonQuery = z.strictObject({
  limit: wholeNumber(1, MAX_OF_PAGE, MAX_OF_PAGE),
  offset: wholeNumber(0, MAX_OFFSET, 0),
});

/**
 * Returns what is kept about the user of `app`: of devices, channel subscriptions and messages the page that the query asks
 * for, each list newest first. Addresses and keys of devices are left out, since who has them can write to the device. Refuses
 * `not_found` for a user id that nothing is kept about, `invalid`.
 */
export async function showPerson(ctx: AccountCtx, app: App, userId: string, query: unknown) {
  const person = { appId: app.id, userId };
  const page = parse(PersonQuery, query);
  const [[found], devices, subscriptions, messages, ofSegments, ofDrafts] = await ctx.db.batch([
    countedIn(ctx, person),
    devicesIn(ctx, person, page),
    subscriptionsIn(ctx, person, page),
    messagesIn(ctx, person, page),
    ctx.db
      .select({ id: segments.uuid, name: segments.name })
      .from(segments)
      .where(and(eq(segments.appId, app.id), namesUser(sql`${segments.targeting}`, userId))),
    draftsThatMayName(ctx, person),
  ]);
  if (!found?.known) return refuse({ code: "not_found", what: "subscriber" });
  const rows = devices.map(({ device }) => device);
  const { claims, waiting, own } = await onDevices(ctx, person, rows);
  const stories = await subscriberStories(ctx, rows);
  return {
    user_id: userId,
    app_id: app.uuid,
    devices: {
      ...total(found.devices),
      data: rows.map((device) => ({
        ...deviceForm(device),
        is_test_device: own.some(({ id }) => id === device.id),
        installations: claims.filter(({ of }) => of === device.id).map(installationForm),
        inbox: waiting.filter(({ of }) => of === device.id).map(inboxForm),
        notifications: (stories.get(device.id) ?? []).map(storyForm),
      })),
    },
    installations: claims.filter(({ of }) => of === null).map(installationForm),
    channel_subscriptions: {
      ...total(found.subscriptions),
      data: subscriptions.map(({ createdAt, ...row }) => ({
        ...row,
        created_at: wholeSeconds(createdAt),
      })),
    },
    channel_messages: {
      ...total(found.messages),
      data: messages.map(({ content, readAt, createdAt, ...row }) => ({
        ...row,
        ...content,
        read_at: timeOrNull(readAt),
        created_at: wholeSeconds(createdAt),
      })),
    },
    named_in: [
      ...ofSegments.map((each) => ({ kind: "segment" as const, ...each })),
      ...ofDrafts
        .filter(({ aim }) => isNamed(aimIn(aim), userId))
        .map(({ uuid: id, title: name }) => ({ kind: "draft" as const, id, name })),
    ],
  };
}

/** What is kept about a person, as it is handed out. */
export type PersonDocument = Awaited<ReturnType<typeof showPerson>>;

type Page = z.output<typeof PersonQuery>;

/** Whether there is anything, and how long each list is, up to one more than MAX_COUNTED. */
function countedIn(ctx: AccountCtx, person: Person) {
  const messages = sql`SELECT 1 FROM ${channelMessages} AS message
    WHERE message.subscription_id IN (${subscriptionsOf(person)})`;
  return ctx.db
    .select({
      known: sql<number>`known`,
      devices: sql<number>`devices`,
      subscriptions: sql<number>`subscriptions`,
      messages: sql<number>`messages`,
    })
    .from(
      sql`(SELECT ${isKnown(person)} AS known, ${countedUpToMost(devicesOf(person, MAX_COUNTED + 1))} AS devices,
        ${countedUpToMost(subscriptionsOf(person))} AS subscriptions, ${countedUpToMost(messages)} AS messages)`,
    );
}

function devicesIn(ctx: AccountCtx, person: Person, { limit, offset }: Page) {
  return ctx.db
    .select({ device: subscribers })
    .from(subscribers)
    .where(sql`${subscribers.id} IN (${devicesOf(person, limit + offset)})`)
    .orderBy(desc(subscribers.id))
    .limit(limit)
    .offset(offset);
}

function subscriptionsIn(ctx: AccountCtx, person: Person, { limit, offset }: Page) {
  return ctx.db
    .select({
      channel_id: channelSubscriptions.channelId,
      channel_name: channels.name,
      iuid: channelSubscriptions.iuid,
      mute: channelSubscriptions.mute,
      devices: sql<number>`(SELECT count(*) FROM ${channelDevices} AS bound
        WHERE bound.subscription_id = channel_subscriptions.id)`,
      createdAt: channelSubscriptions.createdAt,
    })
    .from(channelSubscriptions)
    .innerJoin(channels, eq(channels.id, channelSubscriptions.channelId))
    .where(sql`${channelSubscriptions.id} IN (${subscriptionsOf(person)})`)
    .orderBy(desc(channelSubscriptions.id))
    .limit(limit)
    .offset(offset);
}

function messagesIn(ctx: AccountCtx, person: Person, { limit, offset }: Page) {
  return ctx.db
    .select({
      channel_id: channelSubscriptions.channelId,
      iuid: channelSubscriptions.iuid,
      content: channelMessages.content,
      readAt: channelMessages.readAt,
      createdAt: channelMessages.createdAt,
    })
    .from(channelMessages)
    .innerJoin(channelSubscriptions, eq(channelSubscriptions.id, channelMessages.subscriptionId))
    .where(sql`${channelMessages.subscriptionId} IN (${subscriptionsOf(person)})`)
    .orderBy(desc(channelMessages.id))
    .limit(limit)
    .offset(offset);
}

/** What hangs on devices: their installations, and those of the user id without a device; inboxes; whose test device it is. */
async function onDevices(
  ctx: AccountCtx,
  { appId, userId }: Person,
  devices: readonly Subscriber[],
) {
  const ids = sql`(SELECT value FROM json_each(${JSON.stringify(devices.map(({ id }) => id))}))`;
  const [claims, waiting, own] = await ctx.db.batch([
    ctx.db
      .select({
        of: installations.subscriberId,
        id: installations.uuid,
        extId: installations.extId,
        facts: installations.facts,
        events: sql<string>`(SELECT json_group_array(event.name) FROM json_each(${installations.events}) AS reported
          JOIN ${lifecycleEvents} AS event ON event.id = reported.value)`,
        createdAt: installations.createdAt,
        updatedAt: installations.updatedAt,
      })
      .from(installations)
      .where(
        sql`${installations.subscriberId} IN ${ids} OR (${installations.appId} = ${appId}
          AND ${installations.extId} = ${userId} AND ${installations.subscriberId} IS NULL)`,
      )
      .limit(MAX_INSTALLATIONS),
    ctx.db
      .select({
        of: inboxes.subscriberId,
        id: notifications.uuid,
        title: sql<string>`${notifications.content} ->> '$.title'`,
        body: sql<string>`${notifications.content} ->> '$.body'`,
        at: sql<number>`entry.value ->> 1`,
      })
      .from(inboxes)
      .innerJoin(sql`json_each(${inboxes.entries}) AS entry`, sql`true`)
      .innerJoin(notifications, eq(notifications.id, sql`entry.value ->> 0`))
      .where(sql`${inboxes.subscriberId} IN ${ids}`),
    ctx.db
      .select({ id: ownDevices.subscriberId })
      .from(ownDevices)
      .where(inArray(ownDevices.subscriberId, ids)),
  ]);
  return { claims, waiting, own };
}

/** Most installations of a page: a device has one, and a person has few that never gave an address. */
const MAX_INSTALLATIONS = 200;

const timeOrNull = (at: number | null) => (at === null ? null : wholeSeconds(at));

function total(found: number) {
  const { count, isMinimum } = upToMost(found);
  return { total_count: count, total_is_minimum: isMinimum };
}

function deviceForm(device: Subscriber) {
  const { uuid, platform, provider, status, tags, language, country, timezone } = device;
  return {
    id: uuid,
    platform,
    provider,
    status,
    tags,
    language,
    country,
    timezone,
    created_at: wholeSeconds(device.createdAt),
    updated_at: wholeSeconds(device.updatedAt),
    last_active_at: wholeSeconds(device.lastActiveAt),
    unsubscribed_at: timeOrNull(device.unsubscribedAt),
  };
}

function installationForm(row: {
  id: string;
  extId: string | null;
  facts: Record<string, unknown>;
  events: string;
  createdAt: number;
  updatedAt: number;
}) {
  return {
    id: row.id,
    ext_id: row.extId,
    facts: row.facts,
    events: JSON.parse(row.events) as string[],
    created_at: wholeSeconds(row.createdAt),
    updated_at: wholeSeconds(row.updatedAt),
  };
}

function inboxForm({
  id,
  title,
  body,
  at,
}: {
  id: string;
  title: string;
  body: string;
  at: number;
}) {
  return { notification_id: id, title, body, put_at: wholeSeconds(at) };
}

function storyForm({ uuid, title, startedAt, result, deliveredAt, clickedAt }: StoryEntry) {
  return {
    notification_id: uuid,
    title,
    started_at: wholeSeconds(startedAt),
    status: result?.status ?? null,
    reason: result?.reason ?? null,
    delivered_at: timeOrNull(deliveredAt),
    clicked_at: timeOrNull(clickedAt),
  };
}
