// Puts a sent notification into the database, for tests of deliveries, clicks and retention.
import { linkToken } from "../../src/domain/notifications/links.ts";
import { testContext } from "./context.ts";
import { rows } from "./worker.ts";

export interface SentNotification {
  id: number;
  uuid: string;
  app_id: number;
}

/** A sent notification of `app`; `wanted` are columns. */
export async function sentNotification(
  app: { id: number },
  wanted: {
    url?: string | null;
    started_at?: number;
    sent_count?: number;
    failed_count?: number;
    updated_at?: number;
  } = {},
): Promise<SentNotification> {
  const content = { title: "t", body: "b", url: wanted.url ?? null };
  const [row] = await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, started_at, sent_at,
       sent_count, failed_count, created_at, updated_at)
     SELECT ?, account_id, id, 'sent', ?, ?, 1, ?, ?, 1, ? FROM apps WHERE id = ? RETURNING id, uuid, app_id`,
    crypto.randomUUID(),
    JSON.stringify(content),
    wanted.started_at ?? Date.now(),
    wanted.sent_count ?? 0,
    wanted.failed_count ?? 0,
    wanted.updated_at ?? Date.now(),
    app.id,
  );
  return row;
}

/** The token a recipient's push carried. */
export function tokenOf(
  { id: notificationId, app_id: appId }: { id: number; app_id: number },
  subscriberId: number,
): string {
  return linkToken(testContext().ctx.linkSigningKey, { appId, notificationId, subscriberId });
}

/** The notification's counters of deliveries and clicks. */
export async function engagementOf({ id }: { id: number }): Promise<[number, number]> {
  const [row] = await rows(
    "SELECT delivered_count, clicked_count FROM notifications WHERE id = ?",
    id,
  );
  return [row.delivered_count, row.clicked_count];
}
