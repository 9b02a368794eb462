// What is wrong with each field, in words: how issues are collected for every surface, and the phrases of those that
// list them flat: {"name": ["is required"]}.
import type { core } from "zod";
import { fieldName } from "../kit/fields.ts";

export type Issue = core.$ZodIssue;

/** How a surface words issues. */
export interface Wording {
  /** Of a field that nobody knows. */
  unknown: (field: string) => string;
  /** Of any other issue; `field` is the field's dotted path, `body` for the body as a whole. */
  misfit: (issue: Issue, field: string) => string;
}

/** Most misfits told of at once: a list of a hundred thousand wrong items gets no answer of its size. */
const MAX_TOLD = 100;

const KINDS: Record<string, string> = {
  string: "a string",
  number: "a number",
  boolean: "true or false",
  array: "an array",
};

const PHRASES: Wording = { unknown: () => "is not a known field", misfit: phraseOf };

/** The misfits of each field in phrases, named by its dotted path; those of the body as a whole are `body`'s. */
export function details(issues: readonly Issue[]): Record<string, string[]> {
  return Object.fromEntries(byField(issues, PHRASES));
}

/**
 * The misfits of each field as `wording` has them, in the order of `issues`; each is told once. `worthTelling` leaves
 * out some of the first 100.
 */
export function byField(
  issues: readonly Issue[],
  wording: Wording,
  worthTelling = (some: readonly Issue[]) => some,
): Map<string, string[]> {
  // a Map, since a client chooses some of the names: `__proto__` is one like any other
  const told = new Map<string, Set<string>>();
  const spoken = worthTelling(issues.slice(0, MAX_TOLD)).flatMap((issue) => speak(issue, wording));
  for (const [field, words] of spoken.slice(0, MAX_TOLD)) {
    told.set(field, (told.get(field) ?? new Set()).add(words));
  }
  return new Map([...told].map(([field, words]) => [field, [...words]]));
}

/** True where the field is not there, or null. */
export function isMissing(issue: Issue): boolean {
  return issue.input === undefined || issue.input === null;
}

/** What the value should have been, with its article. */
export function kindOf({ expected }: Issue & { code: "invalid_type" }): string {
  return KINDS[expected] ?? "an object";
}

/** An issue's field and words; fields that nobody knows come several in one issue. */
function speak(issue: Issue, { unknown, misfit }: Wording): [string, string][] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const field = fieldName([...issue.path, key]);
      return [field, unknown(field)];
    });
  }
  const field = issue.path.length === 0 ? "body" : fieldName(issue.path);
  return [[field, misfit(issue, field)]];
}

function phraseOf(issue: Issue): string {
  // bounds and formats with words of their own say them; the others have zod's, which begin in capitals
  const own = /^[a-z]/.test(issue.message) ? issue.message : null;
  switch (issue.code) {
    case "invalid_type":
      if (isMissing(issue)) return "is required";
      return own ?? `must be ${kindOf(issue)}`;
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
