// A user id in audiences: whether one is for that person alone, and the same audience without the user id. Of drafts they may
// be unfinished, or no audiences at all: whatever was typed is taken, and left as it is where nobody is named.
import { sql, type SQL } from "drizzle-orm";
import { canonicalText } from "../subscribers/facts/text.ts";

/** What `trim` takes from the ends of a text, of which SQLite's takes spaces alone. */
const SPACES =
  "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

/** How a user id stands in JSON, between its quotes. */
export function inJson(userId: string): string {
  return JSON.stringify(userId).slice(1, -1);
}

/**
 * The condition that `json` names the user id in an audience, at `path`. Where a user id is as short as "1", most texts have
 * it somewhere, so that a search through the text would find almost all.
 */
export function namesUser(json: SQL, userId: string, path = "$"): SQL {
  return sql`(instr(${json}, ${inJson(userId)}) > 0 AND EXISTS (SELECT 1 FROM json_tree(${json}, ${path}) AS part
    WHERE part.type = 'text' AND part.path LIKE '%.ids' AND trim(part.value, ${SPACES}) = ${userId}))`;
}

/** Whether only that user can be among the audience. */
export function isForAlone(audience: unknown, userId: string): boolean {
  const { type, ids, of } = partsOf(audience);
  switch (type) {
    case "user_ids":
      return ids.length > 0 && ids.every((id) => isThem(id, userId));
    case "all_of":
      return of.some((each) => isForAlone(each, userId));
    case "any_of":
      return of.length > 0 && of.every((each) => isForAlone(each, userId));
    default:
      return false;
  }
}

/** Returns the audience with `alias`, which is nobody, in place of the user id: so it has whom it had but for that user. */
export function withAlias<Aimed>(audience: Aimed, userId: string, alias: string): Aimed {
  const { type, ids, of } = partsOf(audience);
  const changed = {
    ...(of.length > 0 && { of: of.map((each) => withAlias(each, userId, alias)) }),
    ...(type === "user_ids" && { ids: ids.map((id) => (isThem(id, userId) ? alias : id)) }),
  };
  return Object.keys(changed).length === 0 ? audience : { ...audience, ...changed };
}

/** What a part of an audience has, as far as it is one. */
function partsOf(audience: unknown): { type: unknown; ids: unknown[]; of: unknown[] } {
  if (typeof audience !== "object" || audience === null) return { type: null, ids: [], of: [] };
  const { type, ids, of }: Record<string, unknown> = { ...audience };
  return { type, ids: listIn(ids), of: listIn(of) };
}

const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const isThem = (id: unknown, userId: string) =>
  typeof id === "string" && canonicalText(id) === userId;
