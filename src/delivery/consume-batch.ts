// Consumes one batch message: claims the attempt at its run, has the providers asked (send-batch.ts), and reports
// what became of each recipient. The message is then always done with. Recipients that are to be tried again
// travel in a new one, which the run puts into the queue.
import type { Ctx } from "../domain/context.ts";
import type { BatchMessage, Findings, Outcome } from "../domain/ports/notifications.ts";
import { loadSendable, type Sendable } from "../domain/notifications/load-sendable.ts";
import { retireTokens } from "../domain/notifications/retire-tokens.ts";
import { flagCredential } from "../domain/subscribers/flag-credential.ts";
import type { DeliveryContext } from "./context.ts";
import { sendBatch, type SentBatch } from "./send-batch.ts";

/** Waits before the report is made once more, ms: an object that is being moved refuses calls for some seconds. */
const REPORT_WAITS_MS = [100, 1000, 5000];

/**
 * Sends the batch in `message`, unless another invocation does so or did. Throws when the run can be told nothing,
 * neither before nor after: the queue then brings the message again.
 */
export async function consumeBatch(
  ctx: Ctx,
  delivery: DeliveryContext,
  message: BatchMessage,
): Promise<void> {
  const { notificationId, batch, attempt } = message;
  if (!(await ctx.notificationRun(notificationId).claim(batch, attempt))) return;
  const { outcomes, findings } = await attemptBatch(ctx, delivery, message);
  for (let failures = 0; ; failures += 1) {
    try {
      // An outcome that got lost would have its recipient sent to again. Each report uses a new stub, since one
      // that failed once may fail forever.
      return await ctx.notificationRun(notificationId).complete(batch, attempt, outcomes, findings);
    } catch (error) {
      const waitMs = REPORT_WAITS_MS[failures];
      if (waitMs === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/** Asks the providers. When even the content can't be read, all recipients are to be tried again. */
async function attemptBatch(
  ctx: Ctx,
  delivery: DeliveryContext,
  message: BatchMessage,
): Promise<{ outcomes: Outcome[]; findings: Findings | null }> {
  const { notificationId, batch, attempt, recipients } = message;
  let sendable: Sendable;
  try {
    sendable = await sendableOf(ctx, delivery, notificationId);
  } catch (error) {
    ctx.log.error("batch_fault", error, { notification: notificationId, batch, attempt });
    const retry = { status: "retry", error: "internal error", afterMs: null } as const;
    const outcomes = recipients.map(({ id }): Outcome => ({ id, ...retry }));
    return { outcomes, findings: null };
  }
  const sent = await sendBatch(ctx, delivery, sendable, message);
  try {
    await keepFindings(ctx, sendable.appId, message, sent);
  } catch (error) {
    // The outcomes matter more: a dead token that is not retired now is found dead by the next send.
    ctx.log.error("findings_lost", error, { notification: notificationId, batch, attempt });
  }
  return sent;
}

async function sendableOf(
  ctx: Ctx,
  { sendables }: DeliveryContext,
  notificationId: number,
): Promise<Sendable> {
  const known = sendables.get(notificationId);
  return known ?? sendables.put(notificationId, await loadSendable(ctx, notificationId));
}

/** Flags the credentials that providers complained of, and retires all dead tokens in one statement. */
async function keepFindings(
  ctx: Ctx,
  appId: number,
  { recipients }: BatchMessage,
  { outcomes, flags, findings }: SentBatch,
): Promise<void> {
  const faults = findings.faults.map(({ provider, reason }) => [provider, reason] as const);
  for (const [provider, flag] of new Map([...flags, ...faults])) {
    await flagCredential(ctx, appId, provider, flag);
  }
  const gone = new Set(outcomes.filter(({ status }) => status === "gone").map(({ id }) => id));
  if (gone.size === 0) return;
  const dead = recipients.filter(({ id }) => gone.has(id));
  // What died is the token in the message. A token that was registered since is younger than all of these.
  const since = dead.reduce((latest, recipient) => Math.max(latest, recipient.since), 0);
  await retireTokens(ctx, [...gone], since);
}
