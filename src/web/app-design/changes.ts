// What a save of a design changes. What was left as it was shown is no change, so that a save touches nothing else, and what
// somebody else changed since the page was opened is not put back unseen.
import { sha256Base64 } from "../../kit/crypto.ts";
import { refuse } from "../../kit/refusal.ts";
import type { Fields } from "../dashboard/fields.ts";
import type { Control } from "./control-type.ts";
import { CONTROLS } from "./controls.ts";
import { type Design, linesOf, postedOf, PUSH, pushOf, shownOf } from "./mapping.ts";

/** The hidden field that says what the controls showed, by prints. */
export const SHOWN = "shown";
/** Characters of a print: nobody gains by making two that are the same. */
const PRINT = 8;
/** Longest text of somebody else's that is repeated, characters. */
const MAX_REPEATED = 100;

/** Returns updateApp's input for what was posted. Refuses `invalid` where it and somebody else's change are of one field. */
export function changesOf(design: Design, fields: Fields): Record<string, unknown> {
  const posted = standings(design, fields);
  const taken = posted.filter(({ isTaken }) => isTaken);
  if (taken.length > 0) {
    refuse({
      code: "invalid",
      issues: taken.map(({ control }) => ({
        code: "custom",
        path: control.path.split("."),
        message: `this was changed since you opened the page, and is now ${saidOf(control, design)}. Save again to put yours in its place`,
        input: undefined,
      })),
    });
  }
  const changed = posted.filter(({ isChanged }) => isChanged).map(({ control }) => control);
  const changes: Record<string, unknown> = {};
  const config: Record<string, unknown> = {};
  for (const control of changed) {
    if (control.path.startsWith(PUSH)) continue;
    const [head = "", field] = control.path.split(".");
    if (field === undefined) changes[head] = postedOf(control, fields);
    else config[field] = postedOf(control, fields);
  }
  const ofPush = changed.map(({ path }) => path).filter((path) => path.startsWith(PUSH));
  if (ofPush.length > 0) config["push"] = pushOf(design, fields, ofPush);
  if (Object.keys(config).length > 0) changes["config"] = config;
  return changes;
}

/** Returns what SHOWN holds on a page of the design: after a refusal, of what is not told yet, what the page before it showed. */
export function shownBy(design: Design, posted: Fields | null): string {
  const all =
    posted === null
      ? CONTROLS.map((control) => ({ control, shown: printOf(shownOf(control, design)) }))
      : standings(design, posted);
  return all.map(({ control, shown }) => `${control.path}:${shown}`).join(" ");
}

interface Standing {
  control: Control;
  /** Whether somebody changed it on the page, to what the app does not have. */
  isChanged: boolean;
  /** Whether somebody else changed it too. */
  isTaken: boolean;
  /** The print of what the next page shows, or leaves as it was. */
  shown: string;
}

/** Returns how what was posted stands to what the page showed and the app has. */
function standings(design: Design, fields: Fields): Standing[] {
  const said = new Map<string, string>();
  for (const pair of fields.text(SHOWN).split(" ")) {
    const [path = "", print] = pair.split(":", 2);
    if (print !== undefined) said.set(path, print);
  }
  return CONTROLS.map((control) => {
    const now = printOf(shownOf(control, design));
    const before = said.get(control.path) ?? now;
    const isSwitch = control.kind === "switch" || control.kind === "switches";
    // A switch that is off is not posted; anything else that is not was not on the page.
    const isPosted = isSwitch || fields.names.includes(control.path);
    const posted = isPosted ? printOf(fields.all(control.path)) : before;
    const isChanged = posted !== before && posted !== now;
    const isTaken = isChanged && before !== now;
    return { control, isChanged, isTaken, shown: isTaken || posted === now ? now : before };
  });
}

const printOf = (values: readonly string[]): string =>
  sha256Base64(values.join("\0")).slice(0, PRINT);

/** What the app has in place of what was posted, in words. */
function saidOf(control: Control, design: Design): string {
  const values = shownOf(control, design);
  if (control.kind === "switch") return values.length === 0 ? "off" : "on";
  const options = control.kind === "choice" || control.kind === "switches" ? control.options : [];
  const labels = values.map((each) => options.find(({ value }) => value === each)?.label ?? each);
  const text = linesOf(labels.join("\n")).join(", ");
  if (text === "") return "empty";
  return text.length <= MAX_REPEATED
    ? `\u201c${text}\u201d`
    : `\u201c${text.slice(0, MAX_REPEATED).toWellFormed()}\u2026\u201d`;
}
