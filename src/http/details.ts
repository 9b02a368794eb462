// Describes in words what is wrong with each field. Every surface collects violations in the same way; the phrases here
// are for surfaces that list them flat: {"name": ["is required"]}.
import type { core } from "zod";
import { fieldName } from "../kit/fields.ts";

export type Issue = core.$ZodIssue;

/** How a surface describes violations. */
export interface Wording {
  /** The description of a field that does not exist; `known` says which do, where that is short. */
  unknown: (field: string, known: string | null) => string;
  /** The description of any other violation. `field` is the field's dotted path, or `body` for the whole body. */
  violation: (issue: Issue, field: string) => string;
}

/** Most violations in one answer: a list of a hundred thousand wrong items must not get an answer of that size. */
const MAX_VIOLATIONS = 100;

const KINDS: Record<string, string> = {
  string: "a string",
  number: "a number",
  int: "an integer",
  boolean: "true or false",
  array: "an array",
};

const PHRASES: Wording = {
  unknown: (_, known) => `is not a known field${known === null ? "" : `: ${known}`}`,
  violation: phraseOf,
};

/** Returns phrases for the violations of each field, by its dotted path; those of the whole body are under `body`. */
export function details(issues: readonly Issue[]): Record<string, string[]> {
  return Object.fromEntries(byField(issues, PHRASES));
}

/**
 * Returns the violations of each field in the words of `wording`, in the order of `issues` and without repetition.
 * `select` may leave out some of the first MAX_VIOLATIONS issues.
 */
export function byField(
  issues: readonly Issue[],
  wording: Wording,
  select = (some: readonly Issue[]) => some,
): Map<string, string[]> {
  // A Map, since clients choose some of the names and one of them may be `__proto__`.
  const found = new Map<string, Set<string>>();
  const described = select(issues.slice(0, MAX_VIOLATIONS)).flatMap((issue) =>
    describe(issue, wording),
  );
  for (const [field, words] of described.slice(0, MAX_VIOLATIONS)) {
    found.set(field, (found.get(field) ?? new Set()).add(words));
  }
  return new Map([...found].map(([field, words]) => [field, [...words]]));
}

/** Whether the field is absent or null. */
export function isMissing(issue: Issue): boolean {
  return issue.input === undefined || issue.input === null;
}

/** The issue's message if it is ours, which begins with a small letter; zod's own, with a capital, are not used. */
export function ownMessage({ message }: Issue): string | null {
  return /^[a-z]/.test(message) ? message : null;
}

/** The expected type of the value, with its article. */
export function kindOf({ expected }: Issue & { code: "invalid_type" }): string {
  return KINDS[expected] ?? "an object";
}

/** Returns fields and descriptions of an issue: a single issue reports all unknown fields of an object. */
function describe(issue: Issue, { unknown, violation }: Wording): [string, string][] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, MAX_VIOLATIONS).map((key) => {
      const field = fieldName([...issue.path, key]);
      return [field, unknown(field, ownMessage(issue))];
    });
  }
  const field = issue.path.length === 0 ? "body" : fieldName(issue.path);
  return [[field, violation(issue, field)]];
}

function phraseOf(issue: Issue): string {
  const own = ownMessage(issue);
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
