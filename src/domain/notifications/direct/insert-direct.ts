// Direct notifications, to subscribers that are named one by one. They are made with the status `sending`.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { notifications } from "../../../db/schema/index.ts";
import type { Audience } from "../../audiences/targeting.ts";
import type { Ctx } from "../../context.ts";
import { ContentFields, DEFAULT_TTL_S, type NotificationContent } from "../content-fields.ts";
import { makeRoom, uuidIfRoom } from "../room.ts";
import { startColumns, type DirectTarget } from "./target.ts";

const Defaults = z.object(ContentFields).omit({ title: true, body: true });

interface DirectContent {
  title: string;
  body: string;
  data: Record<string, unknown>;
  /** What a click opens; by default what the app says. */
  url?: string | null;
}

/**
 * The statements that make a notification of `app` to the recipients of `target`, and room for it. The second returns the
 * row, which the caller passes to `beginSend` once both have run, within `orNoRoom`. The message is urgent, since it is
 * for one person: every provider delivers it at once.
 */
export function insertDirect(
  ctx: Ctx,
  app: { accountId: number; appId: number },
  { title, body, data, url = null }: DirectContent,
  target: DirectTarget,
) {
  const content = { title, body, ...Defaults.parse({ data, url, urgency: "high" }) };
  const insert = insertSending(ctx, app, { content, isTest: false }, target);
  return [makeRoom(ctx, [app.appId]), insert] as const;
}

/**
 * The statement that makes a test of `content` to the recipients of `target`, for `orNoRoom` as well. It goes out at once,
 * whatever the content says of that, and lives no longer than its row (expire-notifications.ts).
 */
export function insertTest(
  ctx: Ctx,
  app: { accountId: number; appId: number },
  given: NotificationContent,
  target: DirectTarget,
) {
  const ttl = Math.min(given.ttl, DEFAULT_TTL_S);
  const content: NotificationContent = { ...given, urgency: "high", ttl };
  return insertSending(ctx, app, { content, isTest: true }, target);
}

function insertSending(
  ctx: Ctx,
  app: { accountId: number; appId: number },
  { content, isTest }: { content: NotificationContent; isTest: boolean },
  target: DirectTarget,
) {
  const now = ctx.now();
  const targeting: Audience = { type: "subscribers", ids: target.recipients.map(({ id }) => id) };
  return ctx.db
    .insert(notifications)
    .values({
      uuid: uuidIfRoom(sql`${crypto.randomUUID()}`, sql`${app.appId}`, "sending"),
      accountId: app.accountId,
      appId: app.appId,
      status: "sending",
      content,
      targeting,
      isTest,
      ...startColumns(ctx, app.accountId, target),
      startedAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
}
