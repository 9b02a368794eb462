// Consumes one batch message: claims the attempt from its run, sends to the providers (send-batch.ts), fills the inboxes of
// those that no provider serves (put-into-inboxes.ts), and reports the outcome of each recipient to the run. That always
// completes the message: for recipients that need another attempt, the run enqueues a new one.
import type { Ctx } from "../domain/context.ts";
import {
  isAddressed,
  type BatchMessage,
  type Claimed,
  type ClaimTicketPort,
  type Outcome,
  type Report,
} from "../domain/ports/notifications.ts";
import { loadSendable, type Sendable } from "../domain/notifications/load-sendable.ts";
import { saveFindings } from "../domain/notifications/run/keep-findings.ts";
import type { DeliveryContext } from "./context.ts";
import { persistently } from "./persistently.ts";
import type { SentBatch } from "./outcomes.ts";
import { putIntoInboxes } from "./put-into-inboxes.ts";
import { sendBatch } from "./send-batch.ts";
import { credentialsNow, type AppCredentials } from "./senders.ts";

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
  const claimed = await ctx.notificationRun(notificationId).claim(batch, attempt);
  if (claimed === null) return;
  try {
    const sent = await attemptBatch(ctx, delivery, message, claimed);
    const { outcomes, findings, slow, attempts } = sent;
    await report(ctx, message, claimed.ticket, [outcomes, findings, slow, attempts]);
  } finally {
    claimed[Symbol.dispose]?.();
  }
}

/**
 * Reports to the run: with the ticket, and if that fails to the run itself, some times. If an outcome were lost, its
 * recipient would be sent to again. The run takes the first report that reaches it.
 */
async function report(
  ctx: Ctx,
  { notificationId, batch, attempt }: BatchMessage,
  ticket: ClaimTicketPort | null,
  found: Report,
): Promise<void> {
  return persistently(async (failures) => {
    if (ticket && failures === 0) return ticket.complete(...found);
    // A new stub each time, since a stub that failed once may fail forever.
    return ctx.notificationRun(notificationId).complete(batch, attempt, ...found);
  });
}

/** Sends to the providers. If content or credentials can't be read, all recipients need another attempt. */
async function attemptBatch(
  ctx: Ctx,
  delivery: DeliveryContext,
  message: BatchMessage,
  { refusals, slow }: Claimed,
): Promise<Pick<SentBatch, "outcomes" | "findings" | "slow" | "attempts">> {
  const { notificationId, batch, attempt, recipients } = message;
  let sendable: Sendable;
  let credentials: AppCredentials;
  try {
    sendable = await sendableOf(ctx, delivery, notificationId);
    credentials = await credentialsNow(ctx, sendable.appId);
  } catch (error) {
    ctx.log.error("batch_fault", error, { notification: notificationId, batch, attempt });
    const { lane } = message;
    const retry = {
      status: "retry",
      error: "internal error",
      reason: "internal",
      afterMs: null,
      lane,
    } as const;
    const outcomes = recipients.map(({ id }): Outcome => ({ id, ...retry }));
    return { outcomes, findings: [], slow: [], attempts: {} };
  }
  for (const { host, forMs } of slow) delivery.pace.noteSlow(sendable.accountId, host, forMs);
  const put = await putIntoInboxes(ctx, sendable, message);
  const addressed = { ...message, recipients: recipients.filter(isAddressed) };
  const asked = { message: addressed, refusals, credentials };
  const sent = await sendBatch(ctx, delivery, sendable, asked);
  try {
    const { recipients: asked } = addressed;
    await saveFindings(ctx, sendable.appId, { ...sent, recipients: asked, credentials });
  } catch (error) {
    // The outcomes matter more: a dead token that is not retired now will be found by the next send.
    ctx.log.error("findings_lost", error, { notification: notificationId, batch, attempt });
  }
  return { ...sent, outcomes: [...put, ...sent.outcomes] };
}

async function sendableOf(
  ctx: Ctx,
  { sendables }: DeliveryContext,
  notificationId: number,
): Promise<Sendable> {
  const known = sendables.get(notificationId);
  return known ?? sendables.put(notificationId, await loadSendable(ctx, notificationId));
}
