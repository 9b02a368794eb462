// Which recipients of a batch are tried again after an attempt, and when. Pure.
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../kit/time.ts";
import type { Lane, Outcome } from "../../ports/notifications.ts";
import type { RecipientResult } from "../results.ts";

/** Attempts a recipient gets at most: five minutes of waits as below, longer where a provider asks for it. */
export const MAX_ATTEMPTS = 6;
/** Wait before the second attempt, ms; doubled for each further one. A short failure is over by then. */
const FIRST_RETRY_MS = 10 * SECOND_MS;
/** Longest wait that no provider asked for, ms. */
const MAX_RETRY_MS = HOUR_MS;
/** How long past its limit a recipient may still wait in the slow lane for its last attempt, ms: that is due then. */
const LAST_WAIT_MS = MINUTE_MS;
const NO_ERROR = { error: null, reason: null };
/** Recipients for the ordinary lane go before those of the same batch for the slow one, if they are due within this, ms. */
const ORDINARY_FIRST_MS = MINUTE_MS;

/**
 * The wait after attempt number `attempt`, ms. It doubles with each attempt, and a part of up to a half is left to
 * chance (`random`, in [0, 1)), so that what failed together does not come back together.
 */
export function retryDelayMs(attempt: number, random: number): number {
  const full = Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), MAX_RETRY_MS);
  return Math.round(full / 2 + (full / 2) * random);
}

/**
 * A batch's results after an attempt: those `before`, changed by the `outcomes` of recipients who were pending. A
 * recipient whose outcome is `retry` stays pending, until a time that is later with each attempt and never before
 * the one its provider asks for, unless the outcome limits that. It fails instead after MAX_ATTEMPTS, when the limit is
 * over, when the message would expire before that time (`expiresAt`, ms), and when the run is stopped. One whose outcome
 * is `deferred` stays pending at once, as long as that.
 */
export function mergeOutcomes(
  before: readonly RecipientResult[],
  outcomes: readonly Outcome[],
  at: MergedAt,
): RecipientResult[] {
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  return before.map((result): RecipientResult => {
    const outcome = result.status === "pending" ? outcomeOf.get(result.id) : undefined;
    if (!outcome) return result;
    const { id, status } = outcome;
    if (status === "deferred") return deferred(result, outcome, at);
    const attempts = result.attempts + 1;
    const { error, reason } = status === "sent" ? NO_ERROR : outcome;
    const final = { id, attempts, error, reason, dueAt: 0, begunAt: 0 };
    if (status !== "retry") return { ...final, status };
    const begunAt = result.begunAt || at.now;
    const asked = at.now + Math.max(outcome.afterMs ?? 0, retryDelayMs(attempts, Math.random()));
    const dueAt = Math.min(asked, begunAt + (outcome.limitMs ?? Infinity));
    const isLast =
      at.isStopped || attempts >= MAX_ATTEMPTS || dueAt >= at.expiresAt || dueAt <= at.now;
    if (isLast) return { ...final, status: "failed" };
    return { ...final, status: "pending", dueAt, begunAt, ...slowTime(outcome, begunAt, at) };
  });
}

/** When outcomes are merged, ms; when the message expires, ms; whether the run is stopped. */
interface MergedAt {
  now: number;
  expiresAt: number;
  isStopped: boolean;
}

/**
 * The result of a recipient that was not tried. Who is deferred for the first time stays pending in any case, since a
 * message with a TTL of 0 has one attempt too; whether it has expired is found out when it is tried.
 */
function deferred(
  result: RecipientResult,
  outcome: Extract<Outcome, { status: "deferred" }>,
  at: MergedAt,
): RecipientResult {
  const { id, attempts } = result;
  const begunAt = result.begunAt || at.now;
  const isOver =
    at.isStopped ||
    at.now >= begunAt + (outcome.limitMs ?? Infinity) ||
    (result.begunAt > 0 && at.now >= at.expiresAt);
  const { error, reason } = result.error === null ? outcome : result;
  if (isOver) return { id, status: "failed", attempts, error, reason, dueAt: 0, begunAt: 0 };
  const dueAt = at.now;
  return {
    id,
    status: "pending",
    attempts,
    error,
    reason,
    dueAt,
    begunAt,
    ...slowTime(outcome, begunAt, at),
  };
}

/** Until when a recipient may wait in the slow lane, if it is for that. */
function slowTime(
  { lane, limitMs = Infinity }: { lane?: Lane; limitMs?: number },
  begunAt: number,
  { now, expiresAt }: MergedAt,
): Pick<RecipientResult, "slowUntil"> {
  if (lane !== "slow") return {};
  const until = Math.min(begunAt + limitMs, expiresAt > now ? expiresAt : now);
  return { slowUntil: until + LAST_WAIT_MS };
}

/**
 * When the pending recipients of a batch are to be sent to next, ms, and in which lane; null: there are none. Those who
 * are due within twice the wait of the first go together with it. So a batch makes few messages, and nobody waits for
 * others much longer than the provider asked. Those for the slow lane wait for the others, unless these are due much
 * later.
 */
export function nextDue(
  results: readonly RecipientResult[],
  now: number,
): { dueAt: number; lane: Lane } | null {
  const pending = results.filter(({ status }) => status === "pending");
  const dueIn = (lane: Lane) =>
    pending.filter((result) => laneOf(result) === lane).map(({ dueAt }) => dueAt);
  const [ordinary, slow] = [dueIn("ordinary"), dueIn("slow")];
  const isOrdinary = Math.min(...ordinary) <= now + ORDINARY_FIRST_MS || slow.length === 0;
  const due = isOrdinary ? ordinary : slow;
  if (due.length === 0) return null;
  const firstMs = Math.min(...due) - now;
  // Nobody who was only deferred waits for those who were tried.
  const until = firstMs <= 0 ? now : now + Math.max(2 * firstMs, FIRST_RETRY_MS);
  return {
    dueAt: Math.max(...due.filter((at) => at <= until)),
    lane: isOrdinary ? "ordinary" : "slow",
  };
}

/** The lane of a pending recipient. */
export function laneOf({ slowUntil }: RecipientResult): Lane {
  return slowUntil === undefined ? "ordinary" : "slow";
}
