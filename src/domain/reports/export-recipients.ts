// All recipients of a notification, page by page, for a file: however many there are, one page is held at a time.
import type { AccountCtx } from "../context.ts";
import type { RecipientStatus } from "../ports/notifications.ts";
import type { Notification } from "../notifications/find-notification.ts";
import { batchesFrom } from "../notifications/list-recipients.ts";
import { unpackResults } from "../notifications/results.ts";
import { withSubscribers, type ReportedRecipient } from "./report-details.ts";

/** Batches of a page: 5,000 recipients, with what is known of each 1 MB. */
export const PAGE_BATCHES = 100;
/**
 * Most recipients of one file: as many rows as spreadsheets open. That is 200 pages of three round trips, of which an
 * invocation may make 1,000.
 */
const MAX_EXPORTED = 1_000_000;

/** Returns the recipients with a status, or all, in pages. */
export async function* exportRecipients(
  ctx: AccountCtx,
  notification: Notification,
  status: RecipientStatus | null,
): AsyncGenerator<ReportedRecipient[]> {
  let from = 0;
  for (let made = 0; made < MAX_EXPORTED;) {
    const batches = await batchesFrom(ctx, notification, from, status, PAGE_BATCHES);
    const rows = batches
      .flatMap(({ results }) => unpackResults(results))
      .filter((result) => status === null || result.status === status);
    if (rows.length > 0) yield await withSubscribers(ctx, notification, rows);
    const last = batches.at(-1);
    if (!last || batches.length < PAGE_BATCHES) return;
    from = last.batch + 1;
    made += rows.length;
  }
}
