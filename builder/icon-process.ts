// The process in which icons are rendered: icon-renderer.ts starts it, asks for one app's icons after the
// other, and ends it when they take too long. It ends by itself when the builder is gone, or when a picture
// takes too much memory. All that lasts runs in other threads, so this one is always free to see to that.
import { PackagingError } from "./android/errors.ts";
import { renderIcons } from "./android/icons/render-icons.ts";
import type { IconAnswer, IconRequest } from "./icon-renderer.ts";

/** Most memory the process may hold, bytes: a picture of MAX_ICON_PIXELS takes up to 260 MB of it. */
const MAX_BYTES = 400 * 1024 * 1024;
/** How often that is looked at, ms: a decoder fills some 50 MB meanwhile. */
const WATCH_EVERY_MS = 25;

const TOO_LARGE: IconAnswer = {
  ok: false,
  fault: "invalid_icon",
  message: "the icon takes too much memory to draw",
};

process.on("message", (request) => void answer(request as IconRequest));
process.on("disconnect", end);
// a Ctrl-C, or a service manager, reaches both: the builder may still need this one to drain
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

/** Not process.exit, which waits for the other threads. */
function end(): void {
  process.kill(process.pid, "SIGKILL");
}
