// A moment. The server writes UTC; the script of all pages turns it into the viewer's zone.
import { wholeSeconds } from "../../kit/time.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `at` as "24 Nov, 14:05 UTC", with the year if it is another than that of `now`; both are ms. `day`: without the hour. */
export const Moment = ({ at, now, day = false }: { at: number; now: number; day?: boolean }) => {
  const date = new Date(at);
  const year =
    date.getUTCFullYear() === new Date(now).getUTCFullYear() ? "" : ` ${date.getUTCFullYear()}`;
  const hour = day ? "" : `, ${date.toISOString().slice(11, 16)} UTC`;
  return (
    <time datetime={wholeSeconds(at)} data-day={day ? "" : undefined}>
      {date.getUTCDate()} {MONTHS[date.getUTCMonth()]}
      {year}
      {hour}
    </time>
  );
};
