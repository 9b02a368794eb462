// What is to be known before a draft goes out, besides to how many: for how many it would be night, who gets which language,
// and whether everyone was sent something today.
import { z } from "zod";
import { parseLocalTime } from "../../kit/given-time.ts";
import { parse } from "../../kit/parse.ts";
import { DAY_MS, HOUR_MS } from "../../kit/time.ts";
import { offsetsOf } from "../../kit/zones.ts";
import type { App } from "../apps/find-app.ts";
import type { MakeUp, Shares } from "../audiences/audience.ts";
import { makeUpOf } from "../audiences/make-up.ts";
import { Targeting } from "../audiences/targeting.ts";
import type { AccountCtx } from "../context.ts";
import { translationsIn } from "../notifications/content.ts";
import { lastToAll } from "../notifications/last-to-all.ts";
import { parseLocal } from "../notifications/zones.ts";
import type { DraftFields } from "./draft-fields.ts";
import { scheduleInputOf } from "./input-of.ts";
import { isForEverybody } from "./publish-draft.ts";

const Aimed = z.object({ targeting: Targeting });

/** When people sleep: from this hour of their day on, and before that one. */
export const NIGHT = { from: 22, to: 7 };

export interface LookAhead {
  /** How many have told a zone in which it is night then; of one at local time, all or nobody. */
  night: number;
  /** How many get each translation, by its name in the draft; null is for the text that is not one. */
  languages: Shares;
  /** What everyone was sent within a day; null for nothing, or where it is not for everyone. */
  last: { title: string; at: number } | null;
}

/** Looks at the audience of a draft. Refuses `invalid`, and `rate_limited` as an estimate does. */
export async function lookAhead(
  ctx: AccountCtx,
  app: App,
  fields: DraftFields,
): Promise<LookAhead> {
  const { targeting: audience } = parse(Aimed, { targeting: fields.targeting });
  const [makeUp, last] = await Promise.all([
    makeUpOf(ctx, app, audience),
    isForEverybody(ctx, app, fields).then(async (is) => (is ? lastToAll(ctx, app) : null)),
  ]);
  const nameFor = translationsIn(fields.translations.map(({ language }) => language));
  const languages: Shares = new Map();
  let others = makeUp.total;
  for (const [language, count] of makeUp.languages) {
    const name = nameFor(language);
    if (name === null) continue;
    languages.set(name, (languages.get(name) ?? 0) + count);
    others -= count;
  }
  languages.set(null, others);
  return { night: atNight(ctx.now(), fields, makeUp), languages, last };
}

function atNight(now: number, fields: DraftFields, { total, zones }: MakeUp): number {
  const { scheduled_at: at, scheduled_local: local } = scheduleInputOf(fields);
  if (local !== null) {
    const wall = parseLocal(parseLocalTime(local) ?? "");
    return wall !== null && isNight(wall) ? total : 0;
  }
  const then = at === null ? now : Date.parse(at);
  let sleep = 0;
  for (const [zone, count] of zones) {
    const offsetAt = zone === null ? null : offsetsOf(zone);
    if (offsetAt && isNight(then + offsetAt(then))) sleep += count;
  }
  return sleep;
}

/** Whether it is night at a local time, ms as if it were UTC. */
function isNight(wall: number): boolean {
  const hour = (wall % DAY_MS) / HOUR_MS;
  return hour >= NIGHT.from || hour < NIGHT.to;
}
