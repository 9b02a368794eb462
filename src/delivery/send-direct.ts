// Sends to a few devices in the tail of the request that asked for it, without a run: within the time budget of a batch in the
// ordinary lane, which ends well before the platform ends the tail, 30 s after the answer. Whoever is to be tried again goes to
// a run. If anything here throws or is cut off, the row still says `sending`, and the follow-up finds it.
import type { Ctx } from "../domain/context.ts";
import type { NotificationContent } from "../domain/notifications/content-fields.ts";
import { endDirect } from "../domain/notifications/direct/end-direct.ts";
import type { Sendable } from "../domain/notifications/load-sendable.ts";
import { freshResult } from "../domain/notifications/results.ts";
import { saveFindings } from "../domain/notifications/run/keep-findings.ts";
import { mergeOutcomes } from "../domain/notifications/run/retry.ts";
import { isAddressed, type BatchMessage, type DirectSend } from "../domain/ports/notifications.ts";
import type { DeliveryContext } from "./context.ts";
import { persistently } from "./persistently.ts";
import { putIntoInboxes } from "./put-into-inboxes.ts";
import { sendBatch } from "./send-batch.ts";

/** Sends, and records the end or has a run go on. Throws where it could do neither. */
export async function sendDirect(
  ctx: Ctx,
  delivery: DeliveryContext,
  direct: DirectSend,
): Promise<void> {
  const { id, expiresAt, recipients } = direct;
  const sendable: Sendable = { ...direct, content: direct.content as NotificationContent };
  const credentials = new Map(direct.credentials.map((each) => [each.provider, each]));
  const message: BatchMessage = {
    lane: "ordinary",
    notificationId: id,
    batch: 0,
    attempt: 1,
    expiresAt,
    recipients,
  };
  const addressed = recipients.filter(isAddressed);
  const asked = { message: { ...message, recipients: addressed }, refusals: {}, credentials };
  const [put, sent] = await Promise.all([
    putIntoInboxes(ctx, sendable, message),
    sendBatch(ctx, delivery, sendable, asked),
  ]);
  const outcomes = [...put, ...sent.outcomes];
  const { findings, slow, attempts } = sent;
  const found = { ...sent, recipients: addressed, credentials };
  const before = recipients.map((recipient) => freshResult(recipient.id));
  const at = { now: ctx.now(), expiresAt, isStopped: false };
  const results = mergeOutcomes(before, outcomes, at);
  if (results.some(({ status }) => status === "pending")) {
    const taken = { id, expiresAt, recipients: recipients.map(named) };
    // A new stub each time, since a stub that failed once may fail forever.
    await persistently(async () =>
      ctx.notificationRun(id).takeOver(taken, outcomes, findings, slow, attempts),
    );
    return saveFindings(ctx, direct.appId, found).catch((error: unknown) => {
      // The outcomes matter more: a dead token that is not retired now will be found by the next send.
      ctx.log.error("findings_lost", error, { notification: id });
    });
  }
  const providers = recipients.map(({ provider }) => provider);
  await persistently(async () => endDirect(ctx, direct, { results, providers, found, attempts }));
}

/** What a run needs to know of a recipient. */
function named({ id, provider }: DirectSend["recipients"][number]) {
  return { id, provider };
}
