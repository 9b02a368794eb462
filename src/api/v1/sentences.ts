// Describes violations in API v1's sentences: "The name field is required." The message is the first of them, with the
// number of the others.
import { byField, isMissing, kindOf, type Issue, type Wording } from "../../http/details.ts";
import { fieldName } from "../../kit/fields.ts";

const SENTENCES: Wording = {
  unknown: (field, known) => {
    const sentence = `The ${shown(field)} field is not a known setting.`;
    return known === null
      ? sentence
      : `${sentence} ${known.charAt(0).toUpperCase()}${known.slice(1)}.`;
  },
  violation: (issue, field) =>
    issue.path.length === 0
      ? "The body must be a JSON object."
      : sentenceOf(issue, `The ${shown(field)} field`, shown(field)),
};

/** The body of a 422 for `issues`. */
export function sentences(issues: readonly Issue[]): {
  message: string;
  errors: Record<string, string[]>;
} {
  const violations = byField(issues, SENTENCES, withoutFollowing);
  const all = [...violations.values()].flat();
  const more = all.length - 1;
  const first = all[0] ?? "The given data was invalid.";
  const suffix = more > 0 ? ` (and ${more} more error${more === 1 ? "" : "s"})` : "";
  return { message: first + suffix, errors: Object.fromEntries(violations) };
}

/** Leaves out what zod reports about the bounds of a field whose type is already wrong. */
function withoutFollowing(issues: readonly Issue[]): Issue[] {
  const mistyped = new Set<string>();
  return issues.filter((issue) => {
    const field = fieldName(issue.path);
    if (mistyped.has(field)) return false;
    if (issue.code === "invalid_type") mistyped.add(field);
    return true;
  });
}

/** The sentence about `issue` of the field `name`; most sentences begin with `subject`. */
function sentenceOf(issue: Issue, subject: string, name: string): string {
  // Our own messages begin with "must"; zod's default messages are not used.
  const own = issue.message.startsWith("must") ? `${subject} ${issue.message}.` : null;
  switch (issue.code) {
    case "invalid_type":
      if (isMissing(issue)) return `${subject} is required.`;
      return own ?? `${subject} must be ${kindOf(issue)}.`;
    case "too_small":
      return issue.minimum === Number.MIN_SAFE_INTEGER && own !== null
        ? own
        : tooSmall(issue, subject);
    case "too_big":
      return hasOwnBound(issue) ? tooBig(issue, subject) : (own ?? tooBig(issue, subject));
    case "invalid_value":
      if (isMissing(issue)) return `${subject} is required.`;
      return `The selected ${name} is invalid. It must be one of ${issue.values.map(String).join(", ")}.`;
    case "invalid_format":
      if (own !== null) return own;
      if (issue.format === "email") return `${subject} must be a valid email address.`;
      if (issue.format === "datetime") return `${subject} must be a valid date.`;
      return `${subject} format is invalid.`;
    case "custom":
      return `${subject} ${issue.message}.`;
    default:
      return own ?? `${subject} is invalid.`;
  }
}

/** Whether a number's own bound is exceeded, and not that of exact arithmetic. */
function hasOwnBound({ origin, maximum }: Issue & { code: "too_big" }): boolean {
  return origin === "number" && maximum !== Number.MAX_SAFE_INTEGER;
}

function tooSmall({ origin, minimum }: Issue & { code: "too_small" }, subject: string): string {
  if (origin === "array") return `${subject} must have at least ${minimum} items.`;
  if (origin !== "string") return `${subject} must be at least ${minimum}.`;
  return Number(minimum) === 1
    ? `${subject} is required.`
    : `${subject} must be at least ${minimum} characters.`;
}

function tooBig({ origin, maximum }: Issue & { code: "too_big" }, subject: string): string {
  if (origin === "array") return `${subject} must not have more than ${maximum} items.`;
  if (origin !== "string") return `${subject} must not be greater than ${maximum}.`;
  return `${subject} must not be greater than ${maximum} characters.`;
}

function shown(field: string): string {
  return field.replaceAll("_", " ");
}
