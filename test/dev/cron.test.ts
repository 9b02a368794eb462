// Cron triggers fire in the local stack: a real host calls a real workerd when its clock comes to the full minute.
import { expect, onTestFinished, test, vi } from "vitest";
import { choosePort } from "../../dev/port.ts";
import { startWorker } from "../../dev/worker/start.ts";
import { makeTiny } from "./tiny.ts";

/** The host starts this long before a full minute by its own clock, ms: time enough for workerd to start. */
const BEFORE_MINUTE_MS = 3_000;
/** Longest wait, ms: where workerd took longer than that to start, for the minute that comes next. */
const FIRES_WITHIN_MS = 75_000;

test(
  "calls the Worker's scheduled handler at the full minute",
  { timeout: 2 * FIRES_WITHIN_MS },
  async () => {
    setHostClock();
    const port = await choosePort(0);
    await startWorker({ ...makeTiny(), port, onPid: () => {} }, (kept) =>
      onTestFinished(kept.stop),
    );
    const notes = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      return ((await response.json()) as { notes: string[] }).notes;
    };
    await vi.waitFor(async () => expect(await notes()).toEqual(["* * * * * at 0!"]), {
      timeout: FIRES_WITHIN_MS,
      interval: 100,
    });
  },
);

/** Gives Node processes started from here on a clock that comes to the full minute in a moment. */
function setHostClock(): void {
  const script = `
    const present = Date.now;
    const ahead = 60_000 - (present() % 60_000) - ${BEFORE_MINUTE_MS};
    Date.now = () => present() + ahead;`;
  vi.stubEnv("NODE_OPTIONS", `--import=data:text/javascript,${encodeURIComponent(script)}`);
  onTestFinished(() => void vi.unstubAllEnvs());
}
