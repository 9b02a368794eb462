// When a run does what: when it looks next, cuts the next page, writes progress, and takes a silence for a loss. Pure:
// it computes times from the state and the present time. All of a run's intervals are here, since they interlock; the
// waits before a recipient is tried again are in domain/notifications/run/retry.ts.
//
// A look costs an alarm, and, where counters have changed, a write to the database. Looks are therefore as rare as
// they can be without owners noticing: about one for LOOK_BATCHES batches while they come in, every OUT_LOOK_MS
// while they do not, every QUIET_LOOK_MS while all that is left to do is to wait for a time.
import type { RunCounters } from "../../domain/notifications/run/save-progress.ts";
import { BUDGETS } from "../../delivery/turns.ts";
import { MINUTE_MS, SECOND_MS } from "../../kit/time.ts";
import { DIVISIONS } from "../lane-share.ts";
import type { RunState } from "./state.ts";

/** Batches that are worth a look; a small run looks after each tenth of its batches. See `lookBatches`. */
const LOOK_BATCHES = 10;

/**
 * While batches are reported on, the run looks, and writes progress, no more often than this, ms: owners watch it
 * live.
 */
export const LOOK_MS = SECOND_MS;

/** The first wait for batches, ms. A wait is at most double the previous one, so that a fast run is soon noticed. */
const FIRST_WAIT_MS = LOOK_MS / 2;

/**
 * The run looks at least this often while batches are in the queue or claimed, ms. An idle object loses its memory
 * after ten seconds, and memory is where silence is measured and claims are kept.
 */
export const OUT_LOOK_MS = 8 * SECOND_MS;

/** How often progress is written while fewer batches have come in than are worth a look, ms. */
export const SLOW_PROGRESS_MS = 30 * SECOND_MS;

/**
 * How often a run that has nothing to do looks, and writes its counters even if unchanged, ms. The cron starts a run
 * again whose row has not changed for five minutes.
 */
export const QUIET_LOOK_MS = 4 * MINUTE_MS;

/** A failed alarm comes again after this, ms: an overloaded database or queue gets time to recover. */
export const REDO_AFTER_MS = 5 * SECOND_MS;

/**
 * After a silence this long, batches that were not claimed count as lost, ms. At least two looks fall into it. An
 * object that has just lost its memory waits as long for reports on claims that it no longer knows of.
 */
export const STALL_MS = 20 * SECOND_MS;

/**
 * Each time that lost batches are requeued in vain, the silence that means a loss doubles, up to this, ms: the queue
 * may only be slow, and more messages would not help it.
 */
export const MAX_STALL_MS = 10 * MINUTE_MS;

/**
 * A claim ends after this, ms. A batch of the slow lane takes as long as its budget; to read the content, to save what was
 * found out and to report, which is repeated for seven seconds, come on top.
 */
export const CLAIM_MS = BUDGETS.slow.end + MINUTE_MS;

/**
 * A batch that is still lost this long after its message expired fails, ms. Until then a message that waited in a
 * slow queue until it expired can still be reported on. It is longer than MAX_STALL_MS.
 */
export const GIVEN_UP_AFTER_MS = 15 * MINUTE_MS;

/** Most batches in the ordinary queue or claimed before cutting waits until some are reported on. */
export const MAX_OUT = DIVISIONS.ordinary.share;

/** Most batches that wait for a retry before cutting waits: a provider that fails is sent nothing more to refuse. */
export const MAX_WAITING = 4000;

/** The parts of a run that its pace depends on. */
export interface RunView {
  state: Pick<RunState, "phase" | "wave" | "waves" | "stopped">;
  /** Number of batches that are not done. */
  open: number;
  /** When each batch that waits for a retry is due, ms, by batch. */
  retriesDue: ReadonlyMap<number, number>;
}

/** The progress that the database has, and since when. */
export interface SavedProgress {
  counters: RunCounters;
  /** ms. */
  at: number;
}

/** The speed at which batches come in, as measured by a look. */
export interface Rhythm {
  /** When the run looked, ms. */
  at: number;
  /** How many batches were done then. */
  completed: number;
  /** How long it chose to wait, ms. */
  waitMs: number;
}

/** Whether all batches are cut and done. */
export function isOver({ state, open }: RunView): boolean {
  return state.phase === "draining" && open === 0;
}

/**
 * When the next page may be cut, ms: `now` at the earliest; null when batches have to be reported on first, or all is
 * cut.
 */
export function nextCutAt(view: RunView, now: number): number | null {
  return cutAt(view, now, MAX_OUT);
}

/** Whether the next page is to be cut now. */
export function isCutDue(view: RunView, now: number): boolean {
  return (nextCutAt(view, now) ?? Infinity) <= now;
}

/** When the run looks next after a report on a batch, unless it looks earlier, ms. */
export function lookAfterReport(view: RunView, now: number): number {
  // Cutting goes on once half of the batches have come back, and not after each of them.
  const canCut = cutAt(view, now, MAX_OUT / 2) === now;
  return isOver(view) || canCut ? now : now + OUT_LOOK_MS;
}

/** When the next page may be cut if fewer than `maxOut` batches may be in the queue or claimed. */
function cutAt({ state, open, retriesDue }: RunView, now: number, maxOut: number): number | null {
  if (state.phase !== "cutting") return null;
  const wave = state.waves[state.wave];
  // All waves are cut, or the rest is cut only to give each recipient a result: there is nothing to wait for.
  if (!wave || state.stopped !== null) return now;
  const waiting = retriesDue.size;
  if (open - waiting >= maxOut || waiting >= MAX_WAITING) return null;
  return Math.max(wave.at, now);
}

/** When `counters` are to be written, ms: the more has changed, the sooner. `saved` is null when it is not known. */
export function progressDueAt(counters: RunCounters, saved: SavedProgress | null): number {
  if (!saved) return 0;
  const before = saved.counters;
  if (JSON.stringify(counters) === JSON.stringify(before)) return saved.at + QUIET_LOOK_MS;
  const isMuch =
    counters.completedBatches - before.completedBatches >= lookBatches(counters) ||
    counters.total !== before.total;
  return saved.at + (isMuch ? LOOK_MS : SLOW_PROGRESS_MS);
}

/**
 * When the run looks next, ms, unless a call wakes it earlier, and the rhythm to pass to the next look. `isBusy`:
 * this look left something undone. `last`: the rhythm of the previous look; null when there was none.
 */
export function nextLook(
  run: RunView & {
    counters: RunCounters;
    saved: SavedProgress | null;
    isBusy: boolean;
    last: Rhythm | null;
    /** When the account's share may be asked again, ms. */
    askAt: number;
  },
  now: number,
): { at: number; rhythm: Rhythm | null } {
  const { open, retriesDue, counters, saved, isBusy, last, askAt } = run;
  const looks = [now + QUIET_LOOK_MS, Math.max(now, progressDueAt(counters, saved))];
  const cut = nextCutAt(run, now);
  if (cut !== null) looks.push(Math.max(cut, askAt));
  if (askAt > now) looks.push(askAt);
  if (isBusy || isOver(run)) looks.push(now);
  let rhythm = last;
  if (open > retriesDue.size) {
    rhythm = nextRhythm(counters, last, now);
    looks.push(now + rhythm.waitMs);
  } else if (open > 0) {
    // All open batches wait for a retry. There is a look soon after the first is due, since its message may be lost.
    looks.push(Math.max(now + OUT_LOOK_MS, Math.min(...retriesDue.values())));
  }
  return { at: Math.min(...looks), rhythm };
}

/** Chooses the wait until enough batches have come in for another look, at the speed since the previous one. */
function nextRhythm(counters: RunCounters, last: Rhythm | null, now: number): Rhythm {
  const completed = counters.completedBatches;
  const before = last ?? { at: now, completed, waitMs: FIRST_WAIT_MS };
  const came = completed - before.completed;
  const wantedMs = came > 0 ? ((now - before.at) * lookBatches(counters)) / came : Infinity;
  const longestMs = Math.min(2 * before.waitMs, OUT_LOOK_MS);
  return { at: now, completed, waitMs: Math.min(Math.max(wantedMs, LOOK_MS), longestMs) };
}

/** Number of batches that are worth a look: the look writes two rows, and a batch little more than one. */
function lookBatches({ totalBatches }: RunCounters): number {
  return Math.min(LOOK_BATCHES, Math.ceil(totalBatches / 10));
}
