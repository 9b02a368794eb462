// Time zones: how devices and people write them, in one form, and the zone of a device that knows only its offset.
import { Bounded } from "../../../kit/bounded.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../kit/time.ts";
import {
  EARLIEST_ZONE_MS,
  formatOffset,
  LATEST_ZONE_MS,
  offsetsOf,
  parseFromUtc,
  type Offsets,
} from "../../../kit/zones.ts";
import { MAX_FACT, saysNothing, type Understood } from "./nothing.ts";

const NAME = /^[a-z][\w+-]*(\/[\w+-]+){0,2}$/i;
/**
 * The names without a place that IANA has (its files `backward` and `etcetera`), in small letters. Intl knows others,
 * which are abbreviations that mean another zone elsewhere: AST is Alaska to it and the Atlantic to most, BST Bangladesh
 * and Britain.
 */
const WITHOUT_PLACE = new Set(
  (
    "cet cst6cdt cuba eet egypt eire est est5edt gb gb-eire gmt gmt+0 gmt-0 gmt0 greenwich hongkong hst iceland iran " +
    "israel jamaica japan kwajalein libya met mst mst7mdt navajo nz nz-chat poland portugal prc pst8pdt roc rok " +
    "singapore turkey uct universal utc w-su wet zulu"
  ).split(" "),
);

/** Most names remembered: there are about 600, and each in many spellings of upper and lower case. */
const MAX_REMEMBERED = 1000;
const known = new Bounded<string, string>(MAX_REMEMBERED);

/** What Intl calls by an old name, which it keeps for good, by the names that IANA has given them since. */
const PRESENT_NAMES = new Map(
  Object.entries({
    "Africa/Asmera": "Africa/Asmara",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Catamarca": "America/Argentina/Catamarca",
    "America/Coral_Harbour": "America/Atikokan",
    "America/Cordoba": "America/Argentina/Cordoba",
    "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Jujuy": "America/Argentina/Jujuy",
    "America/Louisville": "America/Kentucky/Louisville",
    "America/Mendoza": "America/Argentina/Mendoza",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Europe/Kiev": "Europe/Kyiv",
    "Pacific/Enderbury": "Pacific/Kanton",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
  }),
);

/**
 * Returns the zone's name, which all its spellings and aliases share (europe/berlin is Europe/Berlin, US/Pacific is
 * America/Los_Angeles, Asia/Calcutta is Asia/Kolkata, GMT+03:00 is Etc/GMT-3), so that a send is scheduled once for each
 * zone. An offset that no zone is named by stays one: +05:45.
 */
export function canonicalTimeZone(text: string): Understood {
  if (saysNothing(text)) return null;
  const name = text.trim();
  const zone = known.get(name);
  if (zone !== undefined) return zone;
  if (name.length > MAX_FACT) return undefined;
  const found = zoneFromUtc(name) ?? namedZone(name.replaceAll(" ", "_"));
  return found === null ? undefined : known.put(name, found);
}

function zoneFromUtc(name: string): string | null {
  const offset = parseFromUtc(name);
  return offset === null ? null : fixedZone(offset);
}

function namedZone(name: string): string | null {
  if (!NAME.test(name)) return null;
  if (!name.includes("/") && !WITHOUT_PLACE.has(name.toLowerCase())) return null;
  try {
    // It throws for an unknown zone; making one is slow enough for its name to be worth remembering.
    const { timeZone } = Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return PRESENT_NAMES.get(timeZone) ?? timeZone;
  } catch {
    return null;
  }
}

/** The zone that is always `offset` ms ahead of UTC; null if no place of the world is. */
function fixedZone(offset: number): string | null {
  if (!(offset >= -LATEST_ZONE_MS && offset <= EARLIEST_ZONE_MS)) return null;
  if (offset % HOUR_MS !== 0) return formatOffset(offset);
  const hours = offset / HOUR_MS;
  // These names follow POSIX, where offsets west of Greenwich are positive: Etc/GMT-3 is three hours ahead of UTC.
  return hours === 0 ? "UTC" : `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`;
}

/**
 * Places whose offset is not a whole number of hours, at least for a part of the year. Of those that have the same, the
 * one that does not change its clocks comes first.
 */
const ODD_ZONES = [
  "Pacific/Marquesas",
  "Asia/Tehran",
  "Asia/Kabul",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Asia/Yangon",
  "Australia/Eucla",
  "Australia/Darwin",
  "Australia/Adelaide",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Pacific/Chatham",
] as const;

/** Their offsets, once they are asked for: making one takes a while. */
let oddOffsets: (readonly [string, Offsets | null])[] | null = null;

/**
 * Returns a zone that is `seconds` ahead of UTC at `now`, ms, to the nearest minute; if none is, the fixed offset. Null
 * for what is no number, or further from UTC than any place of the world.
 */
export function zoneOfOffset(seconds: number, now: number): string | null {
  const offset = Math.round((seconds * SECOND_MS) / MINUTE_MS) * MINUTE_MS;
  const fixed = fixedZone(offset);
  if (fixed === null || offset % HOUR_MS === 0) return fixed;
  oddOffsets ??= ODD_ZONES.map((zone) => [zone, offsetsOf(zone)] as const);
  return oddOffsets.find(([, offsetAt]) => offsetAt?.(now) === offset)?.[0] ?? fixed;
}
