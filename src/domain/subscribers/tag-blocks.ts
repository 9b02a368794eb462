// Who has a tag, read from `tag_blocks`: a row holds a bit for each of BLOCK_IDS consecutive ids of subscribers, so that
// ten thousand subscribers with fifty tags are a thousand rows, and sets of them are computed 30 ids at a time. Triggers
// (migrations/0001) write the rows.
import { sql, type SQL } from "drizzle-orm";
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
/** Characters of `members` that make up such a number. */
const WORD_DIGITS = WORD_IDS / DIGIT_BITS;
/** Every id in a number. */
const FULL = 2 ** WORD_IDS - 1;
/** Most blocks of one tag that are read at once: they travel in one text, which D1 limits to two megabytes. */
const MOST_OF_TAG = 10_000;
/**
 * Fewest blocks of one tag that are read at once: about as many subscribers as a page has. With the 7,600 tags that an
 * audience can name at most they are 30,400 rows, which hold the database for less than 100 ms.
 */
const LEAST_OF_TAG = 4;

/** A set of subscribers: the numbers of the blocks of the TagSets that it belongs to, after one for who has no tag. */
export type Members = Int32Array;

/** What has been read of a block: who has each of some tags, and the numbers of the block in which anybody has one. */
export interface Block {
  block: number;
  firstWord: number;
  endWord: number;
  /** The rows: the place of the tag among those asked for, and its digits from the one at `skipped` to the last that is not 0. */
  rows: { tag: number; skipped: number; digits: string }[];
}

/** Who has each of some tags, in some blocks. */
export interface TagSets {
  /** The numbers in each set. */
  size: number;
  /** The blocks, in their order, and where each begins in the sets. */
  blocks: readonly (Block & { at: number })[];
  /** The set of each tag, in the place of the tag; none where nobody has it. */
  sets: readonly (Members | undefined)[];
}

/** The block of the subscriber with this id. */
export function blockOf(id: number): number {
  return Math.floor(id / BLOCK_IDS);
}

/**
 * Returns who has which of `tags` among the app's subscribers, block by block from the block `from` on: to the block `last`,
 * or to the end where that is null. `last` is where the first of the tags has an equal share of `most` rows, so that no
 * more are returned than that, or LEAST_OF_TAG of each.
 */
export async function readBlocks(
  ctx: Ctx,
  appId: number,
  tags: readonly string[],
  { from, most }: { from: number; most: number },
): Promise<{ blocks: Block[]; last: number | null }> {
  const ofTag = Math.max(LEAST_OF_TAG, Math.floor(most / tags.length));
  // The bounds of `had.block` must not depend on `had`: SQLite would go on to the app's last block, and drop what it found.
  const rowsOfTag = sql`${tagBlocks} AS had
    WHERE had.app_id = ${appId} AND had.tag = named.value AND had.block >= ${from}`;
  // One text for each tag: as many rows as there are blocks would take longer to travel than to read. Where few have a tag
  // most digits are zeros, which are left out at both ends.
  const row = sql`had.block || ':' || (${sql.raw(`${BLOCK_IDS / DIGIT_BITS}`)} - length(ltrim(had.members, '0')))
    || ':' || trim(had.members, '0')`;
  const texts = await ctx.db.all<{ place: number; last: number | null; texts: string | null }>(
    sql`WITH named AS (SELECT key, value FROM json_each(${JSON.stringify(tags)})),
      reach AS MATERIALIZED (SELECT min(block) AS last FROM (SELECT (SELECT had.block FROM ${rowsOfTag}
        ORDER BY had.block LIMIT 1 OFFSET ${Math.min(MOST_OF_TAG, ofTag) - 1}) AS block FROM named))
      SELECT named.key AS place, (SELECT last FROM reach) AS last,
        (SELECT group_concat(${row}) FROM ${rowsOfTag}
          AND had.block <= coalesce((SELECT last FROM reach), ${Number.MAX_SAFE_INTEGER})) AS texts FROM named`,
  );
  const found = new Map<number, Block>();
  for (const { place, texts: text } of texts) {
    for (const one of text?.split(",") ?? []) addRow(found, place, one);
  }
  const blocks = [...found.values()].toSorted((a, b) => a.block - b.block);
  return { blocks, last: texts[0]?.last ?? null };
}

/** Adds a row of a tag, as its text has it. */
function addRow(found: Map<number, Block>, tag: number, text: string): void {
  const colon = text.indexOf(":");
  // Digits can be colons.
  const second = text.indexOf(":", colon + 1);
  const block = Number(text.slice(0, colon));
  const skipped = Number(text.slice(colon + 1, second));
  const digits = text.slice(second + 1);
  const firstWord = Math.floor(skipped / WORD_DIGITS);
  const endWord = Math.ceil((skipped + digits.length) / WORD_DIGITS);
  const known = found.get(block);
  if (known) {
    known.firstWord = Math.min(known.firstWord, firstWord);
    known.endWord = Math.max(known.endWord, endWord);
    known.rows.push({ tag, skipped, digits });
  } else found.set(block, { block, firstWord, endWord, rows: [{ tag, skipped, digits }] });
}

/** Divides blocks into runs of about `words` numbers. There is one run at least. */
export function runsOf(blocks: readonly Block[], words: number): Block[][] {
  const runs: Block[][] = [[]];
  let filled = 0;
  for (const block of blocks) {
    if (filled >= words) {
      runs.push([]);
      filled = 0;
    }
    runs.at(-1)?.push(block);
    filled += block.endWord - block.firstWord;
  }
  return runs;
}

/** Makes the sets of `tags` tags in these blocks. */
export function tagSets(blocks: readonly Block[], tags: number): TagSets {
  let size = 1;
  const placed = blocks.map((block) => {
    const at = size;
    size += block.endWord - block.firstWord;
    return { ...block, at };
  });
  const sets = Array.from({ length: tags }, (): Members | undefined => undefined);
  for (const { at, firstWord, rows } of placed) {
    for (const { tag, skipped, digits } of rows) {
      const set = (sets[tag] ??= new Int32Array(size));
      let word = at + Math.floor(skipped / WORD_DIGITS) - firstWord;
      let shift = (skipped % WORD_DIGITS) * DIGIT_BITS;
      let bits = 0;
      for (let digit = 0; digit < digits.length; digit += 1) {
        bits |= (digits.charCodeAt(digit) - ZERO) << shift;
        shift += DIGIT_BITS;
        if (shift < WORD_IDS) continue;
        set[word] = bits;
        word += 1;
        [shift, bits] = [0, 0];
      }
      if (shift > 0) set[word] = bits;
    }
  }
  return { size, blocks: placed, sets };
}

/** The empty set. */
export function nobody({ size }: TagSets): Members {
  return new Int32Array(size);
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

/** The ids in the set that are in this block of its TagSets, in their order. */
export function idsIn({ block, firstWord, endWord, at }: TagSets["blocks"][number], set: Members) {
  const ids: number[] = [];
  for (let word = firstWord; word < endWord; word += 1) {
    const first = block * BLOCK_IDS + word * WORD_IDS + 31;
    // From the lowest bit that is set to the next.
    for (let left = set[at + word - firstWord] ?? 0; left !== 0; left &= left - 1) {
      ids.push(first - Math.clz32(left & -left));
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

/** The query for the newest `count` ids of the app's subscribers that have `tag`, of those below `before`, newest first. */
export function newestMembers(appId: number, tag: string, before: number, count: number): SQL {
  return sql`SELECT ${MEMBER} AS id FROM ${MEMBERS}
    WHERE had.app_id = ${appId} AND had.tag = ${tag} AND had.block <= ${blockOf(before)} AND ${MEMBER} < ${before}
    ORDER BY had.block DESC, digit.value DESC, bit.value DESC LIMIT ${count}`;
}

/** The query for the first `count` tags that the app's subscribers have, by their letters: one look at the index for each. */
export function firstTags(appId: number, count: number): SQL {
  const after = (tag: SQL) =>
    sql`(SELECT had.tag FROM ${tagBlocks} AS had WHERE had.app_id = ${appId} AND had.tag > ${tag} ORDER BY had.tag LIMIT 1)`;
  return sql`WITH RECURSIVE known (tag) AS (SELECT ${after(sql`''`)}
    UNION ALL SELECT ${after(sql`known.tag`)} FROM known WHERE known.tag IS NOT NULL LIMIT ${count})
    SELECT tag FROM known WHERE tag IS NOT NULL`;
}
