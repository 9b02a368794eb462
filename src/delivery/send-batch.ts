// Sends to the recipients of a batch whose turn comes (turns.ts), and returns the outcome of each; those of the others
// are deferred. It never throws: a fault with one recipient is that recipient's outcome.
import type { Ctx } from "../domain/context.ts";
import type { Sendable } from "../domain/notifications/load-sendable.ts";
import type { Addressed, BatchMessage, Lane, Refusals } from "../domain/ports/notifications.ts";
import { standingRefusals } from "../domain/subscribers/credentials.ts";
import type { Provider } from "../kit/push/credentials.ts";
import { countsOf } from "./batch-counts.ts";
import { BatchSenders } from "./batch-senders.ts";
import type { DeliveryContext } from "./context.ts";
import { Editions } from "./editions.ts";
import { FAULT, isAnswer, summary, type Answered, type SentBatch } from "./outcomes.ts";
import { Messages, STRANGER_MS, type Prepared, type Verdict } from "./providers/index.ts";
import { addressOf } from "./recipient-address.ts";
import type { AppCredentials } from "./senders.ts";
import { BUDGETS, Turns } from "./turns.ts";

/** Recipients sent to in parallel: Cloudflare lets a Worker wait for six responses at a time, and queues the rest. */
const SENDS_AT_ONCE = 6;
/** The error of recipients that are given up before they were tried. */
const NOT_TRIED = "not tried in time";
/** The verdict after a fault of ours. */
const FAULTY: Verdict = { kind: "retry", reason: FAULT, afterMs: null };

/** A batch whose recipients' inboxes, if they have any, are filled. */
type AddressedBatch = Omit<BatchMessage, "recipients"> & { recipients: readonly Addressed[] };

/** What all sends of a batch need. */
interface Sending {
  ctx: Ctx;
  delivery: DeliveryContext;
  sendable: Sendable;
  messages: Messages;
  senders: BatchSenders;
}

/** Sends the content of `sendable` to every recipient in `message`, unless its provider is among `refusals`. */
export async function sendBatch(
  ctx: Ctx,
  delivery: DeliveryContext,
  sendable: Sendable,
  {
    message,
    refusals,
    credentials,
  }: { message: AddressedBatch; refusals: Refusals; credentials: AppCredentials },
): Promise<SentBatch> {
  const refused = standingRefusals(refusals, [...credentials.values()]);
  const messages = new Messages(delivery.deps);
  const senders = new BatchSenders(ctx, delivery.senders, credentials);
  const sending = { ctx, delivery, sendable, messages, senders };
  const isWanted = ({ provider }: Addressed) => credentials.has(provider) && !refused.has(provider);
  const prepared = prepare(sending, message, isWanted);
  const { lane, recipients } = message;
  const { now } = delivery.deps;
  const turns = new Turns(recipients, {
    owner: sendable.accountId,
    lane,
    pace: delivery.pace,
    now,
  });
  const answered: Answered[] = [];
  /** The recipients that are being sent to, and since when, ms. */
  const underWay = new Map<Addressed, number>();
  const note = (recipient: Addressed, verdict: Verdict, begunAt: number, isAsked: boolean) => {
    if (verdict.kind === "misconfigured") refused.set(recipient.provider, verdict.reason);
    const tookMs = now() - begunAt;
    turns.end(recipient, isAnswer(verdict), tookMs);
    const { name: taker } = turns.hostOf(recipient);
    answered.push({ recipient, taker, verdict, isAsked, tookMs, lane: turns.laneOf(recipient) });
  };
  const worker = async () => {
    for (let one = await turns.next(); one; one = await turns.next()) {
      // A credential that was refused would be refused for all other recipients too.
      const known = refused.get(one.provider);
      const begunAt = now();
      if (known !== undefined) {
        note(one, { kind: "misconfigured", reason: known }, begunAt, false);
        continue;
      }
      underWay.set(one, begunAt);
      const verdict = await sendTo(sending, one, prepared.get(one));
      // Nobody waits for it any longer.
      if (!underWay.delete(one)) return;
      note(one, verdict, begunAt, true);
    }
  };
  const workers = Promise.all(Array.from({ length: SENDS_AT_ONCE }, worker));
  if (!(await isDoneWithin(BUDGETS[lane].end, workers))) {
    const late = [...underWay];
    underWay.clear();
    for (const [one, begunAt] of late) note(one, timedOut(one, turns), begunAt, true);
    turns.close();
  }
  for (const one of turns.left) answered.push(notTried(one, refused, lane, turns));
  const slow = turns.slowStrangers;
  return { ...summary(answered, credentials), slow, attempts: countsOf(answered, slow) };
}

/** Whether `work` is done within `ms`. One timer for a batch bounds whatever a send may wait for. */
async function isDoneWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Prepares the messages to those recipients that `isWanted`. There is none where that failed, by a fault of ours. */
function prepare(
  { ctx, delivery, sendable, messages }: Sending,
  { recipients, expiresAt }: AddressedBatch,
  isWanted: (recipient: Addressed) => boolean,
): ReadonlyMap<Addressed, Prepared> {
  const editions = new Editions(ctx.linkSigningKey, delivery.publicUrl, sendable, expiresAt);
  const prepared = new Map<Addressed, Prepared>();
  for (const recipient of recipients) {
    if (!isWanted(recipient)) continue;
    try {
      const edition = editions.of(recipient.language);
      const own = editions.ownOf(edition, recipient.id);
      prepared.set(recipient, messages.prepare(addressOf(recipient), edition, own));
    } catch (error) {
      ctx.log.error("send_fault", error, { notification: sendable.id, recipient: recipient.id });
    }
  }
  return prepared;
}

/** The verdict for a recipient who is not waited for any longer. What was sent to it counts as an attempt. */
function timedOut(recipient: Addressed, turns: Turns): Verdict {
  return { kind: "retry", reason: "timeout", afterMs: null, ...limitOf(recipient, turns) };
}

/** What becomes of a recipient whose turn did not come. */
function notTried(
  recipient: Addressed,
  refused: ReadonlyMap<Provider, string>,
  lane: Lane,
  turns: Turns,
): Answered {
  const reason = refused.get(recipient.provider);
  const next = lane === "slow" ? lane : turns.laneOf(recipient);
  const verdict: Answered["verdict"] =
    reason === undefined
      ? { kind: "deferred", reason: NOT_TRIED, ...limitOf(recipient, turns) }
      : { kind: "misconfigured", reason };
  const { name: taker } = turns.hostOf(recipient);
  return { recipient, taker, verdict, isAsked: false, tookMs: 0, lane: next };
}

/** How long a recipient is waited for at most. */
function limitOf(recipient: Addressed, turns: Turns): { limitMs?: number } {
  return turns.hostOf(recipient).isTrusted ? {} : { limitMs: STRANGER_MS };
}

/** Sends to one recipient and returns the verdict. Sends again with a new bearer token if the first one has expired. */
async function sendTo(
  { ctx, sendable, messages, senders }: Sending,
  { id, provider }: Addressed,
  message: Prepared | undefined,
): Promise<Verdict> {
  try {
    const found = await senders.of(provider);
    if (!found.ok) return found.verdict;
    if (!message) return FAULTY;
    const first = await messages.send(message, found.sender);
    if (first.kind !== "token_expired") return first;
    const renewed = await senders.of(provider, found.sender);
    if (!renewed.ok) return renewed.verdict;
    const second = await messages.send(message, renewed.sender);
    if (second.kind !== "token_expired") return second;
    return { kind: "misconfigured", reason: second.reason };
  } catch (error) {
    ctx.log.error("send_fault", error, { notification: sendable.id, recipient: id });
    return FAULTY;
  }
}
