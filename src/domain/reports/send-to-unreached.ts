// Sends a notification again to whom it did not reach: the same content, at once, to a list that is made here of its results.
// Once only for each notification, so that nobody gets it twice; whom the second one does not reach, a third can be sent to.
import { and, eq, inArray, sql } from "drizzle-orm";
import { refusedWith } from "../../db/refused-with.ts";
import { engagements, notifications, unreached } from "../../db/schema/index.ts";
import { insertFrom } from "../../db/insert-from.ts";
import { chunks } from "../../kit/chunks.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { Audience } from "../audiences/targeting.ts";
import { auditEntry, INSERTED_ID } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import type { NotificationContent } from "../notifications/content-fields.ts";
import { namedInLog, type Notification, type OfApp } from "../notifications/find-notification.ts";
import { rowsFrom } from "../notifications/list-recipients.ts";
import { unpackResults } from "../notifications/results.ts";
import { makeRoom, orNoRoom, uuidIfRoom } from "../notifications/room.ts";
import { checkSendable } from "../notifications/sendable.ts";
import { syncRun } from "../notifications/sync-run.ts";
import { isRetried } from "./retried.ts";

/** Most people that are sent to again: a list of half a megabyte, which one statement takes. */
export const MAX_AGAIN = 50_000;
/** Ids in a part of the list: 8 KB. */
const PART = 1000;
/** Rows of results that are read at once: 25,000 recipients, half a megabyte. */
const ROWS_AT_ONCE = 100;

/** What the database says where another request made the list before. */
const MADE_BEFORE = "UNIQUE constraint failed: unreached.of_uuid";

/** The notification that is sent to them, and to how many; null where another request made it before. */
export interface SentAgain {
  uuid: string;
  people: number | null;
}

/**
 * Makes a notification with the same content for those whom this one did not reach, and has it sent. Who has confirmed it
 * after all is left out here, who unsubscribed since is when it is sent. Refuses `not_editable` while it is not over,
 * `invalid` where nobody is left or too many are, and what `checkSendable` refuses.
 */
export async function sendToUnreached(
  ctx: AccountCtx,
  { app, notification }: OfApp,
): Promise<SentAgain> {
  const { status } = notification;
  if (!(await isOver(ctx, notification))) return refuse({ code: "not_editable", status });
  const before = await madeBefore(ctx, notification);
  if (before) return before;
  const content = notification.content as NotificationContent;
  const ids = await unreachedBy(ctx, notification);
  if (ids.length === 0) return refuse(invalidField(["recipients"], "must not be nobody"));
  await checkSendable(ctx, app, content, true);
  try {
    return { uuid: await make(ctx, notification, ids), people: ids.length };
  } catch (error) {
    const made = refusedWith(error, MADE_BEFORE) ? await madeBefore(ctx, notification) : null;
    if (made) return made;
    throw error;
  }
}

/** Whether the sending is over: a cancelled one may still have a run, which counts whom it left out. */
async function isOver(ctx: AccountCtx, { id, status, hasRun }: Notification): Promise<boolean> {
  if (status === "sent" || status === "failed") return true;
  if (status !== "cancelled") return false;
  return !hasRun || (await ctx.notificationRun(id).results(0, null, 1)) === null;
}

/** The query for the notification that was sent to those whom this one did not reach. */
export function selectAgain(ctx: AccountCtx, uuid: string) {
  return ctx.db
    .select({ uuid: notifications.uuid })
    .from(unreached)
    .innerJoin(notifications, eq(notifications.id, unreached.notificationId))
    .where(
      and(
        eq(unreached.ofUuid, uuid),
        eq(unreached.part, 0),
        eq(notifications.accountId, ctx.principal.accountId),
      ),
    );
}

async function madeBefore(ctx: AccountCtx, { uuid }: Notification): Promise<SentAgain | null> {
  const [made] = await selectAgain(ctx, uuid);
  return made ? { uuid: made.uuid, people: null } : null;
}

/** The ids of those whom the notification did not reach, in order. Refuses `invalid` for more than MAX_AGAIN. */
async function unreachedBy(ctx: AccountCtx, notification: Notification): Promise<number[]> {
  const found: number[] = [];
  for (let from = 0; ;) {
    const packed = await rowsFrom(ctx, notification, from, "failed", ROWS_AT_ONCE);
    const failed = packed
      .flatMap(({ results }) => unpackResults(results))
      .filter(({ status, reason }) => status === "failed" && isRetried(reason ?? "internal"));
    found.push(
      ...(await unconfirmed(
        ctx,
        notification,
        failed.map(({ id }) => id),
      )),
    );
    if (found.length > MAX_AGAIN) {
      return refuse(invalidField(["recipients"], `must not be more than ${MAX_AGAIN}`));
    }
    const last = packed.at(-1);
    if (!last || packed.length < ROWS_AT_ONCE) break;
    from = last.batch + 1;
  }
  return found.toSorted((a, b) => a - b);
}

/** Those of `ids` whose device did not confirm the notification: a provider that did not answer may have taken it. */
async function unconfirmed(
  ctx: AccountCtx,
  { id }: Notification,
  ids: readonly number[],
): Promise<number[]> {
  if (ids.length === 0) return [];
  const confirmed = await ctx.db
    .selectDistinct({ id: engagements.subscriberId })
    .from(engagements)
    .where(
      and(
        eq(engagements.notificationId, id),
        inArray(
          engagements.subscriberId,
          sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        ),
      ),
    );
  const reached = new Set(confirmed.map((row) => row.id));
  return ids.filter((each) => !reached.has(each));
}

/** Writes the notification with its list, and starts its run. Returns its UUID. */
async function make(ctx: AccountCtx, of: Notification, ids: readonly number[]): Promise<string> {
  const now = ctx.now();
  const uuid = crypto.randomUUID();
  const targeting: Audience = { type: "unreached", notification: of.uuid };
  const { name, facts } = namedInLog(of);
  const insert = ctx.db
    .insert(notifications)
    .values({
      uuid: uuidIfRoom(sql`${uuid}`, sql`${of.appId}`, "sending"),
      accountId: ctx.principal.accountId,
      appId: of.appId,
      status: "sending",
      content: of.content,
      targeting,
      startedAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  const list = insertFrom(
    ctx.db,
    unreached,
    {
      notificationId: sql`made.id`,
      part: sql`part.key`,
      ofUuid: of.uuid,
      ids: sql`part.value`,
    },
    sql`FROM ${notifications} AS made, json_each(${JSON.stringify(chunks(ids, PART))}) AS part WHERE made.uuid = ${uuid}`,
  );
  const entry = auditEntry(ctx, {
    did: "notification.create",
    id: INSERTED_ID,
    name,
    facts: { ...facts, status: "sending", again: of.id, people: ids.length },
  });
  // The entry comes first: it names the row that was inserted last.
  const writing = ctx.db.batch([makeRoom(ctx, [of.appId]), insert, entry, list]);
  const [, [made]] = await orNoRoom(ctx, [of.appId], writing);
  if (!made) throw new Error("an inserted notification returned no row");
  await syncRun(ctx, made);
  return made.uuid;
}
