// Reads a run's audience page by page, and cuts it into batches, each of which becomes a message in the batch queue.
import type { Ctx } from "../../domain/context.ts";
import { audiencePage, audienceZones, countAudience } from "../../domain/audiences/audience.ts";
import type { BatchMessage, Recipient } from "../../domain/ports/notifications.ts";
import { maxSubscriberId } from "../../domain/audiences/recipients.ts";
import type { RunInfo } from "../../domain/notifications/run/load-run.ts";
import type { Resolved } from "../../domain/audiences/targeting.ts";
import { namesTags } from "../../domain/audiences/tagged.ts";
import { zoneDueTimes } from "../../domain/notifications/zones.ts";
import { presentCredentials, standingRefusals } from "../../domain/subscribers/credentials.ts";
import { chunks } from "../../kit/chunks.ts";
import type { Carrier } from "../../kit/push/credentials.ts";
import type { CallBudget } from "./call-budget.ts";
import { refusalsOf } from "../../domain/notifications/run/findings.ts";
import { frozenAudience } from "./frozen.ts";
import type { RunState, Wave } from "./state.ts";
import type { RunStore } from "./store.ts";

/** Batches in a page, which is what is read from the database at once. */
export const PAGE_BATCHES = 20;
/** Most calls for a page: one reads it, and its messages may be too large for one or two calls of the queue. */
export const CUT_CALLS = 4;
/** Calls that find out who has the tags of an audience, before the page is read. */
const TAG_CALLS = 1;

/**
 * Counts the audience, and moves the run to `cutting`. All its batches are of the size that is configured now: how many there
 * will be is told from the beginning.
 */
export async function beginCutting(ctx: Ctx, store: RunStore, info: RunInfo): Promise<void> {
  const audience = frozenAudience(store, info);
  const [upTo, { total }, waves] = await Promise.all([
    maxSubscriberId(ctx, info.appId),
    countAudience(ctx, info.appId, audience),
    wavesOf(ctx, info, audience),
  ]);
  const { batchSize } = ctx;
  store.save({ ...store.present, phase: "cutting", upTo, waves, expected: total, batchSize });
}

/** A batch that is not enqueued, since nobody in it would be asked, and why. */
export interface RefusedBatch {
  batch: number;
  reason: string;
}

/**
 * Cuts the next page, which has to be due, and enqueues its batches; moves the run to `draining` when there is no page left.
 * `calls` is what the look has left beyond CUT_CALLS. The batches of a stopped run are cut too, so that each recipient gets a
 * result, but are not sent. Returns the batches whose recipients are all of one provider that can't be used any more; they are
 * not enqueued. Returns null, and cuts nothing, when `calls` are too few for the tags of the audience.
 */
export async function cutPage(
  ctx: Ctx,
  store: RunStore,
  info: RunInfo,
  calls: CallBudget,
): Promise<RefusedBatch[] | null> {
  const { waves, wave, after, upTo, batchSize } = store.present;
  const due = waves[wave];
  if (!due) {
    store.save({ ...store.present, phase: "draining" });
    return [];
  }
  const audience = frozenAudience(store, info);
  if (namesTags(audience) && !calls.take(TAG_CALLS)) return null;
  const range = { after, upTo, zones: due.zones, limit: PAGE_BATCHES * batchSize };
  const { recipients: found, next: following } = await audiencePage(
    ctx,
    info.appId,
    audience,
    range,
  );
  // Only the alarm cuts. All that can have changed meanwhile is that the run was stopped.
  const { present } = store;
  // A subscriber who changed zones since an earlier wave was cut may be found a second time.
  const page = wave === 0 ? found : notTaken(store, found);
  const batches = chunks(page, batchSize);
  const next = stateAfter(present, following, page.length, batches.length);
  if (batches.length === 0) {
    store.save(next);
    return [];
  }
  const firstBatch = present.batches;
  const expiresAt = Math.max(due.at, info.startedAt) + info.ttlMs;
  const ids = batches.map((batch) => batch.map(({ id }) => id));
  const providers = batches.map((batch) => batch.map(({ provider }) => provider));
  store.saveCut({ firstBatch, expiresAt, batches: ids, providers }, next);
  const { notificationId, stopped } = present;
  if (stopped !== null) return [];
  const refusals = refusalsOf(present.findings);
  // Where no call is left to find out which refusals still stand, the consumers of the batches will.
  const isKnown = Object.keys(refusals).length > 0 && calls.take(1);
  const reasons = standingRefusals(
    isKnown ? refusals : {},
    isKnown ? await presentCredentials(ctx, info.appId) : [],
  );
  const refused: RefusedBatch[] = [];
  const messages: BatchMessage[] = [];
  for (const [place, recipients] of batches.entries()) {
    const batch = firstBatch + place;
    const reason = reasonOf(recipients, reasons);
    if (reason === null)
      messages.push({
        lane: "ordinary",
        notificationId,
        batch,
        attempt: 1,
        expiresAt,
        recipients,
      });
    else refused.push({ batch, reason });
  }
  // If the queue does not take the messages, the alarm finds the batches to be lost.
  await ctx.enqueueBatches(messages, 0);
  return refused;
}

/** Why nobody of these recipients is to be asked, if they are all of one provider that can't be used; else null. */
function reasonOf(
  recipients: readonly Recipient[],
  reasons: ReadonlyMap<Carrier, string>,
): string | null {
  const [first] = recipients;
  const isOne = recipients.every(({ provider }) => provider === first?.provider);
  return first && isOne ? (reasons.get(first.provider) ?? null) : null;
}

/** Returns the state after `recipients` were cut into `batches`, where the page that follows begins after `following`. */
function stateAfter(
  state: RunState,
  following: number | null,
  recipients: number,
  batches: number,
): RunState {
  return {
    ...state,
    batches: state.batches + batches,
    recipients: state.recipients + recipients,
    after: following ?? 0,
    wave: state.wave + (following === null ? 1 : 0),
  };
}

function notTaken(store: RunStore, found: Recipient[]): Recipient[] {
  const [first, last] = [found[0], found.at(-1)];
  if (!first || !last) return [];
  const taken = store.pages.recipientsAround(first.id, last.id);
  return found.filter(({ id }) => !taken.has(id));
}

/**
 * Returns the waves. The last one is for all who are left, also those who moved meanwhile to the zone of an earlier
 * wave.
 */
async function wavesOf(ctx: Ctx, info: RunInfo, audience: Resolved): Promise<Wave[]> {
  if (info.scheduledLocal === null) return [{ at: 0, zones: null }];
  const zones = await audienceZones(ctx, info.appId, audience);
  const due = new Map<number, string[]>();
  for (const [zone, at] of zoneDueTimes(info.scheduledLocal, zones)) {
    due.set(at, [...(due.get(at) ?? []), zone]);
  }
  const waves = [...due].toSorted(([a], [b]) => a - b);
  return waves.map(([at, names], place) => {
    return { at, zones: place === waves.length - 1 ? null : names };
  });
}
