// Cron triggers really fire in the local stack: a minute is waited for.
import { expect, onTestFinished, test, vi } from "vitest";
import { choosePort } from "../../dev/port.ts";
import { startWorker } from "../../dev/worker/start.ts";
import { makeTiny } from "./tiny.ts";

/** The next full minute, and some time for the run itself, ms. */
const WITHIN_MS = 70_000;

test(
  "the Worker's scheduled handler is called at the full minute",
  { timeout: 90_000 },
  async () => {
    const port = await choosePort(0);
    await startWorker({ ...makeTiny(), port, onPid: () => {} }, (kept) =>
      onTestFinished(kept.stop),
    );
    const notes = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      return ((await response.json()) as { notes: string[] }).notes;
    };
    await vi.waitFor(async () => expect(await notes()).toEqual(["* * * * * at 0!"]), {
      timeout: WITHIN_MS,
      interval: 250,
    });
  },
);
