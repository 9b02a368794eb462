// A time of day in no zone: each person's own.

/** "Thu 24 Dec, 18:00" of 2026-12-24T18:00, with the year if it is another than that of `now`, ms. */
export function localTime(local: string, now: number): string {
  const day = new Date(`${local.slice(0, 10)}T00:00:00Z`);
  const isOther = day.getUTCFullYear() !== new Date(now).getUTCFullYear();
  const date = day.toLocaleDateString("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(isOther ? { year: "numeric" } : {}),
    timeZone: "UTC",
  });
  return `${date.replace(",", "")}, ${local.slice(11, 16)}`;
}
