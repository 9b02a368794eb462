// Creates a notification: a draft, a scheduled one, or one that is sent at once. A dry run only returns what it would
// be.
import { eq, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { z } from "zod";
import { notifications } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { auditEntry, INSERTED_ID } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import type { AudienceSize } from "../audiences/audience.ts";
import { estimateInTurn } from "../audiences/estimate-in-turn.ts";
import { resolve } from "../audiences/resolve.ts";
import { noteUses, orNoSegment } from "../audiences/segment-uses.ts";
import { contentOf } from "./content.ts";
import { ContentFields } from "./content-fields.ts";
import type { PayloadSize } from "../../kit/push/content.ts";
import { makeRoom, orNoRoom, uuidIfRoom } from "./room.ts";
import { planSchedule, ScheduleFields } from "./schedule.ts";
import { beginSend } from "./direct/begin-send.ts";
import { targetOfFew } from "./direct/read-target.ts";
import { startColumns } from "./direct/target.ts";
import { syncRun } from "./sync-run.ts";
import { checkSendable } from "./sendable.ts";
import { Targeting } from "../audiences/targeting.ts";
import type { Notification } from "./find-notification.ts";

/** Strict: a misspelt `targeting` would reach everybody, a misspelt `scheduled_at` would send at once. */
export const CreateNotification = z.strictObject({
  ...ContentFields,
  targeting: Targeting,
  ...ScheduleFields,
  /** Send now. */
  send: z.boolean().nullish(),
  /** Check everything and make nothing. */
  dry_run: z.boolean().nullish(),
});
type WantedNotification = z.output<typeof CreateNotification>;

interface DryRun extends AudienceSize {
  payloadSizes: PayloadSize[];
}

/**
 * Makes a notification of the app and, unless it is a draft, has its run begin or wait. `along`: statements of the same
 * transaction; where one fails, nothing is made. Refuses `invalid`, and `notifications_not_configured` for one that is to
 * be sent.
 */
export async function createNotification(
  ctx: AccountCtx,
  app: App,
  input: unknown,
  along: readonly BatchItem<"sqlite">[] = [],
): Promise<Notification> {
  return make(ctx, app, parse(CreateNotification, input), along);
}

/**
 * Does the same as `createNotification`, unless the input has `dry_run`: then it makes nothing, and returns the sizes
 * of the audience and of the payloads.
 */
export async function createOrTryNotification(
  ctx: AccountCtx,
  app: App,
  input: unknown,
): Promise<{ made: Notification } | { tried: DryRun }> {
  const wanted = parse(CreateNotification, input);
  if (!wanted.dry_run) return { made: await make(ctx, app, wanted) };
  const { payloadSizes } = await plan(ctx, app, wanted);
  return { tried: { ...(await estimateInTurn(ctx, app, wanted.targeting)), payloadSizes } };
}

/** Whether unparsed input asks for a dry run. */
export function isDryRun(input: unknown): boolean {
  return CreateNotification.pick({ dry_run: true }).loose().safeParse(input).data?.dry_run === true;
}

async function make(
  ctx: AccountCtx,
  app: App,
  wanted: WantedNotification,
  along: readonly BatchItem<"sqlite">[] = [],
): Promise<Notification> {
  const { schedule, status } = await plan(ctx, app, wanted);
  const target = status === "sending" ? await targetOfFew(ctx, app, wanted.targeting) : null;
  const now = ctx.now();
  const uuid = crypto.randomUUID();
  const insert = ctx.db
    .insert(notifications)
    .values({
      uuid: uuidIfRoom(sql`${uuid}`, sql`${app.id}`, status),
      accountId: ctx.principal.accountId,
      appId: app.id,
      status,
      content: contentOf(wanted),
      targeting: wanted.targeting,
      ...schedule,
      ...(target && startColumns(ctx, app.accountId, target)),
      startedAt: status === "sending" ? now : null,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  const [, [notification]] = await orNoRoom(
    ctx,
    [app.id],
    orNoSegment(
      ctx.db.batch([
        makeRoom(ctx, [app.id]),
        insert,
        auditEntry(ctx, {
          did: "notification.create",
          id: INSERTED_ID,
          name: wanted.title,
          facts: { app: app.id, status },
        }),
        noteUses(ctx, app.id, wanted.targeting, eq(notifications.uuid, uuid)),
        ...along,
      ]),
    ),
  );
  if (!notification) throw new Error("an inserted notification returned no row");
  if (target) await beginSend(ctx, notification, target);
  else if (status !== "draft") await syncRun(ctx, notification);
  return notification;
}

async function plan(ctx: AccountCtx, app: App, wanted: WantedNotification) {
  const isScheduled = wanted.scheduled_at !== null || wanted.scheduled_local !== null;
  if (wanted.send && isScheduled) {
    refuse(invalidField(["send"], "must not be given together with a schedule"));
  }
  const schedule = await planSchedule(
    ctx,
    app.id,
    await resolve(ctx, app.id, wanted.targeting),
    wanted,
  );
  const status = wanted.send ? "sending" : isScheduled ? "scheduled" : "draft";
  const payloadSizes = await checkSendable(ctx, app, contentOf(wanted), status !== "draft");
  return { schedule, status, payloadSizes } as const;
}
