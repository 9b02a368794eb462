// What a page knows of a form that it shows: what was typed, and what is wrong with it after it was refused.
import { details } from "../../http/details.ts";
import { answersOf, type ErrorFacts, type Status } from "../../http/errors.ts";
import type { Refusal } from "../../kit/refusal.ts";
import { NO_FIELDS, type Fields } from "./fields.ts";

export interface FormState {
  /** The path of the form that was posted, below the page's; null before any was. */
  posted: string | null;
  fields: Fields;
  /** What is wrong with fields, by their names: "scopes", "config.theme_color". */
  issues: ReadonlyMap<string, string>;
  /** What is wrong with no field by itself: a full sentence; null for nothing. */
  problem: string | null;
  /** The refusal itself; null for none. */
  refusal: Refusal | null;
  /** What the form made and the page shows once, such as a key; null for nothing. */
  made: unknown;
}

/** The state of forms that nobody posted. */
export const UNTOUCHED: FormState = {
  posted: null,
  fields: NO_FIELDS,
  issues: new Map(),
  problem: null,
  refusal: null,
  made: null,
};

/** Seconds from which on a wait is said in minutes. */
const IN_MINUTES_S = 120;

/** What somebody is told who did something too often. */
export function tooMany({ retryAfterS }: { retryAfterS: number }): string {
  const isLong = retryAfterS >= IN_MINUTES_S;
  const count = isLong ? Math.ceil(retryAfterS / 60) : retryAfterS;
  const unit = `${isLong ? "minute" : "second"}${count === 1 ? "" : "s"}`;
  return `Too many tries. Try again in ${count} ${unit}.`;
}

/** Sentences for refusals, as API v1 has them. */
const { refusalAnswer } = answersOf((facts: ErrorFacts) => facts, {
  rate_limited: { says: tooMany },
});

/** The state of a form that was refused, and the status and headers of the page that shows it. */
export function refused(
  posted: string,
  fields: Fields,
  refusal: Refusal,
): { form: FormState; status: Status; headers: Record<string, string> } {
  const { status, body, headers = {} } = refusalAnswer(refusal, "");
  const issues = new Map<string, string>();
  if (refusal.code === "invalid") {
    for (const [name, [phrase = ""]] of Object.entries(details(refusal.issues))) {
      issues.set(name, sentence(phrase));
    }
  }
  const problem = refusal.code === "invalid" ? null : (body as ErrorFacts).message;
  return {
    form: { posted, fields, issues, problem, refusal, made: null },
    status: status as Status,
    headers,
  };
}

/** What people are told in place of phrases that are written for programs. */
const FOR_PEOPLE: Readonly<Record<string, string>> = {
  "is required": "Fill this in: nothing is there yet",
  "must be a valid URL": "This is no web address. Type one such as https://example.com",
  "must be a valid email address": "This is no e-mail address. Type one such as you@example.com",
  "must be a BCP 47 tag such as de or pt-BR":
    "This is no language. Type its code, such as de or pt-BR",
  "must be an ISO 3166 code of two letters such as DE":
    "This is no country. Type its two letters, such as DE",
  "must be an IANA time zone such as Europe/Berlin":
    "This is no time zone. Type its name, such as Europe/Berlin",
  "must hold printable ASCII characters only":
    "Must hold letters without accents, digits and signs of an English keyboard only",
  "must be letters, digits, `.`, `+` and `-`, beginning with a letter":
    "Must be letters without accents, digits, dots, plus signs and hyphens, beginning with a letter",
  "must not be a scheme that others own":
    "Phones, browsers or other apps use this one already. Take another, such as the name of your app",
  "must be a Java-style id of two or more segments, such as com.example.app":
    "Must be two or more words with dots between, such as com.example.app",
};

/** "must be ..." as it stands below a field: "Must be ...". */
function sentence(phrase: string): string {
  const said = FOR_PEOPLE[phrase] ?? phrase;
  const text = said.charAt(0).toUpperCase() + said.slice(1);
  return /[.?]$/.test(text) ? text : `${text}.`;
}
