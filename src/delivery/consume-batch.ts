// Consumes one batch message: claims the attempt from its run, sends to the providers (send-batch.ts), fills the inboxes of
// those that no provider serves (put-into-inboxes.ts), and reports the outcome of each recipient to the run. That always completes the message: for recipients that need another
// attempt, the run enqueues a new one.
import type { Ctx } from "../domain/context.ts";
import {
  isAddressed,
  type BatchMessage,
  type Claimed,
  type Outcome,
} from "../domain/ports/notifications.ts";
import { loadSendable, type Sendable } from "../domain/notifications/load-sendable.ts";
import { retireDoubted, retireGone } from "../domain/notifications/retire-tokens.ts";
import {
  flagCredential,
  isNewTaker,
  noteAccepted,
} from "../domain/subscribers/credential-reports.ts";
import type { DeliveryContext } from "./context.ts";
import { putIntoInboxes } from "./put-into-inboxes.ts";
import { sendBatch, type SentBatch } from "./send-batch.ts";
import { credentialsNow, type AppCredentials } from "./senders.ts";

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
  const claimed = await ctx.notificationRun(notificationId).claim(batch, attempt);
  if (claimed === null) return;
  const { outcomes, findings, slow } = await attemptBatch(ctx, delivery, message, claimed);
  for (let failures = 0; ; failures += 1) {
    try {
      // If an outcome were lost, its recipient would be sent to again. Each report uses a new stub, since a stub that
      // failed once may fail forever.
      const run = ctx.notificationRun(notificationId);
      return await run.complete(batch, attempt, outcomes, findings, slow);
    } catch (error) {
      const waitMs = REPORT_WAITS_MS[failures];
      if (waitMs === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/** Sends to the providers. If content or credentials can't be read, all recipients need another attempt. */
async function attemptBatch(
  ctx: Ctx,
  delivery: DeliveryContext,
  message: BatchMessage,
  { refusals, slow }: Claimed,
): Promise<Pick<SentBatch, "outcomes" | "findings" | "slow">> {
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
    return { outcomes, findings: [], slow: [] };
  }
  for (const { host, forMs } of slow) delivery.pace.noteSlow(sendable.accountId, host, forMs);
  const put = await putIntoInboxes(ctx, sendable, message);
  const addressed = { ...message, recipients: recipients.filter(isAddressed) };
  const asked = { message: addressed, refusals, credentials };
  const sent = await sendBatch(ctx, delivery, sendable, asked);
  try {
    await keepFindings(ctx, sendable.appId, addressed, credentials, sent);
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

/**
 * Flags the credentials that providers complained about, notes which were accepted for the first time, and retires all
 * dead tokens.
 */
async function keepFindings(
  ctx: Ctx,
  appId: number,
  { recipients }: BatchMessage,
  credentials: AppCredentials,
  { outcomes, flags, findings, doubted }: SentBatch,
): Promise<void> {
  for (const { provider, version, takenBy } of findings) {
    const used = { provider, version };
    const flag = flags.get(provider);
    if (flag !== undefined) await flagCredential(ctx, appId, used, flag);
    const known = credentials.get(provider)?.acceptedBy ?? [];
    for (const taker of takenBy) {
      if (isNewTaker(taker, known)) await noteAccepted(ctx, appId, used, taker);
    }
  }
  const isDoubted = new Set(doubted.flatMap(({ ids }) => ids));
  const gone = outcomes.flatMap(({ id, status }) =>
    status === "gone" && !isDoubted.has(id) ? [id] : [],
  );
  // The dead tokens are those in the message: a token that was stored since then must stay.
  const since = (ids: readonly number[]) =>
    recipients.reduce(
      (latest, { id, since: at }) => (ids.includes(id) ? Math.max(latest, at) : latest),
      0,
    );
  if (gone.length > 0) await retireGone(ctx, gone, since(gone));
  for (const { ids, acceptance } of doubted) {
    await retireDoubted(ctx, ids, since(ids), acceptance);
  }
}
