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
  tagSets,
  tagSpans,
  type Members,
  type TagSets,
  type TagSpan,
} from "../subscribers/tag-blocks.ts";
import type { Audience } from "./targeting.ts";

/** Most blocks of one tag that are read at once: they travel in one text, which D1 limits to two megabytes. */
const MOST_BLOCKS_OF_TAG = 10_000;

/** What is read and listed for one stretch. */
export interface StretchBounds {
  /** Most blocks of all tags together, but one of each at least. */
  blocks: number;
  /** How many ids a list has when it ends with the block that it has reached. */
  ids: number;
}

/** Some of an app's subscribers: those with ids after `after`, up to `upTo`, who are in `audience`. */
export interface Stretch {
  audience: Audience;
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
  audience: Audience,
  { after, upTo }: { after: number; upTo: number },
  bounds: StretchBounds,
): AsyncGenerator<Stretch> {
  if (!namesTags(audience)) {
    yield { audience, after, upTo };
    return;
  }
  const named = [...new Set(tagsIn(audience))];
  const whole = grouped(audience);
  const spans = await tagSpans(ctx, appId, named, after);
  for (let at = after; at < upTo;) {
    const left = spans.filter(({ last }) => last >= blockOf(at + 1));
    const tags = left.map(({ tag }) => tag);
    const range = blocksFrom(at, left, bounds.blocks);
    const known = await tagSets(ctx, appId, tags, range);
    const { lists, reached } = listed(whole, tags, known, bounds.ids);
    const last = reached ?? range.last;
    const isLast = left.every((span) => span.last <= last);
    const end = isLast ? upTo : Math.min(upTo, (last + 1) * BLOCK_IDS - 1);
    yield { audience: replaced(whole, lists), after: at, upTo: end };
    at = end;
  }
}

/** The blocks to read next for subscribers after `after`. */
function blocksFrom(after: number, spans: readonly TagSpan[], most: number) {
  const present = blockOf(after + 1);
  const first = spans.reduce((least, span) => Math.min(least, span.first), Infinity);
  const count = Math.floor(most / Math.max(1, spans.length));
  const begin = Number.isFinite(first) ? Math.max(present, first) : present;
  return { first: begin, last: begin + Math.min(MOST_BLOCKS_OF_TAG, Math.max(1, count)) - 1 };
}

/**
 * Lists whom the parts of a grouped audience are about, block by block, until a list has `most` ids. `reached` is the block
 * where that was, null if it was none.
 */
function listed(whole: Audience, tags: readonly string[], known: TagSets, most: number) {
  const places = new Map(tags.map((tag, place) => [tag, place]));
  const parts = partsOf(whole).map((part) => {
    const set = evaluate(part, known, places);
    const isOfOthers = hasUntagged(set);
    return { part, list: { isOfOthers, ids: [] as number[] }, set: isOfOthers ? others(set) : set };
  });
  const lists = new Map<Audience, Listed>(parts.map(({ part, list }) => [part, list]));
  for (const [place, block] of known.blocks.entries()) {
    for (const { list, set } of parts) list.ids.push(...idsIn(known, place, set));
    if (parts.some(({ list }) => list.ids.length >= most)) return { lists, reached: block };
  }
  return { lists, reached: null };
}

/** Whom a part holds for. */
function evaluate(part: Audience, known: TagSets, places: ReadonlyMap<string, number>): Members {
  if (part.type === "tags") {
    const sets = part.tags.map((tag) => known.sets[places.get(canonicalText(tag)) ?? -1]);
    if (part.match === "all" && sets.includes(undefined)) return nobody(known.blocks);
    const had = sets.filter((set) => set !== undefined);
    return part.match === "any" ? union(known, had) : intersection(known, had);
  }
  const inner = "of" in part ? part.of.map((each) => evaluate(each, known, places)) : [];
  if (part.type === "any_of") return union(known, inner);
  // Where there are no conditions all of them hold, as for `all`.
  const all = intersection(known, inner);
  return part.type === "not" ? others(all) : all;
}

function union({ blocks }: TagSets, sets: readonly Members[]): Members {
  const all = nobody(blocks);
  for (const set of sets) include(all, set);
  return all;
}

function intersection({ blocks }: TagSets, sets: readonly Members[]): Members {
  const all = others(nobody(blocks));
  for (const set of sets) keep(all, set);
  return all;
}

/** `audience` with those conditions of each combination put together that are about tags alone. */
function grouped(audience: Audience): Audience {
  if (!("of" in audience) || isOfTags(audience)) return audience;
  const together = audience.of.filter(isOfTags);
  const apart = audience.of.filter((inner) => !isOfTags(inner)).map(grouped);
  const type = audience.type === "any_of" ? "any_of" : "all_of";
  const joined: Audience[] = together.length > 1 ? [{ type, of: together }] : together;
  return { type: audience.type, of: [...joined, ...apart] };
}

/** The parts of a grouped audience that are about tags alone. */
function partsOf(audience: Audience): Audience[] {
  if (isOfTags(audience)) return [audience];
  return "of" in audience ? audience.of.flatMap(partsOf) : [];
}

/** A grouped audience with the lists in place of its parts. */
function replaced(audience: Audience, lists: ReadonlyMap<Audience, Listed>): Audience {
  const list = lists.get(audience);
  if (list) {
    const these: Audience = { type: "subscribers", ids: list.ids };
    return list.isOfOthers ? { type: "not", of: [these] } : these;
  }
  if (!("of" in audience)) return audience;
  return { type: audience.type, of: audience.of.map((inner) => replaced(inner, lists)) };
}

/** Whether an audience has a condition on tags. */
export function namesTags(audience: Audience): boolean {
  return "of" in audience ? audience.of.some(namesTags) : audience.type === "tags";
}

/** Whether a condition is about tags alone. */
function isOfTags(audience: Audience): boolean {
  return namesTags(audience) && isAboutNothingElse(audience);
}

function isAboutNothingElse(audience: Audience): boolean {
  if ("of" in audience) return audience.of.every(isAboutNothingElse);
  return audience.type === "tags" || audience.type === "all";
}

/** The tags that an audience names, in their one form. */
function tagsIn(audience: Audience): string[] {
  if ("of" in audience) return audience.of.flatMap(tagsIn);
  return audience.type === "tags" ? audience.tags.map(canonicalText) : [];
}
