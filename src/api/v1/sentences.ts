// Validation issues in API v1's sentences: "The name field is required.", and the first of them, with how
// many more there are, as the message.
import type { core } from "zod";
import { fieldName } from "../../kit/fields.ts";

type Issue = core.$ZodIssue;

/** Most misfits told of at once: a list of a hundred thousand wrong items gets no answer of its size. */
const MAX_TOLD = 100;

export interface ValidationErrors {
  message: string;
  errors: Record<string, string[]>;
}

/** The body of a 422 for `issues`. */
export function sentences(issues: readonly Issue[]): ValidationErrors {
  // a Map, since a client chooses some of the names: `__proto__` is one like any other
  const said = new Map<string, Set<string>>();
  const told = worthTelling(issues.slice(0, MAX_TOLD)).flatMap(spoken).slice(0, MAX_TOLD);
  for (const { field, sentence } of told) {
    said.set(field, (said.get(field) ?? new Set()).add(sentence));
  }
  const errors = Object.fromEntries([...said].map(([field, ofField]) => [field, [...ofField]]));
  const all = [...said.values()].flatMap((ofField) => [...ofField]);
  const more = all.length - 1;
  const first = all[0] ?? "The given data was invalid.";
  const suffix = more > 0 ? ` (and ${more} more error${more === 1 ? "" : "s"})` : "";
  return { message: first + suffix, errors };
}

/** Without what zod also finds about a field of the wrong type: bounds mean nothing there. */
function worthTelling(issues: readonly Issue[]): Issue[] {
  const mistyped = new Set<string>();
  return issues.filter((issue) => {
    const field = fieldName(issue.path);
    if (mistyped.has(field)) return false;
    if (issue.code === "invalid_type") mistyped.add(field);
    return true;
  });
}

function spoken(issue: Issue): { field: string; sentence: string }[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const field = fieldName([...issue.path, key]);
      return { field, sentence: `The ${shown(field)} field is not a known setting.` };
    });
  }
  // an issue without a path is about the body as a whole
  if (issue.path.length === 0) {
    return [{ field: "body", sentence: "The body must be a JSON object." }];
  }
  const field = fieldName(issue.path);
  return [{ field, sentence: sentenceOf(issue, shown(field)) }];
}

function sentenceOf(issue: Issue, name: string): string {
  switch (issue.code) {
    case "invalid_type":
      if (isMissing(issue)) return required(name);
      return issue.message.startsWith("must")
        ? `The ${name} field ${issue.message}.`
        : `The ${name} field must be ${kind(issue)}.`;
    case "too_small":
      if (issue.origin === "string") {
        return Number(issue.minimum) === 1
          ? required(name)
          : `The ${name} field must be at least ${issue.minimum} characters.`;
      }
      return issue.origin === "array"
        ? `The ${name} field must have at least ${issue.minimum} items.`
        : `The ${name} field must be at least ${issue.minimum}.`;
    case "too_big":
      // bounds with sentences of their own say them; the others have zod's, which begin in capitals
      if (issue.message.startsWith("must")) return `The ${name} field ${issue.message}.`;
      if (issue.origin === "string") {
        return `The ${name} field must not be greater than ${issue.maximum} characters.`;
      }
      return issue.origin === "array"
        ? `The ${name} field must not have more than ${issue.maximum} items.`
        : `The ${name} field must not be greater than ${issue.maximum}.`;
    case "invalid_value":
      return isMissing(issue) ? required(name) : `The selected ${name} is invalid.`;
    case "invalid_format":
      if (issue.message.startsWith("must")) return `The ${name} field ${issue.message}.`;
      if (issue.format === "email") return `The ${name} field must be a valid email address.`;
      if (issue.format === "datetime") return `The ${name} field must be a valid date.`;
      return `The ${name} field format is invalid.`;
    case "custom":
      return `The ${name} field ${issue.message}.`;
    default:
      return `The ${name} field is invalid.`;
  }
}

function required(name: string): string {
  return `The ${name} field is required.`;
}

function isMissing(issue: Issue): boolean {
  return issue.input === undefined || issue.input === null;
}

function kind(issue: Issue & { code: "invalid_type" }): string {
  switch (issue.expected) {
    case "string":
      return "a string";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    case "array":
      return "an array";
    default:
      return "an object";
  }
}

function shown(field: string): string {
  return field.replaceAll("_", " ");
}
