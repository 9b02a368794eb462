// A moment of the last hours as how long ago it was; others as a date.
import { DAY_MS, HOUR_MS, MINUTE_MS, wholeSeconds } from "../../kit/time.ts";
import { Moment } from "./moment.tsx";

/** `at` and `now` in ms: "3 min ago", "5 h ago", then "24 Nov, 14:05 UTC". */
export const Ago = ({ at, now }: { at: number; now: number }) => {
  const past = Math.max(0, now - at);
  if (past >= DAY_MS) return <Moment at={at} now={now} />;
  const text =
    past < MINUTE_MS
      ? "Now"
      : past < HOUR_MS
        ? `${Math.floor(past / MINUTE_MS)} min ago`
        : `${Math.floor(past / HOUR_MS)} h ago`;
  return (
    <time datetime={wholeSeconds(at)} data-zoned="">
      {text}
    </time>
  );
};
