// Times as people read them, in UTC, since a page without a script does not know its reader's zone.
import { wholeSeconds } from "../kit/time.ts";

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** `at` as "24 November, 13:02 UTC", with the year if it is another than that of `now`; both are ms. */
export const Time = ({ at, now }: { at: number; now: number }) => {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  const ofYear = year === new Date(now).getUTCFullYear() ? "" : ` ${year}`;
  const minutes = date.toISOString().slice(11, 16);
  return (
    <time datetime={wholeSeconds(at)}>
      {date.getUTCDate()} {MONTHS[date.getUTCMonth()]}
      {ofYear}, {minutes} UTC
    </time>
  );
};
