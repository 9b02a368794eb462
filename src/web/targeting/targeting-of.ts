// The targeting that a form's fields say, as the API takes it: whatever is wrong with it, the API's own parser refuses. And
// where in the form the parser's words belong.
import type { Fields } from "../dashboard/fields.ts";
import { clip } from "../parts/clip.ts";
import { aimOfFields, isGroup, SEGMENT, type Aim, type Condition, type Part } from "./tree.ts";
import { valueOf, type SegmentName } from "./values.ts";

/** A targeting, and which parts of the form its parts come from. */
export interface Built {
  targeting: unknown;
  /** Where parts of the targeting, by their paths in it, stand in the form. */
  places: readonly { path: readonly string[]; at: string }[];
  /** How many conditions the API counts, and how many levels. */
  parts: number;
  levels: number;
}

/** Says nothing: the API refuses it, so that a form that lacks the fields never means everybody. */
const NOTHING = { type: "all_of", of: [] };

/** Returns the targeting that the fields say. `segments` are those that a condition may name. */
export function targetingOf(
  fields: Fields,
  name = "targeting",
  segments: readonly SegmentName[] = [],
): unknown {
  const aim = aimOfFields(fields, name);
  return aim === null ? NOTHING : built(aim, segments).targeting;
}

/** Returns the targeting of an aim, with what is known of its parts. */
export function built({ start, tree, json }: Aim, segments: readonly SegmentName[]): Built {
  const plain = { places: [], parts: 1, levels: 1 };
  if (start === "all") return { targeting: { type: "all" }, ...plain };
  if (start.startsWith(SEGMENT)) {
    return { targeting: { type: "segment", id: start.slice(SEGMENT.length) }, ...plain };
  }
  if (start === "json") return { targeting: parsed(json), ...plain };
  return start === "built" ? builtPart(tree, segments) : { targeting: NOTHING, ...plain };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The text itself is no targeting.
    return json;
  }
}

const TYPES: Readonly<Record<string, { type: string; list: string }>> = {
  platform: { type: "platform", list: "platforms" },
  tags: { type: "tags", list: "tags" },
  languages: { type: "languages", list: "languages" },
  countries: { type: "countries", list: "countries" },
  user_ids: { type: "user_ids", list: "ids" },
  events: { type: "events", list: "events" },
};

function builtPart(part: Part, segments: readonly SegmentName[]): Built {
  if (!isGroup(part)) {
    const values = part.values.map((text) => valueOf(part.field, text, segments));
    const leaf = {
      targeting: condition(part.field, part.is, values),
      places: [{ path: [], at: part.at }],
      parts: 1,
      levels: 1,
    };
    return part.is === "none" ? negated(leaf, part.at) : leaf;
  }
  const of = part.of.map((each) => builtPart(each, segments));
  const [only] = of;
  const type =
    part.how === "all" ? "all_of" : part.how === "any" || part.how === "none" ? "any_of" : part.how;
  const isPlain = of.length === 1 && type.endsWith("_of");
  const inner = isPlain && only ? only : combined(type, of, part.at);
  return part.how === "none" ? negated(inner, part.at) : inner;
}

function condition(field: string, is: string, values: string[]): unknown {
  if (field === "segment") {
    const named = (values.length === 0 ? [""] : values).map((id) => ({ type: "segment", id }));
    return named.length === 1 ? named[0] : { type: is === "all" ? "all_of" : "any_of", of: named };
  }
  const { type, list } = TYPES[field] ?? { type: field, list: "values" };
  if (type === "tags") return { type, [list]: values, match: is === "none" ? "any" : is };
  // Nobody is in all of several countries: the API knows no such condition, and says so.
  const match =
    is === "any" || is === "none" || (is === "all" && values.length < 2) ? {} : { match: is };
  return { type, [list]: values, ...match };
}

const under = (path: readonly string[], { places }: Built) =>
  places.map((place) => ({ ...place, path: [...path, ...place.path] }));

function combined(type: string, of: readonly Built[], at: string): Built {
  return {
    targeting: { type, of: of.map(({ targeting }) => targeting) },
    places: [{ path: [], at }, ...of.flatMap((each, index) => under(["of", `${index}`], each))],
    parts: 1 + of.reduce((sum, { parts }) => sum + parts, 0),
    levels: 1 + Math.max(0, ...of.map(({ levels }) => levels)),
  };
}

function negated(inner: Built, at: string): Built {
  return combined("not", [inner], at);
}

/** Where in the form something stands that is wrong with a targeting. */
export interface Placed {
  /** The part's place; null for the JSON, a saved segment, or the choice itself. */
  at: string | null;
  says: string;
  /** Whether nothing was typed there yet. */
  isBlank: boolean;
}

/** Sorts what is wrong with the field `name` to parts of the form; each has the first of what is wrong with it. */
export function placedIssues(
  issues: ReadonlyMap<string, string>,
  { aim, built: { places } }: { aim: Aim; built: Built },
  name: string,
): Placed[] {
  const found = new Map<string | null, Placed>();
  for (const [field, says] of issues) {
    if (field !== name && !field.startsWith(`${name}.`)) continue;
    const path = field.split(".").slice(name.split(".").length);
    const within = places
      .filter((place) => place.path.every((step, index) => step === path[index]))
      .toSorted((a, b) => b.path.length - a.path.length)[0];
    const at = aim.start === "built" ? (within?.at ?? "") : null;
    const rest = path.slice(within?.path.length ?? 0);
    if (!found.has(at)) found.set(at, { at, ...inWords(aim, at, rest, says) });
  }
  return [...found.values()];
}

/** What people are told in place of the API's phrases. `path` is that within the part. */
function inWords(
  aim: Aim,
  at: string | null,
  path: readonly string[],
  says: string,
): Omit<Placed, "at"> {
  const part = at === null ? null : partAt(aim.tree, at);
  if (part === null) {
    return { says, isBlank: aim.start === "json" && aim.json.trim() === "" };
  }
  if (isGroup(part)) {
    if (part.of.length === 0) return { says: "Add a condition: there is none yet.", isBlank: true };
    return { says: path.at(-1) === "type" ? TOO_DEEP : says, isBlank: false };
  }
  if (part.values.length === 0) {
    return { says: "Add a value, or remove the condition.", isBlank: true };
  }
  return { says: conditionInWords(part, path, says), isBlank: false };
}

const TOO_DEEP = "Too deep: 4 levels are the most, and “none of” is one of its own.";

function conditionInWords(
  { field, values }: Condition,
  path: readonly string[],
  says: string,
): string {
  if (path.at(-1) === "type") return TOO_DEEP;
  if (path[0] === "match") return "“Is all of” is for tags: choose another comparison.";
  const value = clip(values[Number(path[1] ?? 0)] ?? "");
  if (field === "segment") return `There is no saved segment “${value}”.`;
  if (path[1] === undefined) return says;
  if (field === "countries") return `“${value}” is no country: type its name, or its two letters.`;
  if (field === "languages")
    return `“${value}” is no language: type its name, or a code such as pt-BR.`;
  return `“${value}” ${says.charAt(0).toLowerCase()}${says.slice(1)}`;
}

function partAt(part: Part, at: string): Part | null {
  if (part.at === at) return part;
  if (!isGroup(part)) return null;
  for (const each of part.of) {
    const found = partAt(each, at);
    if (found !== null) return found;
  }
  return null;
}
