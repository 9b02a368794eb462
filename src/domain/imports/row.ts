// What a row of a file asks for: its cells become the fields of the API, whose rules hold for them. An empty cell is a field
// that is left out, so that it overwrites nothing.
import type { core } from "zod";
import type { ImportColumn } from "../../db/schema/index.ts";
import { examine } from "../../kit/parse.ts";
import type { Ctx } from "../context.ts";
import { KnownFacts, type KnownChange } from "../subscribers/change-known.ts";
import { checkRow } from "../subscribers/import-subscribers.ts";
import { addressText } from "../subscribers/subscriber-input.ts";
import type { Registration } from "../subscribers/upsert.ts";
import type { ImportField } from "./columns.ts";
import type { ReadRow } from "./parse-csv.ts";

/** What is between tags in a cell. A tag that holds one of these can't be imported. */
const BETWEEN_TAGS = /[,;|]/;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** An apostrophe that keeps spreadsheets from taking a cell for a formula, as our exports have it. */
const DEFUSED = /^'(?=[=+\-@\t\r])/;

/** What is wrong with a row: the column, by its field, and what. */
export interface Problem {
  field: ImportField | null;
  says: string;
}

/** A row that names a subscriber by its id, and what it says of its address beside, which has to be so. */
export interface NamedChange extends KnownChange {
  platform: string | undefined;
  provider: string | undefined;
  address: string | undefined;
}

export type Understood =
  | { kind: "address"; registration: Registration }
  | { kind: "id"; change: NamedChange }
  | { kind: "invalid"; problems: readonly Problem[] };

type Cells = Partial<Record<ImportField, string>>;

/** Returns what a row asks for, or what is wrong with it. */
export function understand(
  ctx: Pick<Ctx, "now" | "allowPrivateTargets">,
  columns: readonly ImportColumn[],
  { cells }: ReadRow,
): Understood {
  if (cells.slice(columns.length).some((cell) => cell !== "")) {
    return invalid([{ field: null, says: "has more cells than the first row has headers" }]);
  }
  const given = givenBy(columns, cells);
  if (given.id !== undefined) return byId({ ...given, id: given.id.toLowerCase() });
  if (given.token === undefined && given.endpoint === undefined) {
    return invalid([{ field: addressColumn(columns), says: "is required" }]);
  }
  const checked = checkRow(ctx, inputOf(given));
  return "issues" in checked
    ? invalid(checked.issues.map(problemOf))
    : { kind: "address", registration: checked };
}

/** The cells of known columns that are not empty. */
function givenBy(columns: readonly ImportColumn[], cells: readonly string[]): Cells {
  const given: Cells = {};
  for (const [at, { field }] of columns.entries()) {
    const text = (cells[at] ?? "").trim().replace(DEFUSED, "");
    if (field !== null && text !== "") given[field as ImportField] = text;
  }
  return given;
}

/** What the API would be sent of a row with an address. */
function inputOf(given: Cells): Record<string, unknown> {
  const { id: _, p256dh, auth, token, endpoint, ...rest } = given;
  const platform = given.platform?.toLowerCase();
  const provider =
    given.provider?.toLowerCase() ??
    (token && endpoint === undefined ? providerOf(platform, token) : undefined);
  return {
    ...rest,
    ...factsOf(given),
    platform,
    ...(provider === undefined ? {} : { provider }),
    ...(token === undefined ? {} : { token }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(p256dh === undefined && auth === undefined ? {} : { keys: { p256dh, auth } }),
  };
}

/** Whose token it is, where the file does not say: Apple's are hexadecimal, and Firebase's never are. */
function providerOf(platform: string | undefined, token: string): "fcm" | "apns" {
  return platform === "ios" && addressText("apns", token, false) !== null ? "apns" : "fcm";
}

/** The facts among the cells, which either kind of row can give. */
function factsOf({ user_id, tags = "", language, country, timezone }: Cells) {
  const list = tagsIn(tags);
  return {
    ...(user_id === undefined ? {} : { user_id }),
    ...(list.length === 0 ? {} : { tags: list }),
    ...(language === undefined ? {} : { language }),
    ...(country === undefined ? {} : { country }),
    ...(timezone === undefined ? {} : { timezone }),
  };
}

/** The tags in a cell. */
export const tagsIn = (cell: string): string[] =>
  cell
    .split(BETWEEN_TAGS)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");

function byId(given: Cells & { id: string }): Understood {
  if (!UUID.test(given.id))
    return invalid([{ field: "id", says: "must be a UUID, as exports have it" }]);
  if (given.registered_at !== undefined) {
    return invalid([{ field: "registered_at", says: "does not go with an id" }]);
  }
  const facts = examine(KnownFacts, factsOf(given));
  if (!facts.isFit) return invalid(facts.issues.map(problemOf));
  const change = {
    id: given.id,
    facts: facts.value,
    platform: given.platform?.toLowerCase(),
    provider: given.provider?.toLowerCase(),
    address: given.endpoint ?? given.token,
  };
  return { kind: "id", change };
}

const invalid = (problems: readonly Problem[]): Understood => ({ kind: "invalid", problems });

/** The column whose cell is missing where a row says of nobody whom it is about. */
function addressColumn(columns: readonly ImportColumn[]): ImportField {
  const has = (field: string) => columns.some((column) => column.field === field);
  return has("token") ? "token" : has("endpoint") ? "endpoint" : "id";
}

function problemOf(issue: core.$ZodIssue): Problem {
  const [first, second] = issue.path.map(String);
  const field = first === "keys" ? (second ?? "p256dh") : first;
  return { field: (field as ImportField | undefined) ?? null, says: wordsOf(issue) };
}

/** What an issue says of a cell, which is always text: zod's own messages, with a capital, are for programs. */
function wordsOf(issue: core.$ZodIssue): string {
  if (issue.input === undefined && issue.code !== "custom") return "is required";
  if (/^[a-z]/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_value":
      return `must be one of ${issue.values.map(String).join(", ")}`;
    case "too_big":
      return `must have at most ${issue.maximum} ${issue.origin === "array" ? "of them" : "characters"}`;
    default:
      return "is not right";
  }
}
