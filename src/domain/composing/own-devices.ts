// The devices that somebody calls their own in an app: browsers and phones that tests go to. Each is a subscriber of the app,
// so a device that unsubscribes, or is deleted, gets no tests either.
import { and, desc, eq, sql } from "drizzle-orm";
import { ownDevices, pushCredentials, subscribers } from "../../db/schema/index.ts";
import { sha256Hex } from "../../kit/crypto.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx, PersonCtx } from "../context.ts";

/** A member who writes a notification. */
export type ComposerCtx = AccountCtx & PersonCtx;

/** Most devices that somebody calls their own in one app: more than anybody tries a message on. */
export const MAX_OWN_DEVICES = 20;
/** For how long a device that registered is offered to be picked, ms: as long as it takes to install an app and open it. */
export const RECENT_MS = 15 * MINUTE_MS;
/** Devices that are offered: whoever just opened an app is among the newest, in all but the busiest apps. */
const MAX_RECENT = 5;
/** How many of the newest subscribers are looked at for them. */
const LOOKED_AT = 50;

/** A device as somebody picks it. */
export interface Device {
  /** The subscriber's UUID. */
  id: string;
  platform: "web" | "ios" | "android";
  provider: "fcm" | "apns" | "webpush" | "inbox";
  /** What the browser called itself that was subscribed from the dashboard; null for what is not known. */
  agent: string | null;
  lastActiveAt: number;
  createdAt: number;
  /**
   * Whether a test can be sent to it: not while it is unsubscribed or its address is dead (`gone`), nor without a
   * credential for the service that carries its messages (`no_way`).
   */
  reach: "ok" | "gone" | "no_way";
  /** SHA-256 of its address, hex, by which a browser knows itself; "" for none. */
  address: string;
}

/** The columns of a device. Tables' names are written in full, since drizzle leaves them out here. */
const DEVICE = {
  rowId: subscribers.id,
  id: subscribers.uuid,
  platform: subscribers.platform,
  provider: subscribers.provider,
  status: subscribers.status,
  token: subscribers.token,
  lastActiveAt: subscribers.lastActiveAt,
  createdAt: subscribers.createdAt,
  // An inbox is asked by the device itself, but a send takes a credential of any provider.
  hasWay: sql<number>`EXISTS (SELECT 1 FROM ${pushCredentials} AS way WHERE way.app_id = "subscribers"."app_id"
    AND (way.provider = "subscribers"."provider" OR "subscribers"."provider" = 'inbox'))`,
};
type Row = Pick<Device, "id" | "platform" | "provider" | "lastActiveAt" | "createdAt"> & {
  rowId: number;
  status: string;
  token: string | null;
  hasWay: number;
};

/** Returns the person's own devices in the app, the newest first. */
export async function listOwnDevices(ctx: ComposerCtx, app: App): Promise<Device[]> {
  const rows = await ctx.db
    .select({ ...DEVICE, agent: ownDevices.agent })
    .from(ownDevices)
    .innerJoin(subscribers, eq(subscribers.id, ownDevices.subscriberId))
    .where(ofPerson(ctx, app))
    .orderBy(desc(ownDevices.createdAt), desc(subscribers.id))
    .limit(MAX_OWN_DEVICES);
  return Promise.all(rows.map(async ({ agent, ...row }) => deviceOf(row, agent)));
}

/** Returns devices that registered lately, the newest first: whoever opens the app now finds theirs among them. */
export async function recentDevices(ctx: ComposerCtx, app: App): Promise<Device[]> {
  // By id alone, which is the order in which they came, so that no more than these are read however many there are.
  const newest = sql`(SELECT new.id FROM ${subscribers} AS new WHERE new.app_id = ${app.id} AND new.status = 'active'
    ORDER BY new.id DESC LIMIT ${LOOKED_AT})`;
  const rows = await ctx.db
    .select(DEVICE)
    .from(subscribers)
    .where(
      and(
        sql`${subscribers.id} IN ${newest}`,
        eq(subscribers.accountId, ctx.principal.accountId),
        sql`${subscribers.createdAt} > ${ctx.now() - RECENT_MS}`,
        sql`${subscribers.id} NOT IN (SELECT own.subscriber_id FROM ${ownDevices} AS own
          WHERE own.account_id = ${ctx.principal.accountId} AND own.user_id = ${ctx.person.id} AND own.app_id = ${app.id})`,
      ),
    )
    .orderBy(desc(subscribers.id))
    .limit(MAX_RECENT);
  return Promise.all(rows.map(async (row) => deviceOf(row, null)));
}

/** Of the person's own devices with these UUIDs: the row ids of those that a test can be sent to. */
export async function reachedAmong(
  ctx: ComposerCtx,
  app: App,
  uuids: readonly string[],
): Promise<number[]> {
  const rows = await ctx.db
    .select(DEVICE)
    .from(ownDevices)
    .innerJoin(subscribers, eq(subscribers.id, ownDevices.subscriberId))
    .where(
      and(
        ofPerson(ctx, app),
        sql`${subscribers.uuid} IN (SELECT value FROM json_each(${JSON.stringify(uuids)}))`,
      ),
    );
  return rows.filter((row) => reachOf(row) === "ok").map(({ rowId }) => rowId);
}

/** The condition on `own_devices` and `subscribers` that holds for those of the person in the app. */
export function ofPerson({ principal, person }: ComposerCtx, app: App) {
  return and(
    eq(ownDevices.accountId, principal.accountId),
    eq(ownDevices.userId, person.id),
    eq(ownDevices.appId, app.id),
  );
}

async function deviceOf(row: Row, agent: string | null): Promise<Device> {
  const { id, platform, provider, token, lastActiveAt, createdAt } = row;
  const address = token === null ? "" : await sha256Hex(token);
  return { id, platform, provider, agent, lastActiveAt, createdAt, reach: reachOf(row), address };
}

function reachOf({ status, hasWay }: Row): Device["reach"] {
  if (status !== "active") return "gone";
  return hasWay ? "ok" : "no_way";
}
