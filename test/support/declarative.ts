// The rules by which Safari reads a declarative push message, as WebKit's NotificationJSONParser.cpp and
// NotificationPayload.cpp have them (of 2025, Safari 18.4), in our own words; and what could break them.
import fc from "fast-check";

/** What Safari shows. `data` is what a service worker finds in the notification. */
export interface Declared {
  title: string;
  navigate: string;
  appBadge: bigint | null;
  dir: string;
  lang: string;
  body: string;
  tag: string;
  icon: string;
  silent: boolean | null;
  data: unknown;
  isMutable: boolean;
}

const MAX_UINT64 = 2n ** 64n - 1n;

/** Reads a message, or throws an Error that says which rule it breaks. */
export function readDeclared(json: string): Declared {
  const message: unknown = JSON.parse(json);
  if (!isObject(message)) throw new Error("the message is no object");
  // A double is cut to an int before it is compared.
  if (asInteger(message["web_push"]) !== 8030) throw new Error("web_push is not 8030");
  const { notification } = message;
  if (!isObject(notification)) throw new Error("notification is no object");
  const navigate = url(notification, "navigate");
  if (navigate === "") throw new Error("navigate is missing");
  const title = string(notification, "title");
  if (title === "") throw new Error("title is missing or empty");
  const appBadge = badge(notification["app_badge"]);
  const dir = string(notification, "dir", "auto");
  if (!["auto", "ltr", "rtl"].includes(dir)) throw new Error("dir is no direction");
  return {
    title,
    navigate,
    appBadge,
    dir,
    lang: string(notification, "lang"),
    body: string(notification, "body"),
    tag: string(notification, "tag"),
    icon: url(notification, "icon"),
    silent: boolean(notification, "silent"),
    data: notification["data"] ?? null,
    isMutable: boolean(notification, "mutable") ?? false,
  };
}

/** The same by the W3C's text, which reads two members at the top. */
export function readAtTheTop(json: string): { appBadge: bigint | null; isMutable: boolean } {
  const message = JSON.parse(json) as Record<string, unknown>;
  return { appBadge: badge(message["app_badge"]), isMutable: boolean(message, "mutable") ?? false };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member that is there, null included, must be of its type. */
function string(object: Record<string, unknown>, name: string, otherwise = ""): string {
  const value = object[name];
  if (value === undefined) return otherwise;
  if (typeof value !== "string") throw new Error(`${name} is not a string`);
  return value;
}

function boolean(object: Record<string, unknown>, name: string): boolean | null {
  const value = object[name];
  if (value === undefined) return null;
  if (typeof value !== "boolean") throw new Error(`${name} is not a boolean`);
  return value;
}

/** Without a base: what is relative is no URL. */
function url(object: Record<string, unknown>, name: string): string {
  if (object[name] === undefined) return "";
  const value = string(object, name);
  if (!URL.canParse(value)) throw new Error(`${name} is not a URL`);
  return value;
}

function badge(value: unknown): bigint | null {
  if (value === undefined) return null;
  if (typeof value === "string") {
    if (!/^\d*$/.test(value) || BigInt(value || 0) > MAX_UINT64) {
      throw new Error("app_badge is a string that is no unsigned number");
    }
    return BigInt(value || 0);
  }
  if (typeof value !== "number") throw new Error("app_badge is no string or number");
  const integer = asInteger(value);
  // What no int of 32 bits holds has no meaning.
  if (integer === null || integer < 0) throw new Error("app_badge is no unsigned number");
  return BigInt(integer);
}

function asInteger(value: unknown): number | null {
  if (typeof value !== "number") return null;
  const cut = Math.trunc(value);
  return Math.abs(cut) < 2 ** 31 ? cut : null;
}

/** Names that Safari reads, that we write, and that workers read. */
const NAMES = (
  "title body icon image url navigate tag lang dir silent app_badge badge mutable data actions web_push notification " +
  "requireInteraction click receipt __proto__"
).split(" ");

/** Overrides of the web: anything, under the names that Safari reads and under others. */
export function webOverrides(text: fc.Arbitrary<string>) {
  const name = fc.constantFrom(...NAMES);
  const value = fc.oneof(
    fc.jsonValue(),
    text,
    fc.boolean(),
    fc.nat(),
    fc.nat().map(String),
    fc.double(),
    fc.constantFrom(
      "",
      " ",
      "/relative.png",
      "//host/x",
      "https://",
      "https://example.com/x",
      "ltr",
    ),
  );
  return fc.dictionary(fc.oneof(name, text), value, { maxKeys: 6 });
}
