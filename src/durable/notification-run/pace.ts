// When a run does what: when it looks next, cuts the next page, writes progress, and takes silence for a loss. Pure:
// the state and the present go in, a time comes out. All of a run's intervals are here, since they interlock; the
// waits before a recipient is tried again are in domain/notifications/run/retry.ts.
//
// A look costs an alarm, and, where counters have changed, a write to the database. Looks are therefore as rare as
// they can be without anybody noticing: about one for LOOK_BATCHES batches while they come in, every OUT_LOOK_MS
// while they do not, every QUIET_LOOK_MS while all that is left to do is to wait for a time.
import type { RunCounters } from "../../domain/notifications/run/save-progress.ts";
import { MINUTE_MS, SECOND_MS } from "../../kit/time.ts";
import type { RunState } from "./state.ts";

/** Batches that are worth a look; a small run looks at each tenth of its batches. See `lookBatches`. */
const LOOK_BATCHES = 10;

/** The run looks, and writes progress, no more often than this while batches come in, ms: owners watch by eye. */
export const LOOK_MS = SECOND_MS;

/** The first wait for batches, ms. A wait is at most double the last one, so that a fast run is soon noticed. */
const FIRST_WAIT_MS = LOOK_MS / 2;

/**
 * The run looks at least this often while batches are in the queue or at work, ms. An idle object loses its memory
 * after ten seconds, and memory is where silence is measured and claims are.
 */
export const OUT_LOOK_MS = 8 * SECOND_MS;

/** How often progress of fewer batches than are worth a look is written, ms. */
export const SLOW_PROGRESS_MS = 30 * SECOND_MS;

/**
 * A run that has nothing to do looks, and writes its counters although they are as they were, this often, ms. The
 * cron takes a run whose row has not changed for five minutes for dead, and starts it again.
 */
export const QUIET_LOOK_MS = 4 * MINUTE_MS;

/** An alarm that failed comes again after this, ms: a database or queue that is overloaded gets time to recover. */
export const REDO_AFTER_MS = 5 * SECOND_MS;

/**
 * When nothing was heard for this long, batches that nobody claimed are taken for lost, ms. Two looks at least fall
 * into it. It is also how long an object that has just woken up waits for reports on claims it no longer knows of.
 */
export const STALL_MS = 20 * SECOND_MS;

/**
 * Each time that lost batches are put into the queue again in vain, the silence that means a loss doubles up to
 * this, ms: it may be the queue that is behind, and more messages would not help it.
 */
export const MAX_STALL_MS = 10 * MINUTE_MS;

/**
 * A claim is void after this, ms. Fifty sends of at most 10 s each, six at a time, take 90 s; a new bearer token and
 * the report come on top.
 */
export const CLAIM_MS = 150 * SECOND_MS;

/**
 * A batch that is still lost this long after its message expired is given up, ms. A message that waited in a slow
 * queue until it expired can still be reported on until then; it is longer than MAX_STALL_MS.
 */
export const GIVEN_UP_AFTER_MS = 15 * MINUTE_MS;

/** Batches that may be in the queue or at work before cutting waits for some to be reported on. */
export const MAX_OUT = 400;

/** Batches that may wait for a retry before cutting waits: a provider that is down gets no more to refuse. */
export const MAX_WAITING = 4000;

/** Where a run stands, as far as its pace depends on it. */
export interface RunView {
  state: Pick<RunState, "phase" | "wave" | "waves" | "stopped">;
  /** Batches that are not done. */
  open: number;
  /** When each of those that wait for a retry is due, by batch, ms. */
  retriesDue: ReadonlyMap<number, number>;
}

/** The progress that the database has, and since when. */
export interface SavedProgress {
  counters: RunCounters;
  /** ms. */
  at: number;
}

/** What a look learnt of the speed at which batches come in. */
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

/** When the next page may be cut, ms: `now` at the earliest. null: not before batches are reported on, or never. */
export function nextCutAt(view: RunView, now: number): number | null {
  return cutAt(view, now, MAX_OUT);
}

/** When the run looks next after a report on a batch, unless it does before, ms. */
export function lookAfterReport(view: RunView, isStopping: boolean, now: number): number {
  // Cutting goes on once half of the batches have come back, not for each single one.
  const canCut = cutAt(view, now, MAX_OUT / 2) === now;
  return isStopping || isOver(view) || canCut ? now : now + OUT_LOOK_MS;
}

/** When the next page may be cut if fewer than `maxOut` batches may be in the queue or at work. */
function cutAt({ state, open, retriesDue }: RunView, now: number, maxOut: number): number | null {
  if (state.phase !== "cutting") return null;
  const wave = state.waves[state.wave];
  // All waves are cut, or the rest is cut for the records alone: there is nothing to wait for.
  if (!wave || state.stopped) return now;
  const waiting = retriesDue.size;
  if (open - waiting >= maxOut || waiting >= MAX_WAITING) return null;
  return Math.max(wave.at, now);
}

/** When `counters` are to be written, ms: the sooner, the more is new. `saved` null: what was written is not known. */
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
 * When the run looks next unless a call wakes it before, ms, and the rhythm to give to the next look. `isBusy`: this
 * look left something undone. `last`: the rhythm of the look before; null where there was none.
 */
export function nextLook(
  run: RunView & {
    counters: RunCounters;
    saved: SavedProgress | null;
    isBusy: boolean;
    last: Rhythm | null;
  },
  now: number,
): { at: number; rhythm: Rhythm | null } {
  const { open, retriesDue, counters, saved, isBusy, last } = run;
  const looks = [now + QUIET_LOOK_MS, Math.max(now, progressDueAt(counters, saved))];
  const cut = nextCutAt(run, now);
  if (cut !== null) looks.push(cut);
  if (isBusy || isOver(run)) looks.push(now);
  let rhythm = last;
  if (open > retriesDue.size) {
    rhythm = nextRhythm(counters, last, now);
    looks.push(now + rhythm.waitMs);
  } else if (open > 0) {
    // All open batches wait for a retry. The first is looked after when it is due: its message may be lost.
    looks.push(Math.max(now + OUT_LOOK_MS, Math.min(...retriesDue.values())));
  }
  return { at: Math.min(...looks), rhythm };
}

/** The wait until enough batches have come in for another look, at the speed since the last one. */
function nextRhythm(counters: RunCounters, last: Rhythm | null, now: number): Rhythm {
  const completed = counters.completedBatches;
  const before = last ?? { at: now, completed, waitMs: FIRST_WAIT_MS };
  const came = completed - before.completed;
  const wantedMs = came > 0 ? ((now - before.at) * lookBatches(counters)) / came : Infinity;
  const longestMs = Math.min(2 * before.waitMs, OUT_LOOK_MS);
  return { at: now, completed, waitMs: Math.min(Math.max(wantedMs, LOOK_MS), longestMs) };
}

/** How many batches are worth a look: the look writes two rows, each batch writes two. */
function lookBatches({ totalBatches }: RunCounters): number {
  return Math.min(LOOK_BATCHES, Math.ceil(totalBatches / 10));
}
