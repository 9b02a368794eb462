// Parts of a page that move: each element with `data-live`, an address of its part, is asked for again every `data-every`
// seconds, and becomes what came. Nothing is asked while the page is hidden, or the part, nor before a server that is busy wants it.
import { morph } from "./shared/morph.ts";
import { swapPage } from "./shared/swap.ts";
import { localTimes } from "./shared/times.ts";
import { say } from "./shared/toast.ts";

const SECOND_MS = 1000;
/** How long to wait after an answer that never came, or that was a fault, s. */
const AFTER_FAULT_S = 10;

/** Waits so long, and then until somebody sees the page. */
async function waitSeen(seconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, seconds * SECOND_MS);
  });
  if (document.visibilityState === "visible") return;
  await new Promise((resolve) => {
    document.addEventListener("visibilitychange", resolve, { once: true });
  });
}

/** Asks for a part once. Returns in how many seconds to ask again; null for never. */
async function ask(place: HTMLElement, kept: { etag: string }): Promise<number | null> {
  const everyS = Number(place.dataset["every"]);
  const askedAt = Date.now();
  const answer = await fetch(place.dataset["live"] ?? "", {
    headers: kept.etag === "" ? {} : { "if-none-match": kept.etag },
    cache: "no-store",
    redirect: "manual",
  });
  const waitS = Number(answer.headers.get("retry-after"));
  if (answer.status === 429 || answer.status >= 500) {
    return Math.max(everyS, waitS > 0 ? waitS : AFTER_FAULT_S);
  }
  // Signed out, or what it was about is gone: the page says so.
  if (answer.status !== 200 && answer.status !== 304) {
    location.reload();
    return null;
  }
  // What it says was so then, and not when it came.
  place.dataset["asked"] = String(askedAt);
  if (answer.status === 200) {
    kept.etag = answer.headers.get("etag") ?? "";
    const wanted = document.createElement("template");
    wanted.innerHTML = await answer.text();
    localTimes(wanted.content);
    morph(place, wanted.content);
  }
  const ends = answer.headers.get("slipway-ends");
  if (ends === "page") location.reload();
  if (ends === "swap") await swap();
  return ends === null ? everyS : null;
}

/** Shows the page as it is now, and what of it moves. */
async function swap(): Promise<void> {
  try {
    await swapPage();
  } catch {
    return location.reload();
  }
  start();
  const says = document.querySelector<HTMLElement>("#main [data-says]")?.dataset["says"];
  if (says !== undefined) say(says);
}

async function live(place: HTMLElement): Promise<void> {
  const kept = { etag: "" };
  let next: number | null = Number(place.dataset["every"]);
  while (next !== null && place.isConnected) {
    await waitSeen(next);
    // In a dialog that is closed, nobody sees it either.
    if (!place.checkVisibility()) continue;
    next = await ask(place, kept).catch(() => AFTER_FAULT_S);
  }
}

const begun = new WeakSet<HTMLElement>();

/** Begins to ask for the parts that are not asked for yet. */
function start(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-live]")) {
    if (begun.has(place)) continue;
    begun.add(place);
    void live(place);
  }
}

start();
