// Binds pushes to a sending, in place of those bound before: what it has made and not sent yet goes, and is
// made anew from these.
import { and, asc, eq, gt, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import {
  notifications,
  sendNotifications,
  sendPushes,
  sends,
  sendTranslations,
} from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { AccountCtx } from "../context.ts";
import { audienceOf, type Filters } from "./filters.ts";
import {
  announceAll,
  dueTimes,
  insertNotifications,
  linkNotifications,
  planned,
  requireSendable,
} from "./make-notifications.ts";
import { contentOf, type GivenPush } from "./push-input.ts";
import { ableApps, mayReach, namedApps } from "./reach.ts";

/** Most pushes of one sending: each is a notification an app. */
const MAX_PUSHES = 10;

export const BindPushes = z.object({
  push_ids: z
    .array(z.int({ error: "must be an integer" }).positive())
    .max(MAX_PUSHES)
    .transform((ids) => [...new Set(ids)]),
});

type Send = typeof sends.$inferSelect;

/**
 * Binds; an empty list unbinds all. Answers the pushes that are bound. Apps whose notification somebody
 * cancelled, or made a draft of, get none of the new ones. Refuses `not_found` for a sending or push that is not
 * there, `invalid`, also once the sending is due.
 */
export async function bindPushes(
  ctx: AccountCtx,
  sendId: number,
  input: unknown,
): Promise<number[]> {
  // what the body names is read along with the sending, which is missing before a body can be wrong
  const named = BindPushes.safeParse(input).data?.push_ids ?? [];
  const filtersOf = sql`(SELECT ${sends.filters} FROM ${sends} WHERE ${sends.id} = ${sendId})`;
  const [[send], translations, found, kept] = await ctx.db.batch([
    ctx.db.select().from(sends).where(ownSend(ctx, sendId)),
    pushesByIds(ctx, named),
    namedApps(ctx, filtersOf),
    outOfReach(ctx, sendId),
  ]);
  const filters = send?.filters as Filters | undefined;
  if (!send || !filters || !mayReach(ctx.principal, filters)) {
    return refuse({ code: "not_found", what: "sending" });
  }
  const { push_ids: pushIds } = parse(BindPushes, input);
  const pushes = pushIds.map((id) => pushOf(id, translations));
  if (send.dueAt <= ctx.now()) refuse(dueAlready());
  const out = new Set(kept.map(({ appId }) => appId));
  const apps =
    pushIds.length === 0 ? [] : ableApps(filters, found).filter(({ id }) => !out.has(id));
  const contents = pushes.map(contentOf);
  contents.forEach((content, at) => requireSendable(ctx, apps, content, ["push_ids", at]));
  const audience = audienceOf(filters);
  const due = await dueTimes(ctx, send, apps, audience);
  const binding = crypto.randomUUID();
  const [bound, replaced, ...made] = await ctx.db.batch([
    takeBinding(ctx, send, pushIds, binding),
    dropUnsent(ctx, binding),
    ...contents.flatMap((content) => {
      const rows = planned(apps, due);
      const shared = { binding, content, audience, dueLocal: send.dueLocal };
      return [insertNotifications(ctx, shared, rows), linkNotifications(ctx, binding, rows)];
    }),
  ]);
  if (bound.length === 0) refuse(dueAlready());
  await Promise.all(
    replaced.map(async ({ id }) =>
      ctx
        .notificationRun(id)
        .cancel(id)
        .catch((error: unknown) => ctx.log.error("run_not_told", error, { notification: id })),
    ),
  );
  await announceAll(ctx, made.filter(Array.isArray).flat());
  return pushIds;
}

function ownSend(ctx: AccountCtx, id: number) {
  return and(eq(sends.id, id), eq(sends.accountId, ctx.principal.accountId));
}

function pushesByIds(ctx: AccountCtx, ids: readonly number[]) {
  return ctx.db
    .select({ defaultLanguage: sendPushes.defaultLanguage, translation: sendTranslations })
    .from(sendPushes)
    .innerJoin(sendTranslations, eq(sendTranslations.pushId, sendPushes.id))
    .where(
      and(
        eq(sendPushes.accountId, ctx.principal.accountId),
        sql`${sendPushes.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
      ),
    )
    .orderBy(asc(sendTranslations.id));
}

/** The push with this id, as it was given. Refuses `not_found`. */
function pushOf(id: number, rows: Awaited<ReturnType<typeof pushesByIds>>): GivenPush {
  const own = rows.filter(({ translation }) => translation.pushId === id);
  const [first] = own;
  if (!first) return refuse({ code: "not_found", what: "push" });
  return {
    default_lang: first.defaultLanguage,
    translations: own.map(({ translation: { language, title, body, image, icon, url } }) => {
      return { language, title, text: body, image, icon, link: url };
    }),
  };
}

/** The apps whose notification of the sending its owner took out of it. */
function outOfReach(ctx: AccountCtx, sendId: number) {
  return ctx.db
    .select({ appId: notifications.appId })
    .from(sendNotifications)
    .innerJoin(notifications, eq(notifications.id, sendNotifications.notificationId))
    .where(
      and(
        eq(sendNotifications.sendId, sendId),
        inArray(notifications.status, ["cancelled", "draft"]),
      ),
    );
}

/** Binds, unless the sending is due or anything of it has begun; answers whether it did. */
function takeBinding(ctx: AccountCtx, { id }: Send, pushIds: number[], binding: string) {
  const now = ctx.now();
  return ctx.db
    .update(sends)
    .set({ pushIds, binding })
    .where(
      and(
        ownSend(ctx, id),
        gt(sends.dueAt, now),
        sql`NOT EXISTS (SELECT 1 FROM ${sendNotifications} AS link
          JOIN ${notifications} AS made ON made.id = link.notification_id
          WHERE link.send_id = ${id} AND (made.status NOT IN ('scheduled', 'cancelled', 'draft')
            OR (made.status = 'scheduled' AND made.scheduled_at <= ${now})))`,
      ),
    )
    .returning({ id: sends.id });
}

/** Drops what earlier bindings made and nobody has begun to send. */
function dropUnsent(ctx: AccountCtx, binding: string) {
  return ctx.db
    .delete(notifications)
    .where(
      and(
        eq(notifications.status, "scheduled"),
        sql`${notifications.id} IN (SELECT link.notification_id FROM ${sendNotifications} AS link
          JOIN ${sends} AS sending ON sending.id = link.send_id WHERE sending.binding = ${binding})`,
      ),
    )
    .returning({ id: notifications.id });
}

function dueAlready() {
  return invalidField(["sched_id"], "is due already: its pushes can't be changed any more");
}
