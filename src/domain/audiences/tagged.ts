// Conditions on tags, evaluated here from the blocks of `tag_blocks`. The parts of an audience that are about tags alone
// become lists of subscribers, for one stretch of ids after the other, so that no query looks through the app for a tag,
// and none reads or lists much at once. Where a part holds for who has no tag, the list has those for whom it does not.
import type { Ctx } from "../context.ts";
import { canonicalText } from "../subscribers/facts/text.ts";
import {
  BLOCK_IDS,
  blockOf,
  hasUntagged,
  idsIn,
  include,
  keep,
  nobody,
  others,
  readBlocks,
  runsOf,
  tagSets,
  type Members,
  type TagSets,
} from "../subscribers/tag-blocks.ts";
import type { Resolved } from "./targeting.ts";

/** Numbers of 30 ids that sets have, about: with 7,600 tags, the most that an audience can name, they take 8 MB. */
const RUN_WORDS = 256;

/** What is read and listed at once. */
export interface StretchBounds {
  /** Most blocks of all tags together that are read, but a few of each. */
  blocks: number;
  /** How many ids a list has when its stretch ends with the block that it has reached. */
  ids: number;
}

/** Some of an app's subscribers: those with ids after `after`, up to `upTo`, who are in `audience`. */
export interface Stretch {
  audience: Resolved;
  after: number;
  upTo: number;
}

/** Whom a part is about. */
interface Listed {
  /** Whether it holds for everybody but those. */
  isOfOthers: boolean;
  ids: number[];
}

/**
 * Divides the app's subscribers with ids after `after`, up to `upTo`, into stretches in the order of their ids. For an
 * audience without a condition on tags that is one.
 */
export async function* stretches(
  ctx: Ctx,
  appId: number,
  audience: Resolved,
  { after, upTo }: { after: number; upTo: number },
  bounds: StretchBounds,
): AsyncGenerator<Stretch> {
  if (!namesTags(audience)) {
    yield { audience, after, upTo };
    return;
  }
  const whole = grouped(audience);
  const { tags, places } = placesOf(tagConditions(whole));
  for (let at = after; at < upTo;) {
    const read = { from: blockOf(at + 1), most: bounds.blocks };
    const { blocks, last } = await readBlocks(ctx, appId, tags, read);
    let lists = new Map<Resolved, Listed>();
    for (const run of runsOf(blocks, RUN_WORDS)) {
      const known = tagSets(run, tags.length);
      const parts = partsOf(whole).map((part) => ({ part, ...partIn(part, known, places) }));
      for (const { part, isOfOthers } of parts) {
        if (!lists.has(part)) lists.set(part, { isOfOthers, ids: [] });
      }
      for (const block of known.blocks) {
        for (const { part, set } of parts) lists.get(part)?.ids.push(...idsIn(block, set));
        const end = endOf(block.block);
        const isFull = [...lists.values()].some(({ ids }) => ids.length >= bounds.ids);
        if (isFull && block.block !== blocks.at(-1)?.block && end < upTo) {
          yield { audience: replaced(whole, lists), after: at, upTo: end };
          at = end;
          lists = new Map(parts.map(({ part, isOfOthers }) => [part, { isOfOthers, ids: [] }]));
        }
      }
    }
    const end = last === null ? upTo : Math.min(upTo, endOf(last));
    yield { audience: replaced(whole, lists), after: at, upTo: end };
    at = end;
  }
}

/** The last id of a block. */
function endOf(block: number): number {
  return (block + 1) * BLOCK_IDS - 1;
}

/** The tags that conditions name, each once and in its one form, and their places of each condition. */
function placesOf(conditions: readonly TagCondition[]) {
  const placeOf = new Map<string, number>();
  const places = new Map<Resolved, number[]>();
  for (const condition of conditions) {
    const own = condition.tags.map((given) => {
      const tag = canonicalText(given);
      const place = placeOf.get(tag) ?? placeOf.size;
      placeOf.set(tag, place);
      return place;
    });
    places.set(condition, own);
  }
  return { tags: [...placeOf.keys()], places };
}

/** Whom a part is about in some blocks, as a set. */
function partIn(part: Resolved, known: TagSets, places: ReadonlyMap<Resolved, number[]>) {
  const set = evaluate(part, known, places);
  const isOfOthers = hasUntagged(set);
  return { isOfOthers, set: isOfOthers ? others(set) : set };
}

/** Whom a part holds for. */
function evaluate(
  part: Resolved,
  known: TagSets,
  places: ReadonlyMap<Resolved, number[]>,
): Members {
  if (part.type === "tags") {
    const sets = (places.get(part) ?? []).map((place) => known.sets[place]);
    if (part.match === "all" && sets.includes(undefined)) return nobody(known);
    const had = sets.filter((set) => set !== undefined);
    return part.match === "any" ? union(known, had) : intersection(known, had);
  }
  const inner = "of" in part ? part.of.map((each) => evaluate(each, known, places)) : [];
  if (part.type === "any_of") return union(known, inner);
  // Where there are no conditions all of them hold, as for `all`.
  const all = intersection(known, inner);
  return part.type === "not" ? others(all) : all;
}

function union(known: TagSets, sets: readonly Members[]): Members {
  const all = nobody(known);
  for (const set of sets) include(all, set);
  return all;
}

function intersection(known: TagSets, sets: readonly Members[]): Members {
  const all = others(nobody(known));
  for (const set of sets) keep(all, set);
  return all;
}

/** `audience` with those conditions of each combination put together that are about tags alone. */
function grouped(audience: Resolved): Resolved {
  if (!("of" in audience) || isOfTags(audience)) return audience;
  const together = audience.of.filter(isOfTags);
  const apart = audience.of.filter((inner) => !isOfTags(inner)).map(grouped);
  const type = audience.type === "any_of" ? "any_of" : "all_of";
  const joined: Resolved[] = together.length > 1 ? [{ type, of: together }] : together;
  return { type: audience.type, of: [...joined, ...apart] };
}

/** The parts of a grouped audience that are about tags alone. */
function partsOf(audience: Resolved): Resolved[] {
  if (isOfTags(audience)) return [audience];
  return "of" in audience ? audience.of.flatMap(partsOf) : [];
}

/** A grouped audience with the lists in place of its parts. */
function replaced(audience: Resolved, lists: ReadonlyMap<Resolved, Listed>): Resolved {
  const list = lists.get(audience);
  if (list) {
    const these: Resolved = { type: "subscribers", ids: list.ids };
    return list.isOfOthers ? { type: "not", of: [these] } : these;
  }
  if (!("of" in audience)) return audience;
  return { type: audience.type, of: audience.of.map((inner) => replaced(inner, lists)) };
}

/** Whether an audience has a condition on tags. */
export function namesTags(audience: Resolved): boolean {
  return "of" in audience ? audience.of.some(namesTags) : audience.type === "tags";
}

/** Whether a condition is about tags alone. */
function isOfTags(audience: Resolved): boolean {
  return namesTags(audience) && isAboutNothingElse(audience);
}

function isAboutNothingElse(audience: Resolved): boolean {
  if ("of" in audience) return audience.of.every(isAboutNothingElse);
  return audience.type === "tags" || audience.type === "all";
}

type TagCondition = Extract<Resolved, { type: "tags" }>;

/** The conditions on tags. */
function tagConditions(audience: Resolved): TagCondition[] {
  if ("of" in audience) return audience.of.flatMap(tagConditions);
  return audience.type === "tags" ? [audience] : [];
}
