// All recipients of a notification, page by page, for a file: however many there are, one page is held at a time.
import type { AccountCtx } from "../context.ts";
import type { RecipientStatus } from "../ports/notifications.ts";
import type { Notification } from "../notifications/find-notification.ts";
import { rowsFrom } from "../notifications/list-recipients.ts";
import { unpackResults } from "../notifications/results.ts";
import { chunks } from "../../kit/chunks.ts";
import { withSubscribers, type ReportedRecipient } from "./report-details.ts";

/** Rows of results in a page: 5,000 recipients, with what is known of each 1 MB. */
export const PAGE_ROWS = 20;
/**
 * Rows of a page where few recipients have the status that is asked for. Five million of whom one in a few hundred has it are
 * 200 such pages of two round trips each, of which an invocation may make 1,000.
 */
const MOST_ROWS = 100;
/** Recipients of a page above which the next one has PAGE_ROWS again. */
const MANY = 1000;
/** Recipients about whom is asked at once. */
const ASKED_AT_ONCE = 5000;
/** Most recipients of one file: as many rows as spreadsheets open. */
const MAX_EXPORTED = 1_000_000;

/** Returns the recipients with a status, or all, in pages. */
export async function* exportRecipients(
  ctx: AccountCtx,
  notification: Notification,
  status: RecipientStatus | null,
): AsyncGenerator<ReportedRecipient[]> {
  let from = 0;
  let most = PAGE_ROWS;
  for (let made = 0; made < MAX_EXPORTED;) {
    const packed = await rowsFrom(ctx, notification, from, status, most);
    const rows = packed
      .flatMap(({ results }) => unpackResults(results))
      .filter((result) => status === null || result.status === status);
    for (const some of chunks(rows, ASKED_AT_ONCE)) {
      yield await withSubscribers(ctx, notification, some);
    }
    const last = packed.at(-1);
    if (!last || packed.length < most) return;
    from = last.batch + 1;
    made += rows.length;
    most = rows.length < MANY ? Math.min(2 * most, MOST_ROWS) : PAGE_ROWS;
  }
}
