// What makes a device of an app somebody's own, and what ends that. That somebody calls one theirs is noted in the audit log:
// tests reach it without a trace from then on, and nobody but they can tell whose it is.
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { insertFrom } from "../../db/insert-from.ts";
import { FOREIGN_KEY, refusedWith } from "../../db/refused-with.ts";
import { ownDevices, subscribers } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { auditEntry } from "../audit/entry.ts";
import { DeviceFacts } from "../subscribers/facts/fields.ts";
import { registerSubscriber } from "../subscribers/register-subscriber.ts";
import { MAX_OWN_DEVICES, ofPerson, type ComposerCtx } from "./own-devices.ts";

/** A subscription as a browser has it, with what the browser says of itself. Its address is checked as all are. */
const Browser = z.strictObject({
  endpoint: z.string(),
  p256dh: z.string(),
  auth: z.string(),
  language: DeviceFacts.language,
  timezone: DeviceFacts.timezone,
});

/**
 * Makes the subscriber with this UUID the person's own. May be repeated. Refuses `not_found`, and `invalid` where the
 * person has as many as they can have.
 */
export async function addOwnDevice(
  ctx: ComposerCtx,
  app: App,
  uuid: string,
  agent: string | null = null,
): Promise<void> {
  const ofAccount = sql`${subscribers.uuid} = ${uuid} AND ${subscribers.appId} = ${app.id}
    AND ${subscribers.accountId} = ${ctx.principal.accountId}`;
  const own = ofPerson(ctx, app);
  const hasRoom = sql`(SELECT count(*) FROM ${ownDevices} WHERE ${own}) < ${MAX_OWN_DEVICES}`;
  const known = sql`EXISTS (SELECT 1 FROM ${ownDevices} WHERE ${own} AND ${ownDevices.subscriberId} = ${subscribers.id})`;
  const writing = ctx.db.batch([
    ctx.db
      .select({ known: sql<number>`${known}` })
      .from(subscribers)
      .where(ofAccount),
    auditEntry(
      ctx,
      { did: "subscriber.own", id: uuid, name: app.name, facts: { app: app.id } },
      sql`FROM ${subscribers} WHERE ${ofAccount} AND NOT ${known} AND ${hasRoom}`,
    ),
    insertFrom(
      ctx.db,
      ownDevices,
      {
        subscriberId: sql`${subscribers.id}`,
        userId: ctx.person.id,
        accountId: ctx.principal.accountId,
        appId: app.id,
        agent,
        createdAt: ctx.now(),
      },
      sql`FROM ${subscribers} WHERE ${ofAccount}
        AND (${known} OR ${hasRoom})`,
    )
      .onConflictDoUpdate({
        target: [ownDevices.subscriberId, ownDevices.userId],
        // A browser that is subscribed here says again what it is.
        set: { agent: sql`coalesce(excluded.agent, ${ownDevices.agent})` },
      })
      .returning({ id: ownDevices.subscriberId }),
  ]);
  const [found, , added] = await writing.catch((error: unknown) => {
    // The person has left the account since the request began.
    if (refusedWith(error, FOREIGN_KEY)) refuse({ code: "not_found", what: "account" });
    throw error;
  });
  if (found.length === 0) refuse({ code: "not_found", what: "subscriber" });
  if (added.length === 0) {
    refuse(invalidField(["devices"], `must not be more than ${MAX_OWN_DEVICES}`));
  }
}

/** Has the device with this UUID be the person's own no longer. Refuses `not_found`. */
export async function removeOwnDevice(ctx: ComposerCtx, app: App, uuid: string): Promise<void> {
  const removed = await ctx.db
    .delete(ownDevices)
    .where(
      and(
        ofPerson(ctx, app),
        eq(
          ownDevices.subscriberId,
          sql`(SELECT ${subscribers.id} FROM ${subscribers} WHERE ${subscribers.uuid} = ${uuid})`,
        ),
      ),
    )
    .returning({ id: ownDevices.subscriberId });
  if (removed.length === 0) refuse({ code: "not_found", what: "subscriber" });
}

/**
 * Registers the browser that the person sits at as a subscriber of the app, and as their own. Its pages are not among those
 * that may register (`allowed_origins`), which is not asked: a member vouches for it. Refuses `invalid`.
 */
export async function subscribeHere(ctx: ComposerCtx, app: App, input: unknown): Promise<void> {
  const { endpoint, p256dh, auth, language, timezone } = parse(Browser, input);
  const { subscriber } = await registerSubscriber(ctx, app, {
    platform: "web",
    endpoint,
    keys: { p256dh, auth },
    ...(language ? { language } : {}),
    ...(timezone ? { timezone } : {}),
  });
  await addOwnDevice(ctx, app, subscriber.uuid, ctx.from.agent);
}
