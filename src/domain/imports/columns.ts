// What the columns of a file mean, by their headers: in whichever case, order and spelling people write them.
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { ImportColumn } from "../../db/schema/index.ts";

/** The fields that a column can be, and what else it may be called; without blanks, dashes and the like. */
const NAMES = {
  id: ["subscriberid", "subscriber", "uuid"],
  platform: ["device", "devicetype", "os"],
  provider: ["service", "pushservice"],
  token: ["pushtoken", "devicetoken", "registrationtoken", "fcmtoken", "apnstoken"],
  endpoint: ["pushendpoint", "subscriptionendpoint"],
  p256dh: ["publickey", "keysp256dh"],
  auth: ["authsecret", "authkey", "keysauth"],
  user_id: ["user", "externalid", "externaluserid", "customerid", "memberid"],
  tags: ["tag", "labels", "label"],
  language: ["lang", "locale"],
  country: ["countrycode"],
  timezone: ["tz", "timezonename"],
  registered_at: ["registered"],
} as const;

export type ImportField = keyof typeof NAMES;

/** The fields, in the order in which they are told. */
export const IMPORT_FIELDS = Object.keys(NAMES) as ImportField[];

const BY_NAME: ReadonlyMap<string, ImportField> = new Map(
  IMPORT_FIELDS.flatMap((field) =>
    [plain(field), ...NAMES[field]].map((name): [string, ImportField] => [name, field]),
  ),
);

/** Most columns of a file. Those that can mean something are thirteen; exports of other services have some dozens. */
export const MAX_COLUMNS = 200;
/** Most of a header that is kept, characters. */
const MAX_HEADER = 100;

/** A header without what differs between people: "Time-Zone " is "timezone". */
function plain(header: string): string {
  return header
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

/** How many of these headers mean something. */
export function knownAmong(headers: readonly string[]): number {
  return headers.filter((header) => BY_NAME.has(plain(header))).length;
}

/** Returns what each column means. Refuses `invalid` where two mean the same, or a column is missing. */
export function columnsOf(headers: readonly string[]): ImportColumn[] {
  if (headers.length > MAX_COLUMNS) {
    refuse(invalidField(["file"], `must have at most ${MAX_COLUMNS} columns`));
  }
  const columns = headers.map((header) => ({
    header: [...header].slice(0, MAX_HEADER).join(""),
    field: BY_NAME.get(plain(header)) ?? null,
  }));
  const of = (field: ImportField) => columns.filter((column) => column.field === field);
  for (const field of IMPORT_FIELDS) {
    const [first, second] = of(field);
    if (first && second) {
      const both = `“${first.header}” and “${second.header}”`;
      refuse(invalidField(["file"], `must have one column for ${field}, not two: ${both}`));
    }
  }
  const missing = missingAmong((field) => of(field).length > 0);
  if (missing !== null) refuse(invalidField(["file"], missing));
  return columns;
}

/** What the file lacks that no row could do without; null for nothing. */
function missingAmong(has: (field: ImportField) => boolean): string | null {
  if (has("id")) return null;
  if (!has("platform")) {
    return "must have headers in its first row, of them “platform”, or “id” for subscribers that are known already";
  }
  if (has("token")) return null;
  if (!has("endpoint")) return "must have a column “token”, or “endpoint” with “p256dh” and “auth”";
  return has("p256dh") && has("auth")
    ? null
    : "must have the columns “p256dh” and “auth” beside “endpoint”: browsers take no push without these keys";
}
