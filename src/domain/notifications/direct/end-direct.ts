// Ends a send that took the direct path, when each of its recipients has a final result: in one transaction, and once, since
// that depends on the row.
import { and, eq, inArray, sql } from "drizzle-orm";
import { insertFrom } from "../../../db/insert-from.ts";
import { batchResults, notifications } from "../../../db/schema/index.ts";
import type { Carrier } from "../../../kit/push/credentials.ts";
import type { Ctx } from "../../context.ts";
import type { Counts } from "../../health/meters.ts";
import { flagUnaccepted } from "../../subscribers/credential-reports.ts";
import { enqueueDeliveries, insertDeliveries } from "../../webhooks/emit.ts";
import { endEvent, logEnd, logUnreached } from "../events.ts";
import type { Notification } from "../find-notification.ts";
import { tally } from "../result-totals.ts";
import { packResults, resultKey, type RecipientResult } from "../results.ts";
import { endOf } from "../run/end-of.ts";
import { mergeFindings, suspectsOf } from "../run/findings.ts";
import { keepFindings, type Found } from "../run/keep-findings.ts";
import { noteSlowHosts } from "../run/meter-send.ts";
import { counterColumns } from "../run/save-progress.ts";

/** What became of a send. */
export interface DirectEnd {
  /** Of all recipients, in the order of their ids, all of them final. */
  results: RecipientResult[];
  /** The providers of the same recipients. */
  providers: Carrier[];
  found: Found;
  /** What is to be counted of it, in the meter `sends` (domain/health). */
  attempts: Counts;
}

/**
 * Records the end of a notification and what was found out, and has webhooks notified. One that was cancelled meanwhile gets
 * its results and counters, and stays cancelled. One that has ended, that a run has taken, or that was deleted stays as it is,
 * so this may be repeated.
 */
export async function endDirect(
  ctx: Ctx,
  { id, uuid, appId }: Pick<Notification, "id" | "uuid" | "appId">,
  { results, providers, found, attempts }: DirectEnd,
): Promise<void> {
  const now = ctx.now();
  const sent = results.filter(({ status }) => status === "sent").length;
  const counters = {
    total: results.length,
    totalBatches: 1,
    completedBatches: 1,
    sent,
    failed: results.length - sent,
    results: tally(results, providers),
  };
  const findings = mergeFindings({}, found.findings);
  const { status, failureReason } = endOf({ stopped: null, findings }, counters);
  const columns = counterColumns(counters);
  const isSending = eq(notifications.status, "sending");
  const isOpen = and(
    eq(notifications.id, id),
    eq(notifications.hasRun, false),
    eq(notifications.completedBatches, 0),
    inArray(notifications.status, ["sending", "cancelled"]),
  );
  const event = JSON.stringify(endEvent({ ...columns, uuid, status, failureReason, sentAt: now }));
  const [deliveries, , [ended]] = await ctx.db.batch([
    // Before the update, after which their conditions do not hold any more.
    insertDeliveries(
      ctx,
      `notification.${status === "sent" ? "sent" : "failed"}`,
      sql`SELECT ${notifications.appId} AS app_id, ${event} AS data FROM ${notifications}
        WHERE ${and(isOpen, isSending, eq(notifications.isTest, false))}`,
    ),
    insertFrom(
      ctx.db,
      batchResults,
      { id: resultKey(id, 0), results: packResults(results) },
      sql`FROM ${notifications} WHERE ${isOpen}`,
    ),
    ctx.db
      .update(notifications)
      .set({
        ...columns,
        status: sql`iif(${isSending}, ${status}, ${notifications.status})`,
        failureReason: sql`iif(${isSending}, ${failureReason}, ${notifications.failureReason})`,
        sentAt: sql`iif(${isSending}, ${now}, NULL)`,
        metered: { attempts },
        updatedAt: now,
      })
      .where(isOpen)
      .returning(),
    ...keepFindings(ctx, appId, found),
    ...suspectsOf(findings).map((suspect) => flagUnaccepted(ctx, appId, suspect)),
  ]);
  if (!ended) return;
  if (ended.status !== "cancelled") {
    logEnd(ctx, ended);
    logUnreached(ctx, ended);
    await enqueueDeliveries(ctx, deliveries);
  }
  await noteSlowHosts(ctx, attempts);
}
