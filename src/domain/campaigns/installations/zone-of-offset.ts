// Finds a time zone by its offset from UTC, since installations report no more of their zone than that.
const MINUTE_S = 60;
const HOUR_S = 3600;
/** The offset of the easternmost time zone, UTC+14, s. */
const EARLIEST_S = 14 * HOUR_S;
/** The offset of the westernmost time zone, UTC-12, s. */
const LATEST_S = -12 * HOUR_S;

/**
 * Time zones whose offset is not a whole number of hours, by that offset in minutes east of UTC. Where several zones
 * share an offset, the table has one without daylight saving time, if there is one.
 */
const ODD_ZONES: Readonly<Record<number, string>> = {
  [-570]: "Pacific/Marquesas",
  [-210]: "America/St_Johns",
  [210]: "Asia/Tehran",
  [270]: "Asia/Kabul",
  [330]: "Asia/Kolkata",
  [345]: "Asia/Kathmandu",
  [390]: "Asia/Yangon",
  [525]: "Australia/Eucla",
  [570]: "Australia/Darwin",
  [630]: "Australia/Lord_Howe",
  [765]: "Pacific/Chatham",
};

/**
 * The IANA name of a time zone that is `seconds` ahead of UTC. An offset that no zone has is rounded to whole hours.
 * Returns null for an offset that is not a whole number or lies beyond the zones of the world.
 */
export function zoneOfOffset(seconds: number): string | null {
  if (!Number.isInteger(seconds) || seconds < LATEST_S || seconds > EARLIEST_S) return null;
  const odd = ODD_ZONES[seconds / MINUTE_S];
  if (odd !== undefined) return odd;
  const hours = Math.round(seconds / HOUR_S);
  // These names follow POSIX, where offsets west of Greenwich are positive: Etc/GMT-3 is three hours ahead of UTC.
  return hours === 0 ? "UTC" : `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`;
}
