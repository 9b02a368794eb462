// Whether the builder hears from the Worker. It touches a file (HEALTH_FILE) whenever the Worker has answered, and this file,
// run as a program, fails when that is too long ago; the image's HEALTHCHECK runs it:
//
//   HEALTH_FILE=/tmp/heard node builder/health.ts
import { statSync, writeFileSync } from "node:fs";
import { errorFields } from "./log.ts";
import type { Log } from "./log.ts";

/** The file is touched at most this often, ms. */
const TOUCH_EVERY_MS = 5_000;
/**
 * A builder is unhealthy after this time without an answer, ms: an idle one gets one each half minute, and one that works
 * every 15 seconds.
 */
const SILENT_MS = 90_000;

/** Returns what notes in the file that the Worker has answered. That it can't be written is logged once, and no reason to stop. */
export function createHealth(file: string | null, log: Log): () => void {
  let touchedAt = -Infinity;
  let isLost = false;
  return () => {
    if (file === null || performance.now() < touchedAt + TOUCH_EVERY_MS) return;
    touchedAt = performance.now();
    try {
      writeFileSync(file, "");
    } catch (error) {
      if (!isLost) log("warn", "health_file_lost", errorFields(error));
      isLost = true;
    }
  };
}

/** Returns what is wrong, or null for a builder that has heard from the Worker lately. */
function complaint(file: string | undefined): string | null {
  if (!file) return "HEALTH_FILE is not set";
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) return "the Worker has not answered yet";
  const seconds = Math.round((Date.now() - stats.mtimeMs) / 1000);
  return seconds * 1000 > SILENT_MS ? `the Worker has not answered for ${seconds} s` : null;
}

if (import.meta.main) {
  const wrong = complaint(process.env["HEALTH_FILE"]);
  console.log(wrong ?? "the Worker answers");
  process.exitCode = wrong === null ? 0 : 1;
}
