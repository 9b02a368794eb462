// The filters of a campaign: which apps it reaches, and which of their subscribers. The second part becomes an
// audience, the type that every send shares. The input's fields have the names of the instant-send contract, since its
// answers to invalid input name them.
import { z } from "zod";
import { canonicalCountry, COUNTRY_PATTERN } from "../subscribers/facts/country.ts";
import { canonicalLanguage, LANGUAGE_LIMITS } from "../subscribers/facts/language.ts";
import type { Understood } from "../subscribers/facts/nothing.ts";
import { speaks } from "../subscribers/facts/speaks.ts";
import { EVERYBODY, type Resolved } from "../audiences/targeting.ts";
import { audienceTag, MAX_AUDIENCE } from "./tags.ts";

/** Most values in one list of a filter. */
export const MAX_VALUES = 200;
/** Longest JSON of the filters, bytes, as of an audience: each notification of the campaign has a copy. */
export const MAX_FILTER_BYTES = 65_536;
/** Longest event name, characters. */
export const MAX_EVENT = 64;

const AppIds = z
  .array(
    z.int({ error: "must be an integer" }).positive().meta({ maximum: Number.MAX_SAFE_INTEGER }),
  )
  .max(MAX_VALUES)
  .nullish();
const Countries = z
  .array(
    known(canonicalCountry, "must be a country's two letters, such as DE").meta({
      pattern: COUNTRY_PATTERN,
    }),
  )
  .max(MAX_VALUES)
  .nullish();
const Languages = z
  .array(known(canonicalLanguage, "must be a language such as de or pt-BR").meta(LANGUAGE_LIMITS))
  .max(MAX_VALUES)
  .nullish();
const Audiences = z.array(plain(MAX_AUDIENCE)).max(MAX_VALUES).nullish();
/** Clients send one name or a list of names; "" stands for no name. */
const Events = z
  .union([z.string(), z.array(plain(MAX_EVENT)).max(MAX_VALUES)], {
    error: "must be an event's name, or a list of names",
  })
  .transform((given) =>
    typeof given === "string" ? [given].filter((name) => name.trim() !== "") : given,
  )
  .pipe(z.array(plain(MAX_EVENT)))
  .nullish();
const All = z.boolean().nullish();
/** Groups are created in the original service's dashboard (docs/contracts.md, Instant-send 7); we have none. */
const NoGroups = z.array(z.unknown()).max(0, "must be empty: there are no groups").nullish();

const encoder = new TextEncoder();

const KINDS = ["apps", "countries", "languages", "audiences", "events"] as const;
type Kind = (typeof KINDS)[number];
/** A value in a filter's list. */
type Listed = string | number;

/** The names of the fields that filter by each kind. */
const FIELDS = {
  apps: { all: "all_apps", include: "app_ids_include", exclude: "app_ids_exclude" },
  countries: {
    all: "all_countries",
    include: "countries_include",
    exclude: "countries_exclude",
  },
  languages: {
    all: "all_languages",
    include: "languages_include",
    exclude: "languages_exclude",
  },
  audiences: {
    all: "all_audiences",
    include: "audiences_include",
    exclude: "audiences_exclude",
  },
  events: { all: "all_events", include: "event_include", exclude: "event_exclude" },
} as const satisfies Record<Kind, Record<"all" | "include" | "exclude", string>>;

export const FilterFields = {
  all_apps: All.meta({
    description: "Whether all apps of the account are reached; true leaves `app_ids_include` out.",
  }),
  app_ids_include: AppIds.meta({
    minItems: 1,
    description: "Only these apps. Each must have push set up.",
    example: [7],
  }),
  app_ids_exclude: AppIds.meta({ description: "All apps but these." }),
  app_groups_include: NoGroups.meta({
    description: "Must be empty: there are no groups of apps here.",
  }),
  app_groups_exclude: NoGroups.meta({
    description: "Must be empty: there are no groups of apps here.",
  }),
  all_countries: All.meta({
    description:
      "Whether subscribers in all countries are reached; true leaves `countries_include` out.",
  }),
  countries_include: Countries.meta({
    minItems: 1,
    description: "Only subscribers in these countries: ISO 3166 codes of two letters, `UK` is GB.",
    example: ["DE"],
  }),
  countries_exclude: Countries.meta({ description: "Nobody in these countries." }),
  all_languages: All.meta({
    description:
      "Whether subscribers of all languages are reached; true leaves `languages_include` out.",
  }),
  languages_include: Languages.meta({
    minItems: 1,
    description: "Only subscribers of these languages: BCP 47 tags, where pt includes pt-BR.",
  }),
  languages_exclude: Languages.meta({ description: "Nobody of these languages." }),
  all_audiences: All.meta({
    description:
      "Whether subscribers of all audiences are reached; true leaves `audiences_include` out.",
  }),
  audiences_include: Audiences.meta({
    minItems: 1,
    description: "Only subscribers with one of these values of the tag `audiences`.",
  }),
  audiences_exclude: Audiences.meta({ description: "Nobody with one of these values." }),
  audience_groups_include: NoGroups.meta({
    description: "Must be empty: there are no groups of audiences here.",
  }),
  audience_groups_exclude: NoGroups.meta({
    description: "Must be empty: there are no groups of audiences here.",
  }),
  all_events: All.meta({
    description:
      "Whether subscribers are reached whatever they did; true leaves `event_include` out.",
  }),
  event_include: Events.meta({
    description: "Only installations that sent this event, or one of these.",
  }),
  event_exclude: Events.meta({
    description: "No installation that sent this event, or one of these.",
  }),
};
type GivenFilters = z.output<z.ZodObject<typeof FilterFields>>;

/** What one kind lets through: the values of `include`, or all if that is null, except for those of `exclude`. */
interface Chosen<Value> {
  include: Value[] | null;
  exclude: Value[];
}

/** Filters as they are stored. */
export interface Filters {
  apps: Chosen<number>;
  countries: Chosen<string>;
  languages: Chosen<string>;
  audiences: Chosen<string>;
  events: Chosen<string>;
}

/** Filters in a request. Unknown fields are refused, because a misspelt filter would reach everybody. */
export const GivenFilters = z
  .strictObject(FilterFields)
  .superRefine(refuseContradictions)
  .transform(chosen);

/** Adds an issue for filters that are too long to be kept, and one for each kind whose fields contradict one another, or do not say what is included. */
export function refuseContradictions(given: GivenFilters, issues: z.core.$RefinementCtx): void {
  const own = Object.entries(given).filter(([field]) => field in FilterFields);
  if (encoder.encode(JSON.stringify(own)).byteLength > MAX_FILTER_BYTES) {
    const message = `must not be greater than ${MAX_FILTER_BYTES} bytes of JSON`;
    issues.addIssue({ code: "custom", message });
  }
  for (const kind of KINDS) {
    const { field, message } = contradiction(given, kind) ?? {};
    if (field !== undefined && message !== undefined) {
      issues.addIssue({ code: "custom", path: [field], message });
    }
  }
}

/** The first contradiction among the fields of one kind; null if there is none. */
function contradiction(given: GivenFilters, kind: Kind): { field: string; message: string } | null {
  const fields = FIELDS[kind];
  const all = given[fields.all] ?? null;
  const include: readonly Listed[] | null = given[fields.include] ?? null;
  const exclude: readonly Listed[] = given[fields.exclude] ?? [];
  if (all === true) {
    return include !== null
      ? { field: fields.include, message: `must be left out where ${fields.all} is true` }
      : null;
  }
  if (include?.length === 0) {
    return { field: fields.include, message: "must not be empty: nobody would be reached" };
  }
  if (include?.some((value) => exclude.some((other) => isWithin(value, other, kind)))) {
    return { field: fields.exclude, message: `must have nothing in common with ${fields.include}` };
  }
  return all === false && include === null && exclude.length === 0
    ? { field: fields.include, message: `is needed where ${fields.all} is false` }
    : null;
}

/**
 * Whether excluding `excluded` also excludes everybody whom `value` includes. A language covers its regional forms:
 * excluding pt excludes pt-br.
 */
function isWithin(value: Listed, excluded: Listed, kind: Kind): boolean {
  return value === excluded || (kind === "languages" && speaks(`${value}`, `${excluded}`));
}

/** Turns the fields of a request, which must not contradict one another, into filters as they are stored. */
export function chosen(given: GivenFilters): Filters {
  const choose = <Value>(
    include: Value[] | null | undefined,
    exclude: Value[] | null | undefined,
  ): Chosen<Value> => ({
    include: include ? [...new Set(include)] : null,
    exclude: [...new Set(exclude ?? [])],
  });
  return {
    apps: choose(given.app_ids_include, given.app_ids_exclude),
    countries: choose(given.countries_include, given.countries_exclude),
    languages: choose(given.languages_include, given.languages_exclude),
    audiences: choose(given.audiences_include, given.audiences_exclude),
    events: choose(given.event_include, given.event_exclude),
  };
}

/** The audience that a campaign with these filters has in each of its apps. */
export function audienceOf({ countries, languages, audiences, events }: Filters): Resolved {
  const conditions = [
    ...conditionsOf(countries, (values) => ({ type: "countries", countries: values })),
    ...conditionsOf(languages, (values) => ({ type: "languages", languages: values })),
    ...conditionsOf(audiences, (values) => {
      return { type: "tags", tags: values.map(audienceTag), match: "any" };
    }),
    ...conditionsOf(events, (values) => ({ type: "events", events: values })),
  ];
  const [only] = conditions;
  if (only === undefined) return EVERYBODY;
  return conditions.length === 1 ? only : { type: "all_of", of: conditions };
}

/** The conditions for one kind: none, one, or both of being included and not being excluded. */
function conditionsOf(
  { include, exclude }: Chosen<string>,
  condition: (values: string[]) => Resolved,
): Resolved[] {
  return [
    ...(include ? [condition(include)] : []),
    ...(exclude.length > 0 ? [{ type: "not" as const, of: [condition(exclude)] }] : []),
  ];
}

/** A fact in its one form; what is no fact that subscribers can have is refused with `message`. */
function known(canonical: (text: string) => Understood, message: string) {
  return z.string().transform((text, issues) => {
    const value = canonical(text);
    if (value) return value;
    issues.issues.push({ code: "custom", message, input: text });
    return z.NEVER;
  });
}

/** Text of at most `max` characters, in the form in which installations have it: without spaces at its ends. */
function plain(max: number) {
  return z.string().trim().min(1, "must not be empty").max(max);
}
