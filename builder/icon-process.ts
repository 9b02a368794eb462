// The process that renders icons. icon-child.ts starts it, sends it one app's icons at a time, and ends it when there is
// no answer. It ends by itself when the builder has ended, or when a picture takes too much processor time or memory.
// All long work is done in other threads, so that this one can always check these conditions. Both bounds count what
// this picture takes, and neither what else the host does nor what earlier pictures left.
import { PackagingError } from "./android/errors.ts";
import { PICTURE_WORDS } from "./android/icons/icon-set.ts";
import type { PictureWords } from "./android/icons/icon-set.ts";
import { renderIcons } from "./android/icons/render-icons.ts";
import type { IconAnswer, IconRequest } from "./icon-child.ts";

/** Most memory that a picture may take, MiB: one of MAX_ICON_PIXELS takes up to 200. */
const MAX_MEBIBYTES = 320;
const MEBIBYTE = 1024 * 1024;
/** How often both bounds are checked, ms: a decoder fills some 50 MB in that time. */
const WATCH_EVERY_MS = 25;

process.on("message", (request) => void answer(request as IconRequest));
process.on("disconnect", end);
// Ctrl-C and service managers signal both processes, but a builder that drains still needs this one.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});

async function answer({ pictures, source, budgetMs }: IconRequest): Promise<void> {
  const mostBytes = process.memoryUsage.rss() + MAX_MEBIBYTES * MEBIBYTE;
  let began = process.cpuUsage();
  let what: PictureWords = PICTURE_WORDS.icon;
  const watch = setInterval(() => {
    // Of all threads, the decoder's among them.
    const { user, system } = process.cpuUsage(began);
    if ((user + system) / 1000 > budgetMs) {
      refuse(`${what} takes more than ${budgetMs / 1000} s of processor time to draw`);
    } else if (process.memoryUsage.rss() > mostBytes) {
      refuse(`${what} takes more than ${MAX_MEBIBYTES} MiB of memory to draw`);
    }
  }, WATCH_EVERY_MS);
  try {
    const icons = await renderIcons(pictures, source, {
      // Each has its own budget, so that a slow one is blamed, and not the one after it.
      onPicture: (next) => {
        what = next;
        began = process.cpuUsage();
      },
    });
    reply({ ok: true, icons, memory: process.memoryUsage.rss() });
  } catch (error) {
    const fault = error instanceof PackagingError ? error.code : "defect";
    reply({ ok: false, fault, message: error instanceof Error ? error.message : String(error) });
  } finally {
    clearInterval(watch);
  }
}

/** Answers that the picture exceeds a bound, and ends with it. */
function refuse(message: string): void {
  process.send?.({ ok: false, fault: "invalid_icon", message } satisfies IconAnswer, end);
}

function reply(answer: IconAnswer): void {
  process.send?.(answer);
}

/** Ends the process at once; process.exit would wait for the other threads. */
function end(): void {
  process.kill(process.pid, "SIGKILL");
}
