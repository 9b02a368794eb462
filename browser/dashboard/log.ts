// The live log of a build that goes on: its stream appends lines and moves the state; at the build's end the page with the
// result takes the place of this one, without a reload.
import { swapPage } from "./shared/swap.ts";
import { say } from "./shared/toast.ts";

/** How near its end the log must be scrolled to be followed, px: about two lines. */
const NEAR_END_PX = 40;
/** How often the elapsed time is written, ms. */
const REWRITE_MS = 200;
/** How long until the stream is asked for again after it was refused, ms: the minute of its rate may have to end. */
const AGAIN_MS = 20_000;
/** How states look, as the server's chips do (src/web/parts/chip.tsx). */
const STATES: Record<string, { tone: string; word: string; says: string }> = {
  pending: { tone: "wait", word: "Pending", says: "Waiting for a builder" },
  building: { tone: "live", word: "Building", says: "A builder works on it" },
};

const box = document.querySelector<HTMLElement>("[data-stream]");
const list = box?.querySelector<HTMLOListElement>("[data-log]");
if (box && list) run(box, list);

function run(box: HTMLElement, list: HTMLOListElement): void {
  const clock = elapsed();
  const append = lines(box, list);
  const stateOf = document.querySelector("[data-log-state]");
  const sayState = (words: string) => {
    if (stateOf) stateOf.textContent = words;
  };
  sayState("Live");
  let next = Number(box.dataset["next"]);
  box.scrollTop = box.scrollHeight;

  const open = () => {
    const stream = new EventSource(`${box.dataset["stream"] ?? ""}?from=${next}`);
    stream.addEventListener("open", () => sayState("Live"));
    stream.addEventListener("log", ({ data, lastEventId }) => {
      const { text }: { text: string } = JSON.parse(data);
      next = Number(lastEventId);
      append(text);
    });
    stream.addEventListener("status", ({ data }) => {
      const { status }: { status: string } = JSON.parse(data);
      show(status);
    });
    stream.addEventListener("end", ({ data }) => {
      const { status }: { status: string } = JSON.parse(data);
      stream.close();
      clearInterval(clock);
      finish(box, status).catch(() => location.reload());
    });
    stream.addEventListener("error", () => {
      sayState("Connecting again");
      // The browser asks again by itself, with the id of the last event, unless it was refused.
      if (stream.readyState === EventSource.CLOSED) setTimeout(open, AGAIN_MS);
    });
  };
  open();
}

/** Writes how long the build has taken, from what the server said on. */
function elapsed(): ReturnType<typeof setInterval> {
  const output = document.querySelector<HTMLOutputElement>("output[data-elapsed]");
  const since = performance.now() - Number(output?.dataset["elapsed"] ?? 0);
  return setInterval(() => {
    if (output) output.value = duration(performance.now() - since);
  }, REWRITE_MS);
}

/** A duration as the server writes it (src/web/builds/words.ts). */
function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

/** Returns a function that appends text to the log; a line that is not whole yet is completed by the next text. */
function lines(box: HTMLElement, list: HTMLOListElement): (text: string) => void {
  let number = list.start + list.children.length;
  let open: HTMLElement | null = null;
  return (text) => {
    const follows = box.scrollTop + box.clientHeight > box.scrollHeight - NEAR_END_PX;
    document.querySelector("[data-log-empty]")?.remove();
    const parts = text.split("\n");
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      if (isLast && part === "") break;
      if (open === null) {
        open = document.createElement("span");
        const item = document.createElement("li");
        const count = document.createElement("span");
        count.className = "muted num";
        count.textContent = String(number);
        number += 1;
        item.append(count, open);
        list.append(item);
      }
      open.textContent += part;
      open.className = toneOf(open.textContent);
      if (!isLast) open = null;
    }
    if (follows) box.scrollTop = box.scrollHeight;
  };
}

/** The colour of a line that tells how it went (src/web/builds/log-view.tsx). */
function toneOf(line: string): string {
  if (/^(Verified|Made and verified):/.test(line)) return "ok";
  return /^(Failed|The attempt failed):/.test(line) ? "bad" : "";
}

function show(status: string): void {
  const state = STATES[status];
  if (!state) return;
  const chip = document.querySelector<HTMLElement>("[data-status] .chip");
  if (chip) {
    chip.dataset["tone"] = state.tone;
    chip.textContent = state.word;
  }
  const says = document.querySelector("[data-status-says]");
  if (says) says.textContent = state.says;
}

/** Puts the page with the build's result in the place of this one's. */
async function finish(box: HTMLElement, status: string): Promise<void> {
  const { offsetHeight } = box;
  await swapPage();
  // So that what is below the log, as on phones, stays where it is.
  box.style.minHeight = `${offsetHeight}px`;
  say(`The build is ${status}`);
}
