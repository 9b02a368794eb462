// What the builder's buttons do where no script does it: they post the form, and its page comes back with the tree changed
// and everything that was typed.
import { Targeting } from "../../domain/audiences/targeting.ts";
import { Fields } from "../dashboard/fields.ts";
import { built } from "./targeting-of.ts";
import {
  aimOf,
  aimOfFields,
  blankCondition,
  entriesOf,
  inside,
  isGroup,
  type Aim,
  type Group,
  type Part,
} from "./tree.ts";
import type { SegmentName } from "./values.ts";

/** The field of the button that was pressed. */
export const DO = "do";

/** What a button says of the part at `at`. */
export const step = (name: string, what: string, at = "") => `${name}.${what}:${at}`;

/** The button of the builder that was pressed; null for none. */
export function pressed(fields: Fields, name: string): { what: string; at: string } | null {
  const text = fields.text(DO);
  if (!text.startsWith(`${name}.`)) return null;
  const [what = "", at = ""] = text.slice(name.length + 1).split(":");
  return { what, at };
}

/** Returns the fields after what the builder's button did; null if it was another button. */
export function builderStep(
  fields: Fields,
  name: string,
  segments: readonly SegmentName[],
): Fields | null {
  const button = pressed(fields, name);
  const aim = aimOfFields(fields, name);
  if (button === null || aim === null) return null;
  const others = fields.names.filter((each) => !each.startsWith(`${name}.`));
  const kept = others.flatMap((each) => fields.all(each).map((value) => [each, value] as const));
  return new Fields([...kept, ...entriesOf(changed(aim, button, segments), name)]);
}

function changed(
  aim: Aim,
  { what, at }: { what: string; at: string },
  segments: readonly SegmentName[],
): Aim {
  switch (what) {
    case "add":
      return { ...aim, tree: added(aim.tree, at, blankCondition) };
    case "group":
      return { ...aim, tree: added(aim.tree, at, blankGroup) };
    case "remove":
      return { ...aim, tree: removed(aim.tree, at) };
    case "json": {
      const { targeting } = built(aim, segments);
      return { ...aim, start: "json", json: JSON.stringify(targeting, null, 2) };
    }
    case "fields":
      return fromJson(aim);
    default:
      return aim;
  }
}

const blankGroup = (at: string): Group => ({
  at,
  how: "any",
  of: [blankCondition(inside(at, 0))],
});

function added(tree: Group, at: string, blank: (at: string) => Part): Group {
  if (tree.at === at) {
    const last = tree.of.at(-1)?.at ?? "";
    const next = last === "" ? 0 : Number(last.split(".").at(-1)) + 1;
    return { ...tree, of: [...tree.of, blank(inside(at, next))] };
  }
  return { ...tree, of: tree.of.map((part) => (isGroup(part) ? added(part, at, blank) : part)) };
}

function removed(tree: Group, at: string): Group {
  const of = tree.of.filter((part) => part.at !== at);
  return { ...tree, of: of.map((part) => (isGroup(part) ? removed(part, at) : part)) };
}

/** What a tree can't hold stays JSON, as does what is no targeting. */
function fromJson(aim: Aim): Aim {
  const { targeting } = built(aim, []);
  const { success, data } = Targeting.safeParse(targeting);
  if (!success) return aim;
  const shown = aimOf(data);
  return shown.start === "json" ? aim : { ...shown, json: aim.json };
}
