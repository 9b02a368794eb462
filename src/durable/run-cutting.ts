// Reads a run's audience page by page and cuts it into batches, each a message to the delivery queue.
import type { Ctx } from "../domain/context.ts";
import { audiencePage, audienceZones, countAudience } from "../domain/notifications/audience.ts";
import { BATCH_SIZE, type DeliveryMessage, type Recipient } from "../domain/ports/notifications.ts";
import { maxSubscriberId } from "../domain/notifications/recipients.ts";
import type { RunInfo } from "../domain/notifications/run.ts";
import { zoneDueTimes } from "../domain/notifications/zones.ts";
import { chunks } from "../kit/chunks.ts";
import type { RunState, RunStore, Step } from "./run-state.ts";

/** Recipients read from the database at once: 20 batches. */
const PAGE_SIZE = 20 * BATCH_SIZE;
/** Calls a page takes: it is read, and its messages are more than one call to the queue takes. */
export const CUT_CALLS = 4;
/** Batches that may be in the queue or at work before cutting waits for some to come back. */
const MAX_IN_FLIGHT = 400;
/** Batches that may wait to be tried again before cutting waits: a provider that is down is not flooded. */
const MAX_WAITING = 4000;

/** Looks at the audience, and makes the run one whose batches are cut. */
export async function beginCutting(ctx: Ctx, store: RunStore, info: RunInfo): Promise<void> {
  const [upTo, { total }, steps] = await Promise.all([
    maxSubscriberId(ctx, info.appId),
    countAudience(ctx, info.appId, info.audience),
    stepsOf(ctx, info),
  ]);
  const { providers } = info;
  store.save({ ...store.present, phase: "dispatching", upTo, steps, providers, expected: total });
}

/** When the next page may be cut, ms: `now` at the earliest; null: not before batches come back, or never. */
export function nextCut(store: RunStore, now: number): number | null {
  return cutAbove(store, now, 0);
}

/** Whether so many batches have come back that it is worth going on with cutting. */
export function isReadyToCut(store: RunStore, now: number): boolean {
  return cutAbove(store, now, MAX_IN_FLIGHT / 2) === now;
}

function cutAbove(store: RunStore, now: number, room: number): number | null {
  const { phase, step, steps, stopped } = store.present;
  if (phase !== "dispatching") return null;
  const present = steps[step];
  // nothing is sent any more: there is nothing to wait for
  if (!present || stopped) return now;
  const waiting = store.retriesDue.size;
  if (store.out - waiting + room >= MAX_IN_FLIGHT || waiting >= MAX_WAITING) return null;
  return Math.max(present.at, now);
}

/**
 * Cuts the next page, which has to be due, and puts its batches into the queue. A stopped run's batches are
 * cut all the same, so that everybody is accounted for, but nobody gets them.
 */
export async function cutPage(ctx: Ctx, store: RunStore, info: RunInfo): Promise<void> {
  const { steps, step, after, upTo } = store.present;
  const due = steps[step];
  if (!due) return store.save({ ...store.present, phase: "draining" });
  const found = await audiencePage(ctx, info.appId, info.audience, {
    after,
    upTo,
    zones: due.zones,
    limit: PAGE_SIZE,
  });
  // only the alarm cuts: what can have changed meanwhile is that the run was stopped
  const { present } = store;
  // who moved to another zone since an earlier step was cut may be found again
  const page = step === 0 ? found : notTaken(store, found);
  const batches = chunks(page, BATCH_SIZE);
  const isLast = found.length < PAGE_SIZE;
  const next: RunState = {
    ...present,
    batches: present.batches + batches.length,
    recipients: present.recipients + page.length,
    after: isLast ? 0 : (found.at(-1)?.id ?? 0),
    step: present.step + (isLast ? 1 : 0),
  };
  if (batches.length === 0) return store.save(next);
  const firstBatch = present.batches;
  const expiresAt = Math.max(due.at, info.startedAt) + info.ttlMs;
  const ids = batches.map((batch) => batch.map(({ id }) => id));
  store.cut({ firstBatch, expiresAt, batches: ids }, next);
  const { notificationId, stopped } = present;
  if (stopped) return;
  const messages = batches.map((recipients, at): DeliveryMessage => {
    const batch = firstBatch + at;
    return { kind: "delivery", notificationId, batch, attempt: 1, expiresAt, recipients };
  });
  // what the queue does not take is found by the alarm
  await ctx.enqueueDeliveries(messages, 0);
}

function notTaken(store: RunStore, found: Recipient[]): Recipient[] {
  const [first, last] = [found[0], found.at(-1)];
  if (!first || !last) return [];
  const taken = store.taken(first.id, last.id);
  return found.filter(({ id }) => !taken.has(id));
}

/** The last step is for all who are left: also who moved meanwhile to a zone that had its turn. */
async function stepsOf(ctx: Ctx, info: RunInfo): Promise<Step[]> {
  if (info.scheduledLocal === null) return [{ at: 0, zones: null }];
  const zones = await audienceZones(ctx, info.appId, info.audience);
  const due = new Map<number, string[]>();
  for (const [zone, at] of zoneDueTimes(info.scheduledLocal, zones)) {
    due.set(at, [...(due.get(at) ?? []), zone]);
  }
  const steps = [...due].toSorted(([a], [b]) => a - b);
  return steps.map(([at, names], place) => {
    return { at, zones: place === steps.length - 1 ? null : names };
  });
}
