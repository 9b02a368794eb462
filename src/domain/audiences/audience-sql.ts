// Audiences as SQL, the same for counting and for sending. A list travels as one JSON parameter, since D1 binds at
// most 100 parameters in a statement.
import { sql, type SQL } from "drizzle-orm";
import { installations, lifecycleEvents, subscribers, unreached } from "../../db/schema/index.ts";
import { canonicalCountry } from "../subscribers/facts/country.ts";
import { canonicalLanguage } from "../subscribers/facts/language.ts";
import { isOpen, rangesOf, REGION_LENGTH } from "../subscribers/facts/speaks.ts";
import { canonicalText } from "../subscribers/facts/text.ts";
import { idsWithTags } from "../subscribers/tag-blocks.ts";
import type { Resolved } from "./targeting.ts";

/**
 * The condition on `subscribers` that holds for the active ones of `apps`, a list or query of ids, who are in `audience`.
 * Its conditions on tags list everybody with them: for one app, stretches are better (tagged.ts).
 */
export function inAudience(apps: SQL, audience: Resolved): SQL {
  const { appId, status } = subscribers;
  // Where rows are listed, they are read one by one. The plus keeps the planner from reading whole apps for them.
  const plus = sql.raw(isListed(audience) ? "+" : "");
  return sql`${plus}${appId} IN ${apps} AND ${plus}${status} = 'active' AND ${audienceCondition(audience, apps)}`;
}

/** Whether only those can be in the audience whose rows it lists, itself or by their users. */
function isListed(audience: Resolved): boolean {
  switch (audience.type) {
    case "subscribers":
    case "unreached":
    case "user_ids":
    case "tags":
      return true;
    case "all_of":
      return audience.of.some(isListed);
    case "any_of":
      return audience.of.every(isListed);
    default:
      return false;
  }
}

/** The condition that `audience` makes on the `subscribers` of `apps`. NULL means that it does not hold. */
function audienceCondition(audience: Resolved, apps: SQL): SQL {
  const inner = (part: Resolved) => audienceCondition(part, apps);
  switch (audience.type) {
    case "all":
      return sql`1`;
    case "user_ids":
      // By the index on (app, user), so that a few of an app's million subscribers are found without reading all of
      // them.
      return sql`${subscribers.id} IN (SELECT named.id FROM ${subscribers} AS named
        WHERE named.app_id IN ${apps} AND named.user_id IN ${values(audience.ids.map(canonicalText))})`;
    case "tags":
      return sql`${subscribers.id} IN (${withTags(audience, apps)})`;
    case "platform":
      return sql`${subscribers.platform} IN ${values(audience.platforms)}`;
    case "languages":
      return speaksOneOf(audience.languages);
    case "countries":
      return sql`upper(${subscribers.country}) IN ${values(audience.countries.map(countryOf))}`;
    case "subscribers":
      return sql`${subscribers.id} IN ${values(audience.ids)}`;
    case "unreached":
      return sql`${subscribers.id} IN (SELECT listed.value FROM ${unreached}, json_each(${unreached.ids}) AS listed
        WHERE ${unreached.ofUuid} = ${audience.notification})`;
    case "events":
      return sql`EXISTS (SELECT 1 FROM ${installations}, json_each(${installations.events}) AS had
        WHERE ${installations.subscriberId} = ${subscribers.id}
          AND had.value IN (SELECT event.id FROM ${lifecycleEvents} AS event
            WHERE event.app_id IN ${apps} AND event.name IN ${values(audience.events.map(canonicalText))}))`;
    case "all_of":
      return sql`(${sql.join(audience.of.map(inner), sql` AND `)})`;
    case "any_of":
      return sql`(${sql.join(audience.of.map(inner), sql` OR `)})`;
    case "not":
      // A subscriber without a language does not speak German, so that NULL has to become true here.
      return sql`((${sql.join(audience.of.map(inner), sql` AND `)}) IS NOT TRUE)`;
  }
}

/** The query for the ids of those who have the tags. */
function withTags({ tags, match }: Extract<Resolved, { type: "tags" }>, apps: SQL): SQL {
  const wanted = new Set(tags.map(canonicalText));
  return idsWithTags(apps, values([...wanted]), match === "any" ? 1 : wanted.size);
}

/** The condition that a subscriber's time zone is one of `zones`; without one it counts as UTC. */
export function inZones(zones: readonly string[]): SQL {
  return sql`${zoneOf} IN ${values(zones)}`;
}

/** A subscriber's time zone. */
export const zoneOf = sql<string>`coalesce(${subscribers.timezone}, 'UTC')`;

function values(items: readonly (string | number)[]): SQL {
  return sql`(SELECT value FROM json_each(${list(items)}))`;
}

function list(items: readonly (string | number)[]): string {
  return JSON.stringify([...new Set(items)]);
}

/** The condition that a subscriber's language is within a range of one of `languages`. */
function speaksOneOf(languages: readonly string[]): SQL {
  const ranges = [...new Set(languages.map(canonicalOrGiven))].flatMap(rangesOf);
  const [open, short] = [ranges.filter(isOpen), ranges.filter((range) => !isOpen(range))];
  // A range begins with whole parts. So what somebody speaks is looked up as a whole and after each part of it, instead
  // of being compared with each of some hundred ranges. Short ranges are marked, and no part has such a mark.
  const from = [...open.map((range) => range.from), ...short.map((range) => `=${range.from}`)];
  const but = short.flatMap((range) => range.but);
  // With a hyphen at the end of both, `de` matches `de` and the beginning of `de-at`, but not `den`.
  const own = sql`(lower(${subscribers.language}) || '-')`;
  const first = sql`substr(${own}, 1, instr(${own}, '-'))`;
  const rest = sql`substr(${own}, instr(${own}, '-') + 1)`;
  return sql`EXISTS (SELECT 1 FROM (SELECT ${own} AS part UNION ALL SELECT ${first}
      UNION ALL SELECT ${first} || substr(${rest}, 1, instr(${rest}, '-'))
      UNION ALL SELECT '=' || ${first} WHERE length(${rest}) < ${sql.raw(`${REGION_LENGTH}`)} AND ${own} NOT IN ${values(but)})
    WHERE part IN ${values(from)})`;
}

function canonicalOrGiven(language: string): string {
  return canonicalLanguage(language) ?? language;
}

/** The form in which subscribers have a country; rows from before a country was unknown are compared as they are. */
function countryOf(text: string): string {
  return canonicalCountry(text) ?? text.toUpperCase();
}
