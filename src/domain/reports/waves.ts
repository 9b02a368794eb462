// When a scheduled notification goes out to how many, as its audience is now: to all at once, or zone by zone.
import { RefusalError } from "../../kit/refusal.ts";
import type { MakeUp } from "../audiences/audience.ts";
import { makeUpOf } from "../audiences/make-up.ts";
import { EVERYBODY, type Audience } from "../audiences/targeting.ts";
import type { AccountCtx } from "../context.ts";
import type { OfApp } from "../notifications/find-notification.ts";
import { zoneDueTimes } from "../notifications/zones.ts";

/** Most zones of a wave that are named, those with the most people. */
const NAMED = 3;

/** Those whose local time comes at the same moment. */
export interface Wave {
  at: number;
  count: number;
  /** The zones of most of them; null is for who has told none, and gets it by UTC. */
  zones: (string | null)[];
}

export interface Waves {
  total: number;
  /** In the order in which they come; none of one that goes to all at once. There are as many as offsets from UTC. */
  waves: Wave[];
}

/** Counts whom a scheduled notification would reach; null while others count, or where its segment is gone. */
export async function wavesOf(
  ctx: AccountCtx,
  { app, notification }: OfApp,
): Promise<Waves | null> {
  const { scheduledLocal, targeting } = notification;
  try {
    const makeUp = await makeUpOf(ctx, app, (targeting as Audience | null) ?? EVERYBODY);
    const waves = scheduledLocal === null ? [] : byMoment(scheduledLocal, makeUp);
    return { total: makeUp.total, waves };
  } catch (error) {
    if (error instanceof RefusalError) return null;
    throw error;
  }
}

function byMoment(local: string, { zones }: MakeUp): Wave[] {
  const due = zoneDueTimes(
    local,
    [...zones.keys()].map((zone) => zone ?? "UTC"),
  );
  const waves = new Map<number, Wave>();
  const most = [...zones].toSorted(([, a], [, b]) => b - a);
  for (const [zone, count] of most) {
    const at = due.get(zone ?? "UTC") ?? 0;
    const wave = waves.get(at) ?? { at, count: 0, zones: [] };
    wave.count += count;
    if (wave.zones.length < NAMED) wave.zones.push(zone);
    waves.set(at, wave);
  }
  return [...waves.values()].toSorted((a, b) => a.at - b.at);
}
