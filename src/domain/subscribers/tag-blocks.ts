// Who has a tag, read from `tag_blocks`: a row holds a bit for each of BLOCK_IDS consecutive ids of subscribers, so that
// ten thousand subscribers with fifty tags are a thousand rows, and sets of them are computed 30 ids at a time. Triggers
// (migrations/0001) write the rows.
import { sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { subscribers, tagBlocks } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Ids in a block. A tag that few have still takes a row for each, so a row must not be long. The triggers know it. */
export const BLOCK_IDS = 480;
/** Bits in a character of `members`: with more, some characters would be escaped in JSON. The triggers know it. */
const DIGIT_BITS = 5;
/** The code of the character without any bit. */
const ZERO = 48;
/** Ids in a number of a set, since JavaScript computes with the bits of 32. */
const WORD_IDS = 30;
const WORDS = BLOCK_IDS / WORD_IDS;
/** Every id in a number. */
const FULL = 2 ** WORD_IDS - 1;

/** A set of subscribers: WORDS numbers for each block of the TagSets that it belongs to. */
export type Members = Int32Array;

/** Who has each of some tags, in some blocks. */
export interface TagSets {
  /** The numbers of the blocks, in their order. The first is NO_BLOCK: what holds there holds for who has no tag. */
  blocks: readonly number[];
  /** The set of each tag, in the place of the tag. */
  sets: readonly Members[];
}

/** A block in which nobody has a tag. */
const NO_BLOCK = -1;

/** A tag that some have, and the first and the last block in which they are. */
export interface TagSpan {
  tag: string;
  first: number;
  last: number;
}

const Spans = z.array(z.tuple([z.string(), z.int(), z.int()]));

/** The block of the subscriber with this id. */
export function blockOf(id: number): number {
  return Math.floor(id / BLOCK_IDS);
}

/** Returns where the app's subscribers have these tags, from the block of `after` on; tags that nobody has there are left out. */
export async function tagSpans(
  ctx: Ctx,
  appId: number,
  tags: readonly string[],
  after: number,
): Promise<TagSpan[]> {
  const edge = (order: "ASC" | "DESC") => sql`(SELECT had.block FROM ${tagBlocks} AS had
    WHERE had.app_id = ${appId} AND had.tag = named.value AND had.block >= ${blockOf(after + 1)}
    ORDER BY had.block ${sql.raw(order)} LIMIT 1)`;
  const [row] = await ctx.db.all<{ spans: string }>(
    sql`SELECT json_group_array(json_array(tag, first, last)) AS spans FROM (
      SELECT named.value AS tag, ${edge("ASC")} AS first, ${edge("DESC")} AS last
      FROM json_each(${JSON.stringify(tags)}) AS named) WHERE first IS NOT NULL`,
  );
  const spans = Spans.parse(JSON.parse(row?.spans ?? "[]"));
  return spans.map(([tag, first, last]) => ({ tag, first, last }));
}

/** Returns who has each of `tags` in the blocks from `first` to `last`. */
export async function tagSets(
  ctx: Ctx,
  appId: number,
  tags: readonly string[],
  { first, last }: { first: number; last: number },
): Promise<TagSets> {
  // One text for each tag: as many rows as there are blocks would take longer to travel than to read.
  const rows = await ctx.db.all<{ place: number; blocks: string | null }>(
    sql`SELECT named.key AS place, (SELECT group_concat(had.block || ':' || had.members) FROM ${tagBlocks} AS had
        WHERE had.app_id = ${appId} AND had.tag = named.value AND had.block BETWEEN ${first} AND ${last}) AS blocks
      FROM json_each(${JSON.stringify(tags)}) AS named`,
  );
  const read = rows.map(({ place, blocks }) => ({
    place,
    blocks: (blocks?.split(",") ?? []).map((text) => {
      const colon = text.indexOf(":");
      return { block: Number(text.slice(0, colon)), text, from: colon + 1 };
    }),
  }));
  const found = new Set([NO_BLOCK, ...read.flatMap((tag) => tag.blocks.map(({ block }) => block))]);
  const blocks = [...found].toSorted((a, b) => a - b);
  const placeOf = new Map(blocks.map((block, place) => [block, place]));
  const sets = tags.map(() => nobody(blocks));
  for (const tag of read) {
    const set = sets[tag.place];
    for (const { block, text, from } of set ? tag.blocks : []) {
      if (set) readBlock(text, from, set, (placeOf.get(block) ?? 0) * WORDS);
    }
  }
  return { blocks, sets };
}

/** Writes the block whose digits begin in `text` at `from` into `set`, at its number `to`. */
function readBlock(text: string, from: number, set: Members, to: number): void {
  let at = from;
  for (let word = to; word < to + WORDS; word += 1) {
    let bits = 0;
    for (let shift = 0; shift < WORD_IDS; shift += DIGIT_BITS, at += 1) {
      bits |= (text.charCodeAt(at) - ZERO) << shift;
    }
    set[word] = bits;
  }
}

/** The empty set. */
export function nobody(blocks: readonly number[]): Members {
  return new Int32Array(blocks.length * WORDS);
}

/** Those who are not in the set, with all ids of its blocks. */
export function others(set: Members): Members {
  return set.map((word) => ~word & FULL);
}

/** Adds those of `more` to the set. */
export function include(set: Members, more: Members): void {
  for (let at = 0; at < set.length; at += 1) set[at] = (set[at] as number) | (more[at] as number);
}

/** Takes those out of the set who are not in `kept`. */
export function keep(set: Members, kept: Members): void {
  for (let at = 0; at < set.length; at += 1) set[at] = (set[at] as number) & (kept[at] as number);
}

/** Whether those are in the set who have none of the tags. */
export function hasUntagged(set: Members): boolean {
  return set[0] !== 0;
}

/** The ids in the set that are in the block at this place of `blocks`, in their order. */
export function idsIn({ blocks }: TagSets, place: number, set: Members): number[] {
  const first = (blocks[place] ?? 0) * BLOCK_IDS;
  const ids: number[] = [];
  for (let word = 0; word < WORDS; word += 1) {
    // From the lowest bit that is set to the next.
    for (let left = set[place * WORDS + word] ?? 0; left !== 0; left &= left - 1) {
      ids.push(first + word * WORD_IDS + 31 - Math.clz32(left & -left));
    }
  }
  return ids;
}

/** The places of a block's characters, and of the bits in one. */
const DIGITS = JSON.stringify(Array.from({ length: BLOCK_IDS / DIGIT_BITS }, (_, at) => at));
const BITS = JSON.stringify(Array.from({ length: DIGIT_BITS }, (_, at) => at));
const DIGIT = sql.raw(`substr(had.members, digit.value + 1, 1)`);
/** A subscriber's id in MEMBERS. */
const MEMBER = sql.raw(`had.block * ${BLOCK_IDS} + digit.value * ${DIGIT_BITS} + bit.value`);
/** A row for each member of the blocks `had`. CROSS keeps the order of the joins; most characters have no bit. */
const MEMBERS = sql`${tagBlocks} AS had CROSS JOIN json_each(${sql.raw(`'${DIGITS}'`)}) AS digit
  CROSS JOIN json_each(${sql.raw(`'${BITS}'`)}) AS bit
  ON ${DIGIT} <> '0' AND (unicode(${DIGIT}) - ${sql.raw(`${ZERO}`)}) >> bit.value & 1`;

/** The query for the ids of those in `apps`, a list or query of ids, who have `least` of `tags`, a query of different ones. */
export function idsWithTags(apps: SQL, tags: SQL, least: number): SQL {
  return sql`SELECT ${MEMBER} FROM ${MEMBERS} WHERE had.app_id IN ${apps} AND had.tag IN ${tags}
    GROUP BY 1 HAVING count(*) >= ${sql.raw(`${least}`)}`;
}

/** The query for the ids of the app's subscribers that have `tag`, in no particular order. */
export function membersOf(appId: number, tag: string): SQL {
  return sql`SELECT ${MEMBER} FROM ${MEMBERS} WHERE had.app_id = ${appId} AND had.tag = ${tag}`;
}

/** The query for the newest `count` ids of the app's subscribers that have `tag`, among those for whom `filter` holds. */
export function newestWithTag(
  appId: number,
  tag: string,
  filter: SQL | undefined,
  count: number,
): SQL {
  return sql`SELECT ${subscribers.id} FROM ${MEMBERS} CROSS JOIN ${subscribers} ON ${subscribers.id} = ${MEMBER}
    WHERE had.app_id = ${appId} AND had.tag = ${tag} AND ${filter ?? sql`1`}
    ORDER BY had.block DESC, digit.value DESC, bit.value DESC LIMIT ${count}`;
}
