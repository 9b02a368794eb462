// Sends one batch: claims the attempt, asks the providers (send-batch.ts), reports what became of each
// recipient. The message that brought it is always done with: who is to be tried again leaves in a new one.
import type { Ctx } from "../domain/context.ts";
import type { DeliveryMessage, Findings, Outcome } from "../domain/ports/notifications.ts";
import { loadSendable, retireTokens, type Sendable } from "../domain/notifications/run.ts";
import { flagCredential } from "../domain/subscribers/flag-credential.ts";
import { Bounded } from "../kit/bounded.ts";
import type { ProviderDeps } from "./providers/index.ts";
import { sendBatch, type BatchResult, type Sending } from "./send-batch.ts";
import { Senders } from "./senders.ts";

/** Notifications whose content an isolate keeps at hand. */
const MAX_CACHED = 50;
/** Waits before the outcomes are offered to the run again, ms: an object that is being moved refuses for a while. */
const REPORT_WAITS_MS = [100, 1000, 5000];

export interface Delivery extends Sending {
  sendables: Bounded<number, Sendable>;
}

/** What an isolate keeps between batches. */
export function createDelivery(deps: ProviderDeps, publicUrl: string): Delivery {
  return { deps, publicUrl, senders: new Senders(), sendables: new Bounded(MAX_CACHED) };
}

/** Sends the batch in `message`, unless somebody else does or did. Throws when the run can't be told. */
export async function deliver(
  ctx: Ctx,
  delivery: Delivery,
  message: DeliveryMessage,
): Promise<void> {
  const { notificationId, batch, attempt } = message;
  if (!(await ctx.notificationRun(notificationId).claim(batch, attempt)).ok) return;
  const { outcomes, findings } = await outcomesOf(ctx, delivery, message);
  for (let tries = 0; ; tries += 1) {
    try {
      // what was sent must be known: it would be sent again; a stub that failed once is of no more use
      return await ctx.notificationRun(notificationId).complete(batch, attempt, outcomes, findings);
    } catch (error) {
      const waitMs = REPORT_WAITS_MS[tries];
      if (waitMs === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

async function outcomesOf(
  ctx: Ctx,
  delivery: Delivery,
  message: DeliveryMessage,
): Promise<{ outcomes: Outcome[]; findings: Findings | null }> {
  const { notificationId, batch, attempt, recipients } = message;
  let sendable: Sendable;
  try {
    const known = delivery.sendables.get(notificationId);
    sendable =
      known ?? delivery.sendables.put(notificationId, await loadSendable(ctx, notificationId));
  } catch (error) {
    ctx.log.error("batch_fault", error, { notification: notificationId, batch, attempt });
    const retry = { status: "retry", error: "internal error", afterMs: null } as const;
    const outcomes = recipients.map(({ id }): Outcome => ({ id, ...retry }));
    return { outcomes, findings: null };
  }
  const result = await sendBatch(ctx, delivery, sendable, message);
  try {
    await note(ctx, sendable.appId, message, result);
  } catch (error) {
    // a dead token that is not retired now dies at the next send
    ctx.log.error("findings_lost", error, { notification: notificationId, batch, attempt });
  }
  return result;
}

/** Tells owners what was found of their credentials, and retires dead tokens in one statement. */
async function note(
  ctx: Ctx,
  appId: number,
  { recipients }: DeliveryMessage,
  { outcomes, flags, findings }: BatchResult,
): Promise<void> {
  const faults = findings.faults.map(({ provider, reason }) => [provider, reason] as const);
  for (const [provider, flag] of new Map([...flags, ...faults])) {
    await flagCredential(ctx, appId, provider, flag);
  }
  const gone = new Set(outcomes.filter(({ status }) => status === "gone").map(({ id }) => id));
  if (gone.size === 0) return;
  const dead = recipients.filter(({ id }) => gone.has(id));
  // the token that died is the one in the message: one registered since is younger than all of them
  const since = dead.reduce((latest, recipient) => Math.max(latest, recipient.since), 0);
  await retireTokens(ctx, [...gone], since);
}
