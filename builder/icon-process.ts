// The process that renders icons. icon-renderer.ts starts it, sends it one app's icons at a time, and ends it when
// they take too long. It ends by itself when the builder has ended, or when a picture takes too much memory. All long
// work is done in other threads, so that this one can always check these conditions.
import { PackagingError } from "./android/errors.ts";
import { renderIcons } from "./android/icons/render-icons.ts";
import type { IconAnswer, IconRequest } from "./icon-renderer.ts";

/** Most memory of the process, bytes: a picture of MAX_ICON_PIXELS takes up to 260 MB. */
const MAX_BYTES = 400 * 1024 * 1024;
/** How often the memory is checked, ms: a decoder fills some 50 MB in that time. */
const WATCH_EVERY_MS = 25;

const TOO_LARGE: IconAnswer = {
  ok: false,
  fault: "invalid_icon",
  message: "the icon takes too much memory to draw",
};

process.on("message", (request) => void answer(request as IconRequest));
process.on("disconnect", end);
// Ctrl-C and service managers signal both processes, but a builder that drains still needs this one.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});

async function answer({ picture, source }: IconRequest): Promise<void> {
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() > MAX_BYTES) process.send?.(TOO_LARGE, end);
  }, WATCH_EVERY_MS);
  try {
    const icons = await renderIcons(picture, source);
    reply({ ok: true, icons, memory: process.memoryUsage.rss() });
  } catch (error) {
    const fault = error instanceof PackagingError ? error.code : "defect";
    reply({ ok: false, fault, message: error instanceof Error ? error.message : String(error) });
  } finally {
    clearInterval(watch);
  }
}

function reply(answer: IconAnswer): void {
  process.send?.(answer);
}

/** Ends the process at once; process.exit would wait for the other threads. */
function end(): void {
  process.kill(process.pid, "SIGKILL");
}
