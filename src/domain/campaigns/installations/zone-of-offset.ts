// Time zones by their offset from UTC: all that instances tell of theirs.
const MINUTE_S = 60;
const HOUR_S = 3600;
/** The zones of the world lie between UTC-12 and UTC+14, s. */
const EARLIEST_S = 14 * HOUR_S;
const LATEST_S = -12 * HOUR_S;

/** Zones whose offsets are no whole hours, by minutes east of UTC: those without daylight saving where there is one. */
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

/** The IANA name of a zone `seconds` east of UTC; null where there is none. */
export function zoneOfOffset(seconds: number): string | null {
  if (!Number.isInteger(seconds) || seconds < LATEST_S || seconds > EARLIEST_S) return null;
  const odd = ODD_ZONES[seconds / MINUTE_S];
  if (odd !== undefined) return odd;
  const hours = Math.round(seconds / HOUR_S);
  // POSIX counts west of Greenwich as positive: Etc/GMT-3 is three hours ahead of UTC
  return hours === 0 ? "UTC" : `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`;
}
