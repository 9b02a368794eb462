// Sends a push at once, which is in two minutes: makes a one-time sending, a push and the notifications, all
// or none of them.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { sendPushes, sends } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { AccountCtx } from "../context.ts";
import { SendName } from "./create-send.ts";
import { audienceOf, FilterFields, GivenFilters } from "./filters.ts";
import {
  syncRuns,
  insertNotifications,
  linkNotifications,
  planned,
  requireBounded,
  requireSendable,
} from "./make-notifications.ts";
import { contentOf, GivenPush } from "./push-input.ts";
import { keptFilters, namedApps, reachedApps } from "./reach.ts";
import { insertPush, insertTranslations, type NamedTranslation } from "./store-push.ts";

/** How long after the request it is due, ms (docs/contracts.md, Instant-send 2). */
const DUE_AFTER_MS = 2 * MINUTE_MS;

const GivenInstant = z.object({ name: SendName, filters: GivenFilters, push: GivenPush });

/** Documentation of what is sent. */
export const InstantFields = {
  name: SendName,
  filters: z.strictObject(FilterFields),
  push: GivenPush,
};

export interface SentInstantly {
  sendId: number;
  pushId: number;
  translations: NamedTranslation[];
}

/** Refuses `invalid`, `not_found` for apps the key can't see. */
export async function sendInstantly(ctx: AccountCtx, input: unknown): Promise<SentInstantly> {
  const { name, filters, push } = parse(GivenInstant, input);
  const apps = reachedApps(filters, await namedApps(ctx, sql`${JSON.stringify(filters)}`));
  const content = contentOf(push);
  requireSendable(ctx, apps, content, ["push"]);
  requireBounded(apps, [content], ["push"]);
  const now = ctx.now();
  const dueAt = now + DUE_AFTER_MS;
  const rows = planned(apps);
  const [binding, pushUuid] = [crypto.randomUUID(), crypto.randomUUID()];
  const shared = { binding, content, audience: audienceOf(filters), dueAt, dueLocal: null };
  const [[madePush], translations, [send], made] = await ctx.db.batch([
    insertPush(ctx, pushUuid, push),
    insertTranslations(ctx, pushUuid, push),
    ctx.db
      .insert(sends)
      .values({
        accountId: ctx.principal.accountId,
        name,
        dueAt,
        dueLocal: null,
        filters: { ...keptFilters(ctx.principal, filters) },
        pushIds: sql`(SELECT json_array(id) FROM ${sendPushes} WHERE uuid = ${pushUuid})`,
        binding,
        instant: true,
        createdAt: now,
      })
      .returning({ id: sends.id }),
    insertNotifications(ctx, shared, rows),
    linkNotifications(ctx, binding, rows),
  ]);
  if (!madePush || !send) throw new Error("an inserted sending answered no row");
  await syncRuns(ctx, made);
  return { sendId: send.id, pushId: madePush.id, translations };
}
