// Consumes one batch message: claims the attempt from its run, sends to the providers (send-batch.ts), and reports
// the outcome of each recipient to the run. That always completes the message: for recipients that need another
// attempt, the run enqueues a new one.
import type { Ctx } from "../domain/context.ts";
import type { BatchMessage, Findings, Outcome } from "../domain/ports/notifications.ts";
import { loadSendable, type Sendable } from "../domain/notifications/load-sendable.ts";
import { retireTokens } from "../domain/notifications/retire-tokens.ts";
import { flagCredential } from "../domain/subscribers/flag-credential.ts";
import type { DeliveryContext } from "./context.ts";
import { sendBatch, type SentBatch } from "./send-batch.ts";

/** Waits before each repetition of the report, ms: an object that is being moved refuses calls for some seconds. */
const REPORT_WAITS_MS = [100, 1000, 5000];

/**
 * Sends the batch in `message`, unless another invocation is sending it or has sent it. Throws when the run can't be
 * reached, before or after sending; the queue then delivers the message again.
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
      // If an outcome were lost, its recipient would be sent to again. Each report uses a new stub, since a stub that
      // failed once may fail forever.
      return await ctx.notificationRun(notificationId).complete(batch, attempt, outcomes, findings);
    } catch (error) {
      const waitMs = REPORT_WAITS_MS[failures];
      if (waitMs === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/** Sends to the providers. If the content can't be read, all recipients need another attempt. */
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
    // The outcomes matter more: a dead token that is not retired now will be found by the next send.
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

/** Flags the credentials that providers complained about, and retires all dead tokens in one statement. */
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
  // The dead tokens are those in the message: a token that was registered since then must stay.
  const since = dead.reduce((latest, recipient) => Math.max(latest, recipient.since), 0);
  await retireTokens(ctx, [...gone], since);
}
