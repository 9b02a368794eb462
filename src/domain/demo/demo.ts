// What a browser on the demo page of the local stack can do: subscribe to the demo's app, send to itself, and see what
// became of it. No API key is needed, since nobody else is reached or seen.
import { and, asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { apps, engagements, notifications } from "../../db/schema/index.ts";
import { label } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { orSuspended } from "../accounts/suspension.ts";
import type { Ctx } from "../context.ts";
import type { App } from "../apps/find-app.ts";
import { beginSend } from "../notifications/direct/begin-send.ts";
import { insertDirect } from "../notifications/direct/insert-direct.ts";
import { targetByIds } from "../notifications/direct/read-target.ts";
import { orNoRoom } from "../notifications/room.ts";
import type { Subscriber } from "../subscribers/find-subscriber.ts";

/** Longest title of a push to oneself, characters: what phones show of one. */
const MAX_TITLE = 50;

/** What is said to a browser that nothing is sent to, as after its push service called it gone. */
const UNREACHED =
  "Slipway does not reach this browser any more. Load the page again, which subscribes it again.";

export const SendToOneself = z.strictObject({
  title: label(MAX_TITLE).meta({ description: "The title.", example: "It works" }),
});

/** Returns the app that the page shows: the first of the configured name. Refuses `not_found` when it was not made yet. */
export async function demoApp(ctx: Ctx): Promise<App> {
  const [app] = await ctx.db
    .select()
    .from(apps)
    .where(eq(apps.name, ctx.demoApp ?? ""))
    .orderBy(asc(apps.id))
    .limit(1);
  return app ?? refuse({ code: "not_found", what: "app" });
}

/**
 * Sends a push to the subscriber itself, which opens `url` when it is clicked. Returns the notification's UUID. Refuses
 * `not_found` to a subscriber of another app, `invalid`, and `forbidden` to one that is not active.
 */
export async function sendToOneself(
  ctx: Ctx,
  subscriber: Subscriber,
  url: string,
  input: unknown,
): Promise<string> {
  const app = await demoApp(ctx);
  if (subscriber.appId !== app.id) refuse({ code: "not_found", what: "app" });
  const { title } = parse(SendToOneself, input);
  if (subscriber.status !== "active") refuse({ code: "forbidden", message: UNREACHED });
  const content = { title, body: "Sent by this page to this browser.", data: {}, url };
  const ofApp = { accountId: app.accountId, appId: app.id };
  const target = await targetByIds(ctx, app, [subscriber.id]);
  const [, [notification]] = await orNoRoom(
    ctx,
    [app.id],
    orSuspended(ctx, app.accountId, ctx.db.batch(insertDirect(ctx, ofApp, content, target))),
  );
  if (!notification) throw new Error("an inserted notification returned no row");
  await beginSend(ctx, notification, target);
  return notification.uuid;
}

/** What became of a push to oneself. Times are in ms after it was asked for; null: not yet. */
export interface OwnPush {
  sent: number | null;
  delivered: number | null;
  clicked: number | null;
  /** Why it could not be sent; null where it could, or may still be. */
  failure: string | null;
}

/** Returns what became of a push that the subscriber sent to itself. Refuses `not_found` for any other. */
export async function ownPush(ctx: Ctx, subscriber: Subscriber, uuid: string): Promise<OwnPush> {
  const reported = (kind: "delivered" | "clicked") =>
    sql<number | null>`(SELECT ${engagements.at} FROM ${engagements}
      WHERE notification_id = ${notifications.id} AND subscriber_id = ${subscriber.id} AND kind = ${kind})`;
  const [row] = await ctx.db
    .select({
      notification: notifications,
      delivered: reported("delivered"),
      clicked: reported("clicked"),
    })
    .from(notifications)
    .where(
      and(
        eq(notifications.uuid, uuid),
        eq(notifications.appId, subscriber.appId),
        sql`${notifications.targeting} ->> '$.type' = 'subscribers'`,
        sql`${notifications.targeting} ->> '$.ids[0]' = ${subscriber.id}`,
      ),
    );
  if (!row) return refuse({ code: "not_found", what: "notification" });
  const { createdAt, sentAt, sentCount, failedCount, failureReason } = row.notification;
  const after = (at: number | null) => (at === null ? null : at - createdAt);
  return {
    sent: sentCount === 0 ? null : after(sentAt),
    delivered: after(row.delivered),
    clicked: after(row.clicked),
    failure: failedCount === 0 ? null : (failureReason ?? "The push service refused it."),
  };
}
