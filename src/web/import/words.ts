// What the pages of imports say.
import type { Import } from "../../domain/imports/find-import.ts";

export const STATES: Readonly<Record<Import["state"], string>> = {
  counting: "Being checked",
  ready: "Waiting for you",
  running: "Importing",
  done: "Done",
  cancelled: "Cancelled",
  failed: "Stopped",
};

/** What the fields of columns are called. */
export const FIELDS: Readonly<Record<string, string>> = {
  id: "Id of a known subscriber",
  platform: "Platform",
  provider: "Provider",
  token: "Token",
  endpoint: "Endpoint",
  p256dh: "Key p256dh",
  auth: "Key auth",
  user_id: "Your id of the person",
  tags: "Tags",
  language: "Language",
  country: "Country",
  timezone: "Time zone",
  registered_at: "Registered on",
};

/** What is between the cells of a file. */
const BETWEEN: Readonly<Record<string, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
};

const ENCODINGS: Readonly<Record<string, string>> = {
  "utf-8": "UTF-8",
  "utf-16le": "UTF-16",
  "utf-16be": "UTF-16",
  "windows-1252": "Windows-1252",
};

/** How the file was read: "Read as UTF-8 with semicolons between cells". */
export const readAs = ({ encoding, delimiter }: Pick<Import, "encoding" | "delimiter">): string =>
  `Read as ${ENCODINGS[encoding] ?? encoding} with ${BETWEEN[delimiter] ?? `“${delimiter}”`} between cells`;
