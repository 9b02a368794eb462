// How many builds wait and run, and how those of the last hour went: a part that moves.
import type { LastHour, Load } from "../../domain/operators/builder-figures.ts";
import { duration } from "../builds/words.ts";
import { Stat } from "../parts/facts.tsx";
import { counted, figure, howMany, span } from "../parts/words.ts";

/** The part's name, and how often it is asked for, s. */
export const LOAD_PART = "load";
export const LOAD_S = 5;

/** `now` is ms. */
export const LoadStats = ({ load, hour, now }: { load: Load; hour: LastHour; now: number }) => {
  const { waiting, oldestAt, running, places } = load;
  const { completed, failed, medianMs, slowestMs } = hour;
  const ended = {
    count: completed.count + failed.count,
    isMinimum: completed.isMinimum || failed.isMinimum,
  };
  return (
    <dl class="stats">
      <Stat
        name="Waiting"
        value={howMany(waiting)}
        says={oldestAt === null ? "None waits now" : `The longest for ${span(now - oldestAt)}`}
      />
      <Stat name="Running" value={figure(running)} says={`of ${counted(places, "place")}`} />
      <Stat name="Ended, last hour" value={howMany(ended)} says={`${howMany(failed)} failed`} />
      <Stat
        name="Middle time"
        value={medianMs === null ? "–" : duration(medianMs)}
        says={slowestMs === null ? "None in the last hour" : `Slowest ${duration(slowestMs)}`}
      />
    </dl>
  );
};
