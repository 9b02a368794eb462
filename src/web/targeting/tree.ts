// An audience as a form has it: a tree of conditions and groups, flat in fields whose names say where each part stands:
// `targeting.how` of the whole, `targeting.0.field` of its first part, `targeting.1.0.values` of the first in a group.
// What the tree can't hold, a form has as JSON.
import type { Audience } from "../../domain/audiences/targeting.ts";
import { textOf, valuesIn } from "../../domain/composing/typed-values.ts";
import type { Fields } from "../dashboard/fields.ts";
import { shownValue } from "./values.ts";

/** A part of the tree. `at` is where it stands: "" for the whole, "1.0" for the first part of its second part. */
export type Part = Group | Condition;

export interface Group {
  at: string;
  /** "all", "any" or "none"; a form may say something else, which is refused. */
  how: string;
  of: readonly Part[];
}

export interface Condition {
  at: string;
  field: string;
  /** "any", "none" or "all". */
  is: string;
  /** As they are shown, and were typed. */
  values: readonly string[];
}

/** What a form says of an audience. */
export interface Aim {
  /** "built" of conditions, "all" for everyone, "json", or `segment:` and the id of a saved one. */
  start: string;
  tree: Group;
  json: string;
}

/** Deepest that the names of fields are read: forms go half as deep, and the API takes no more. */
const MAX_NAMED = 8;
/** What names of fields have that say where a part stands. */
const AT = new RegExp(`^(\\d{1,4}(?:\\.\\d{1,4}){0,${MAX_NAMED - 1}})\\.(?:how|field)$`);

export const SEGMENT = "segment:";

export const isGroup = (part: Part): part is Group => "of" in part;

/** Where a part of `at` stands that comes as number `index`. */
export const inside = (at: string, index: number): string =>
  at === "" ? `${index}` : `${at}.${index}`;

/** The name of a field of the part at `at`. */
export const nameAt = (name: string, at: string, field: string): string =>
  at === "" ? `${name}.${field}` : `${name}.${at}.${field}`;

/** A condition that nobody filled in. */
export const blankCondition = (at: string): Condition => ({
  at,
  field: "tags",
  is: "any",
  values: [],
});

/** A tree for somebody to begin with. */
const begun = (): Group => ({ at: "", how: "all", of: [blankCondition("0")] });

/** Reads what a form says; null where it has no such fields. */
export function aimOfFields(fields: Fields, name: string): Aim | null {
  const start = fields.text(`${name}.start`);
  if (start === "") return null;
  const known = new Set<string>();
  for (const each of fields.names) {
    const [, at] = each.startsWith(`${name}.`) ? (AT.exec(each.slice(name.length + 1)) ?? []) : [];
    // A part whose group did not come stands in one that nobody chose, so that it is refused rather than left out.
    for (let part = at ?? ""; part !== ""; part = parentOf(part)) known.add(part);
  }
  const tree = partOf(fields, name, "", childrenOf(known)) as Group;
  return { start, tree, json: fields.text(`${name}.json`) };
}

const parentOf = (at: string) => at.slice(0, Math.max(0, at.lastIndexOf(".")));
const lastOf = (at: string) => Number(at.slice(at.lastIndexOf(".") + 1));

function childrenOf(all: ReadonlySet<string>): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const at of all) found.set(parentOf(at), [...(found.get(parentOf(at)) ?? []), at]);
  for (const each of found.values()) each.sort((a, b) => lastOf(a) - lastOf(b));
  return found;
}

function partOf(
  fields: Fields,
  name: string,
  at: string,
  children: ReadonlyMap<string, string[]>,
): Part {
  const text = (field: string) => fields.text(nameAt(name, at, field));
  const of = children.get(at) ?? [];
  if (at !== "" && of.length === 0 && text("how") === "") {
    const values = fields.all(nameAt(name, at, "values")).flatMap(valuesIn);
    return { at, field: text("field"), is: text("is"), values };
  }
  return { at, how: text("how"), of: of.map((each) => partOf(fields, name, each, children)) };
}

/** The fields of a form that says so. */
export function entriesOf({ start, tree, json }: Aim, name: string): [string, string][] {
  return [[`${name}.start`, start], [`${name}.json`, json], ...entriesIn(tree, name)];
}

function entriesIn(part: Part, name: string): [string, string][] {
  const of = (field: string, value: string): [string, string] => [
    nameAt(name, part.at, field),
    value,
  ];
  if (isGroup(part))
    return [of("how", part.how), ...part.of.flatMap((each) => entriesIn(each, name))];
  return [of("field", part.field), of("is", part.is), of("values", textOf(part.values))];
}

/** An audience as a form shows it; null for one of which nothing is known yet. */
export function aimOf(audience: Audience | null): Aim {
  const json = audience === null ? "" : JSON.stringify(audience, null, 2);
  if (audience === null) return { start: "built", tree: begun(), json };
  if (audience.type === "all") return { start: "all", tree: begun(), json };
  if (audience.type === "segment") return { start: SEGMENT + audience.id, tree: begun(), json };
  const part = partFor(audience, "");
  if (part === null) return { start: "json", tree: begun(), json };
  if (isGroup(part)) return { start: "built", tree: part, json };
  return { start: "built", tree: { at: "", how: "all", of: [{ ...part, at: "0" }] }, json };
}

/** What a field's line can't hold: browsers drop or change such characters. */
const UNTYPABLE = /\p{Cc}/u;

/** The part that means the audience; null for what a tree can't hold. */
function partFor(audience: Audience, at: string): Part | null {
  switch (audience.type) {
    case "all_of":
    case "any_of":
      return groupFor(audience.type === "all_of" ? "all" : "any", audience.of, at);
    case "not": {
      const [inner] = audience.of;
      if (inner === undefined) return null;
      if (inner.type === "any_of") return groupFor("none", inner.of, at);
      const part = partFor(inner, at);
      // "None of" one thing is "not" that thing.
      if (part === null || isGroup(part) || part.is !== "any") return groupFor("none", [inner], at);
      return { ...part, is: "none" };
    }
    default:
      return conditionFor(audience, at);
  }
}

function groupFor(how: string, audiences: readonly Audience[], at: string): Group | null {
  const of = audiences.map((each, index) => partFor(each, inside(at, index)));
  return of.includes(null) ? null : { at, how, of: of.filter((part) => part !== null) };
}

function conditionFor(audience: Audience, at: string): Condition | null {
  const found = valuesFor(audience);
  if (found === null || found.values.some((value) => UNTYPABLE.test(value))) return null;
  const values = found.values.map((value) => shownValue(found.field, value));
  return { at, field: found.field, is: found.is ?? "any", values };
}

function valuesFor(audience: Audience): { field: string; is?: string; values: string[] } | null {
  switch (audience.type) {
    case "platform":
      return { field: "platform", values: audience.platforms };
    case "tags":
      return { field: "tags", is: audience.match, values: audience.tags };
    case "languages":
      return { field: "languages", values: audience.languages };
    case "countries":
      return { field: "countries", values: audience.countries };
    case "user_ids":
      return { field: "user_ids", values: audience.ids };
    case "events":
      return { field: "events", values: audience.events };
    case "segment":
      return { field: "segment", values: [audience.id] };
    default:
      return null;
  }
}
