// Binds pushes to a sending, in place of those bound before: what it has made and not sent yet goes, and is
// made anew from these.
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import {
  notifications,
  sendNotifications,
  sendPushes,
  sends,
  sendTranslations,
} from "../../db/schema/index.ts";
import { parseAhead } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { AccountCtx } from "../context.ts";
import { audienceOf, type Filters } from "./filters.ts";
import {
  syncRuns,
  dueInUtc,
  insertNotifications,
  linkNotifications,
  planned,
  requireBounded,
  requireSendable,
  setLocalDue,
  zonesOf,
} from "./make-notifications.ts";
import { contentOf, type GivenPush } from "./push-input.ts";
import { ableApps, mayReach, namedApps } from "./reach.ts";

/** Most pushes of one sending: each is a notification an app. */
const MAX_PUSHES = 10;
/** What was sent instantly can't be cancelled by this API (docs/contracts.md, Instant-send 2). */
const STAYS_BOUND = "must not be empty: what was sent instantly can't be cancelled here";

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
 * there, `invalid`, also once the sending is due and for unbinding all of one that was sent instantly.
 */
export async function bindPushes(
  ctx: AccountCtx,
  sendId: number,
  input: unknown,
): Promise<number[]> {
  // what the body names is read along with the sending, which is missing before a body can be wrong
  const wanted = parseAhead(BindPushes, input);
  const named = wanted.value?.push_ids ?? [];
  const filtersOf = sql`(SELECT ${sends.filters} FROM ${sends} WHERE ${sends.id} = ${sendId})`;
  const [[send], translations, found, zones] = await ctx.db.batch([
    ctx.db.select().from(sends).where(ownSend(ctx, sendId)),
    pushesByIds(ctx, named),
    namedApps(ctx, filtersOf),
    zonesOf(ctx, sendId),
  ]);
  const filters = send?.filters as Filters | undefined;
  if (!send || !filters || !mayReach(ctx.principal, filters)) {
    return refuse({ code: "not_found", what: "sending" });
  }
  const { push_ids: pushIds } = wanted.orRefuse();
  const pushes = pushIds.map((id) => pushOf(id, translations));
  if (send.dueAt <= ctx.now()) refuse(dueAlready());
  if (send.instant && pushIds.length === 0) refuse(invalidField(["push_ids"], STAYS_BOUND));
  const apps = pushIds.length === 0 ? [] : ableApps(filters, found);
  const contents = pushes.map(contentOf);
  contents.forEach((content, at) => requireSendable(ctx, apps, content, ["push_ids", at]));
  requireBounded(apps, contents, ["push_ids"]);
  const { dueLocal } = send;
  const dueAt = dueLocal === null ? send.dueAt : dueInUtc(ctx, dueLocal);
  const shared = { binding: crypto.randomUUID(), audience: audienceOf(filters), dueAt, dueLocal };
  const [bound, replaced, ...made] = await ctx.db.batch([
    takeBinding(ctx, send, pushIds, shared.binding),
    dropUnsent(ctx, shared.binding),
    ...contents.flatMap((content) => {
      const rows = planned(apps);
      return [
        insertNotifications(ctx, { ...shared, content }, rows),
        linkNotifications(ctx, shared.binding, rows),
      ];
    }),
    ...(dueLocal === null
      ? []
      : [
          setLocalDue(
            ctx,
            shared,
            dueLocal,
            zones.map(({ zone }) => zone),
          ),
        ]),
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
  await syncRuns(ctx, made.filter(Array.isArray).flat());
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
