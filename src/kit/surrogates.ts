// Finds lone surrogates, halves of characters that are none by themselves (Unicode, D75). JSON can write them, "\ud800",
// but UTF-8 can't: what has one can't be stored, sent or shown as it is.
import type { core } from "zod";

/** Most that are told of one input. */
const MAX_TOLD = 100;

/** A value within an input, and how one gets there. */
interface Place {
  value: unknown;
  key: PropertyKey;
  parent: Place | null;
}

/** Returns an issue for each text, and each name of a field, in a JSON value that has a lone surrogate. */
export function loneSurrogates(input: unknown): core.$ZodIssue[] {
  const issues: core.$ZodIssue[] = [];
  // Not recursive: a body may be nested deeper than calls can be.
  const left: Place[] = [{ value: input, key: "", parent: null }];
  for (
    let place = left.pop();
    place !== undefined && issues.length < MAX_TOLD;
    place = left.pop()
  ) {
    const { value } = place;
    if (typeof value === "string" && !value.isWellFormed()) {
      issues.push(issueAt(place, "must not hold a lone surrogate"));
    }
    if (typeof value !== "object" || value === null) continue;
    const inner = Object.entries(value).map(([key, item]) => ({ value: item, key, parent: place }));
    for (const each of inner) {
      if (!each.key.isWellFormed()) {
        issues.push(issueAt(each, "must not have a lone surrogate in its name"));
      }
    }
    for (const each of inner.toReversed()) left.push(each);
  }
  return issues;
}

function issueAt(place: Place, message: string): core.$ZodIssue {
  return { code: "custom", path: pathOf(place), message, input: undefined };
}

function pathOf(place: Place): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (let each = place; each.parent !== null; each = each.parent) path.unshift(each.key);
  return path;
}
