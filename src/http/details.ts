// What is wrong with each field, in words, for the surfaces that list it flat: {"name": ["is required"]}.
import type { core } from "zod";
import { fieldName } from "../kit/fields.ts";

type Issue = core.$ZodIssue;

/** Most misfits told of at once: a list of a hundred thousand wrong items gets no answer of its size. */
const MAX_TOLD = 100;

const KINDS: Record<string, string> = {
  string: "a string",
  number: "a number",
  boolean: "true or false",
  array: "an array",
};

/** The misfits of each field, named by its dotted path; those of the body as a whole are `body`'s. */
export function details(issues: readonly Issue[]): Record<string, string[]> {
  // a Map, since a client chooses some of the names: `__proto__` is one like any other
  const told = new Map<string, Set<string>>();
  for (const { field, phrase } of issues.slice(0, MAX_TOLD).flatMap(spoken).slice(0, MAX_TOLD)) {
    told.set(field, (told.get(field) ?? new Set()).add(phrase));
  }
  return Object.fromEntries([...told].map(([field, phrases]) => [field, [...phrases]]));
}

function spoken(issue: Issue): { field: string; phrase: string }[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      field: fieldName([...issue.path, key]),
      phrase: "is not a known field",
    }));
  }
  const field = issue.path.length === 0 ? "body" : fieldName(issue.path);
  return [{ field, phrase: phraseOf(issue) }];
}

function phraseOf(issue: Issue): string {
  // bounds and formats with words of their own say them; the others have zod's, which begin in capitals
  const own = /^[a-z]/.test(issue.message) ? issue.message : null;
  switch (issue.code) {
    case "invalid_type":
      if (isMissing(issue)) return "is required";
      return own ?? `must be ${KINDS[issue.expected] ?? "an object"}`;
    case "too_small":
      if (issue.origin === "string" && Number(issue.minimum) === 1) return "is required";
      return own ?? `must ${bound(issue.origin, "at least", issue.minimum)}`;
    case "too_big":
      return own ?? `must ${bound(issue.origin, "at most", issue.maximum)}`;
    case "invalid_value":
      if (isMissing(issue)) return "is required";
      return own ?? `must be one of ${issue.values.map(String).join(", ")}`;
    default:
      return own ?? "is invalid";
  }
}

function bound(origin: string, which: string, count: number | bigint): string {
  if (origin === "string") return `be ${which} ${count} characters`;
  return origin === "array" ? `have ${which} ${count} items` : `be ${which} ${count}`;
}

function isMissing(issue: Issue): boolean {
  return issue.input === undefined || issue.input === null;
}
