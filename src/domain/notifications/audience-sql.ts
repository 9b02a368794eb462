// Audiences as SQL, the same for counting and for sending. A list travels as one JSON parameter, since D1 binds at
// most 100 parameters in a statement.
import { and, eq, sql, type SQL } from "drizzle-orm";
import { installations, lifecycleEvents, subscribers } from "../../db/schema/index.ts";
import { canonicalCountry } from "../subscribers/facts/country.ts";
import { canonicalLanguage } from "../subscribers/facts/language.ts";
import { rangesOf } from "../subscribers/facts/speaks.ts";
import { canonicalText } from "../subscribers/facts/text.ts";
import type { Audience } from "./targeting.ts";

/** The condition on `subscribers` that holds for the active subscribers of `appId` in `audience`. */
export function inAudience(appId: number, audience: Audience): SQL | undefined {
  return and(
    eq(subscribers.appId, appId),
    eq(subscribers.status, "active"),
    audienceCondition(audience, sql`(${appId})`),
  );
}

/**
 * The condition that `audience` makes on the `subscribers` of `apps`, a list or query of ids. NULL means that it does
 * not hold.
 */
export function audienceCondition(audience: Audience, apps: SQL): SQL {
  const inner = (part: Audience) => audienceCondition(part, apps);
  switch (audience.type) {
    case "all":
      return sql`1`;
    case "user_ids":
      // By the index on (app, user), so that a few of an app's million subscribers are found without reading all of
      // them.
      return sql`${subscribers.id} IN (SELECT named.id FROM ${subscribers} AS named
        WHERE named.app_id IN ${apps} AND named.user_id IN ${values(audience.ids.map(canonicalText))})`;
    case "tags":
      return audience.match === "any"
        ? sql`EXISTS (SELECT 1 FROM json_each(${subscribers.tags}) AS had
            WHERE had.value IN ${values(audience.tags.map(canonicalText))})`
        : sql`NOT EXISTS (SELECT 1 FROM json_each(${list(audience.tags.map(canonicalText))}) AS wanted
            WHERE wanted.value NOT IN (SELECT value FROM json_each(${subscribers.tags})))`;
    case "platform":
      return sql`${subscribers.platform} IN ${values(audience.platforms)}`;
    case "languages":
      return speaksOneOf(audience.languages);
    case "countries":
      return sql`upper(${subscribers.country}) IN ${values(audience.countries.map(countryOf))}`;
    case "subscribers":
      return sql`${subscribers.id} IN ${values(audience.ids)}`;
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
  // With a hyphen at the end of both, `de` matches `de` and the beginning of `de-at`, but not `den`.
  const own = sql`(lower(${subscribers.language}) || '-')`;
  const ranges = JSON.stringify([...new Set(languages.map(canonicalOrGiven))].flatMap(rangesOf));
  return sql`EXISTS (SELECT 1 FROM json_each(${ranges}) AS wanted
    WHERE substr(${own}, 1, length(wanted.value ->> 'from')) = wanted.value ->> 'from'
      AND length(${own}) <= wanted.value ->> 'most'
      AND ${own} NOT IN (SELECT value FROM json_each(wanted.value, '$.but')))`;
}

function canonicalOrGiven(language: string): string {
  return canonicalLanguage(language) ?? language;
}

/** The form in which subscribers have a country; rows from before a country was unknown are compared as they are. */
function countryOf(text: string): string {
  return canonicalCountry(text) ?? text.toUpperCase();
}
