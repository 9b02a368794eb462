// How an app's subscribers are gone through by whoever looks for some of them: along an index, newest first, or by their user
// ids where somebody types one. What no index has, such as a platform, is looked for among LOOKED_AT of them at a time, so
// that no list reads a million rows for the few that it shows.
import { and, eq, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { subscribers } from "../../db/schema/index.ts";
import { MAX_COUNTED } from "../../kit/pagination.ts";
import { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { STATUSES } from "./counts.ts";
import { canonicalText, Named } from "./facts/text.ts";
import { newestMembers } from "./tag-blocks.ts";

/** Most subscribers that are looked at for one page of a list: as many as one is counted up to. */
export const LOOKED_AT = MAX_COUNTED;

/** By what an app's subscribers can be filtered. */
export const SubscriberFilters = z.strictObject({
  /** What the user id begins with; or the subscriber's own id. */
  find: Named.transform(canonicalText).optional(),
  tag: Named.transform(canonicalText).optional(),
  platform: SubscriberPlatform.optional(),
  status: z.enum(STATUSES).optional(),
});
export type SubscriberFilters = z.output<typeof SubscriberFilters>;

/** Where a walk goes on: after this subscriber. */
export interface Place {
  id: number;
  userId: string | null;
}

/** A place as text: the id, and behind a dot the user id where one is looked for. */
export const PlaceText = z
  .string()
  .regex(/^[1-9]\d{0,14}(\.[^]{1,1024})?$/, "must be one that an answer gave")
  .transform((text): Place => {
    const dot = text.indexOf(".");
    return dot < 0
      ? { id: Number(text), userId: null }
      : { id: Number(text.slice(0, dot)), userId: text.slice(dot + 1) };
  });

export const placeText = ({ id, userId }: Place, { find }: SubscriberFilters): string =>
  find === undefined ? String(id) : `${id}.${userId ?? ""}`;

/** Greater than every id. */
const NO_ID = Number.MAX_SAFE_INTEGER;

/** The query for the ids of the next `count` subscribers of the app behind `after`, along the index that serves `filters`. */
export function walked(
  appId: number,
  { find, tag, status }: SubscriberFilters,
  after: Place | null,
  count: number,
): SQL {
  const before = after?.id ?? NO_ID;
  if (find !== undefined) {
    const behind = sql`(${subscribers.userId}, ${subscribers.id}) > (${after?.userId ?? find}, ${after?.id ?? 0})`;
    // No text that begins so sorts after it with the last character added.
    return sql`SELECT ${subscribers.id} AS id FROM ${subscribers} WHERE ${subscribers.appId} = ${appId}
      AND ${subscribers.userId} >= ${after?.userId ?? find} AND ${subscribers.userId} < ${`${find}\u{10ffff}`} AND ${behind}
      ORDER BY ${subscribers.userId}, ${subscribers.id} LIMIT ${count}`;
  }
  if (tag !== undefined) return newestMembers(appId, tag, before, count);
  // The index on (app, status, id) has those of each status in order, which SQLite merges as it goes.
  const ofEach = (status === undefined ? STATUSES : [status]).map(
    (each) => sql`SELECT ${subscribers.id} AS id FROM ${subscribers}
      WHERE ${subscribers.appId} = ${appId} AND ${subscribers.status} = ${each} AND ${subscribers.id} < ${before}`,
  );
  return sql`${sql.join(ofEach, sql` UNION ALL `)} ORDER BY id DESC LIMIT ${count}`;
}

/** The condition for those of the walk who are looked for; undefined where the walk has nobody else. */
export function among({ find, tag, platform, status }: SubscriberFilters): SQL | undefined {
  const isWalkedByStatus = find === undefined && tag === undefined;
  return and(
    platform && eq(subscribers.platform, platform),
    isWalkedByStatus || !status ? undefined : eq(subscribers.status, status),
    find === undefined || tag === undefined ? undefined : hasTag(tag),
  );
}

/** The condition for who has the tag. */
export const hasTag = (tag: string): SQL =>
  sql`EXISTS (SELECT 1 FROM json_each(${subscribers.tags}) WHERE value = ${tag})`;
