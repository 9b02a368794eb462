// What comes to a page after it was drawn: answers to its scripts, and its parts that move. Scripts get answers only once the
// page was drawn without them, as on a slow network, and parts come as soon as they are waited for: so what they move is seen
// on every machine, and nothing is waited for longer than it takes.

/** Timers as long as this or longer, ms, are for nothing that a page lacks: its toast goes, and drafts are saved. */
const LONG_MS = 4_000;

/**
 * Runs in each page before its own scripts. `settled()` waits until nothing is asked for any more, and comes to how much
 * shifted since the page began: CLS, 0 for nothing. `moved()` waits for that and then for each part that moves to come once;
 * what shifted before counts only where nobody waited for this page yet, since who did has done something on it.
 */
export const WATCH = `{
  const realTimer = setTimeout.bind(globalThis);
  const stopTimer = clearTimeout.bind(globalThis);
  /** What runs by each timer: of parts that move, and of what else is to come. */
  const turns = new Map();
  const soon = new Map();
  const isTurn = (ms) =>
    [...document.querySelectorAll("[data-live]")].some(({ dataset }) => dataset.every * 1000 === ms);
  globalThis.setTimeout = (run, ms = 0, ...given) => {
    const kept = isTurn(ms) ? turns : ms < ${LONG_MS} ? soon : new Map();
    const ran = () => {
      kept.delete(id);
      run(...given);
    };
    const id = realTimer(ran, ms);
    kept.set(id, ran);
    return id;
  };
  globalThis.clearTimeout = (id) => {
    turns.delete(id);
    soon.delete(id);
    stopTimer(id);
  };

  /** Waits until what is there was drawn, and what came of that was noted. */
  const frames = async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    await new Promise((resolve) => { realTimer(resolve); });
  };
  const painted = new Promise((resolve) => {
    new PerformanceObserver(resolve).observe({ type: "paint", buffered: true });
  });
  const loaded = new Promise((resolve) => { addEventListener("load", resolve, { once: true }); });

  let asked = 0;
  /** Holds a method's answers back until the page was drawn as it is. */
  const holdBack = (object, name, whole = () => null) => {
    const call = object?.[name];
    if (call === undefined) return;
    object[name] = async function (...given) {
      asked++;
      try {
        await painted;
        await frames();
        const answer = await call.apply(this, given);
        await whole(answer);
        return answer;
      } finally {
        // What comes of the answer is still to be done.
        void frames().then(() => { asked--; });
      }
    };
  };
  holdBack(globalThis, "fetch", (answer) => answer.clone().arrayBuffer());
  holdBack(globalThis.ServiceWorkerContainer?.prototype, "getRegistration");
  holdBack(globalThis.PushManager?.prototype, "getSubscription");

  let shift = 0;
  const count = (entries) => entries.forEach(({ value }) => { shift += value; });
  const shifts = new PerformanceObserver((list) => count(list.getEntries()));
  shifts.observe({ type: "layout-shift", buffered: true });

  let isKnown = false;
  globalThis.settled = async () => {
    await Promise.all([painted, loaded]);
    do await frames(); while (asked > 0 || soon.size > 0);
    count(shifts.takeRecords());
    isKnown = true;
    return shift;
  };
  globalThis.moved = async () => {
    const wasKnown = isKnown;
    const before = await settled();
    for (const [id, run] of turns) {
      stopTimer(id);
      run();
    }
    return (await settled()) - (wasKnown ? before : 0);
  };
}`;
