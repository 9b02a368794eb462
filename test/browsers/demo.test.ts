// The demo page of the local stack, as whoever ran `npm start` opens it: a browser subscribes, sends itself a push, and sees
// its receipt and its click counted.
import { beforeAll, expect, test, vi } from "vitest";
import { startStack } from "../e2e/stack.ts";
import type { StackNote } from "../../dev/state.ts";
import { Chromium } from "./support/chromium.ts";
import { Firefox } from "./support/firefox.ts";
import { describeIn } from "./support/installed.ts";
import { holds, SOON, type Tab } from "./support/tab.ts";

let note: StackNote;
/** The address that `npm start` prints. */
let url: string;
beforeAll(async () => {
  const stack = startStack();
  note = await stack.ready();
  // What was printed may be on its way yet when the note is there.
  [, url = ""] = await stack.printed.find(/^ +Demo +(\S+)/m);
});

const state = (tab: Tab, name: string) => holds(tab, `demo.dataset.state === "${name}"`);

describeIn("Firefox", (program) => {
  let firefox: Firefox;
  beforeAll(async () => {
    const started = await Firefox.start(program, note.providers_url);
    firefox = started.firefox;
    return started.end;
  });

  const written = (tab: Tab, name: string) =>
    tab.run<string>(`document.querySelector('[data-text="${name}"]').textContent`);
  const counted = async (tab: Tab) =>
    Promise.all(["sent", "delivered", "clicked"].map((name) => written(tab, name)));

  test("the page that npm start names subscribes, sends to itself, and counts the receipt and the click", async () => {
    expect(url).toBe(`${note.url}/demo`);
    const tab = await firefox.open(url);
    await state(tab, "new");
    await tab.press("#subscribe");
    await state(tab, "subscribed");
    expect(await written(tab, "service")).toBe(`Subscribed, ${new URL(note.providers_url).host}`);
    await tab.run(`document.querySelector("#title").value = "Ahoy"`);
    await tab.press("#send button");
    await vi.waitFor(async () => {
      expect(await firefox.shown()).toMatchObject([{ title: "Ahoy" }]);
    }, SOON);
    await state(tab, "delivered");
    expect(await counted(tab)).toEqual(["1", "1", "0"]);
    await firefox.click("Ahoy");
    await state(tab, "clicked");
    expect(await counted(tab)).toEqual(["1", "1", "1"]);
    expect(await written(tab, "came-back")).toMatch(/^Clicked, \d+(\.\d\d)? m?s later$/);
    expect(await firefox.tabs(note.url)).toHaveLength(1);
  });

  test("no more than five a minute, and nothing after it was unsubscribed", async () => {
    const [tab] = await firefox.tabs(note.url);
    if (!tab) throw new Error("the page is closed");
    // Those of the other test count too, unless a minute has ended between them.
    await vi.waitFor(async () => {
      await tab.run(`document.querySelector("[data-again]:not([hidden] *)")?.click()`);
      await tab.run(`document.querySelector("#send").requestSubmit()`);
      expect(await written(tab, "trouble")).toMatch(/^Five a minute: the next one in \d+ s\.$/);
    }, SOON);
    await tab.press("#unsubscribe");
    await state(tab, "new");
    expect(await counted(tab)).toEqual(["0", "0", "0"]);
  });
});

describeIn("Chromium", (program) => {
  let chromium: Chromium;
  beforeAll(async () => {
    const started = await Chromium.start(program);
    chromium = started.chromium;
    return started.end;
  });

  test.each([
    ["a desk", { width: 1280, height: 800 }],
    ["a phone", { width: 360, height: 740 }],
    ["a phone at night", { width: 390, height: 844, dark: true }],
  ])("on %s nothing of it is cut, and its policy lets all of it be", async (_, screen) => {
    const tab = await chromium.open(url, screen);
    await state(tab, "new");
    expect(await tab.run(`document.documentElement.scrollWidth - innerWidth`)).toBeLessThanOrEqual(
      0,
    );
    expect(
      await tab.run(`getComputedStyle(document.querySelector("#subscribe")).backgroundColor`),
    ).not.toBe("rgba(0, 0, 0, 0)");
    await tab.close();
    expect(chromium.complaints).toEqual([]);
  });

  test("who refuses is told how to allow it", async () => {
    await chromium.refuse(note.url);
    const tab = await chromium.open(url);
    await state(tab, "denied");
    expect(await tab.run(`document.querySelector("#again").checkVisibility()`)).toBe(true);
    expect(await tab.run(`document.querySelector("#subscribe").checkVisibility()`)).toBe(false);
    expect(await tab.run(`document.querySelector(".guide li:not([hidden])").innerText`)).toMatch(
      /^Refused\s+Allow notifications/,
    );
    await tab.close();
  });

  test.each([
    [
      "refuses",
      "Promise.reject(new DOMException('Registration failed', 'AbortError'))",
      "did not subscribe: Registration failed.",
    ],
    ["never answers", "new Promise(() => {})", "waits for its push service."],
  ])(
    "who has a browser whose push service %s is told what can keep it back",
    async (_, answer, says) => {
      await chromium.allow(note.url);
      const tab = await chromium.open(url);
      await tab.run(`navigator.serviceWorker.register("/demo/sw.js", { scope: "/demo/slipway-push/", updateViaCache: "none" })
      .then(({ installing, active }) => active ?? new Promise((resolve) => {
        installing.onstatechange = () => installing.state === "activated" && resolve();
      })).then(() => {})`);
      const scope = `${note.url}/demo/slipway-push/`;
      await chromium.inWorker(scope, `void (PushManager.prototype.subscribe = () => ${answer})`);
      await tab.run(`void document.querySelector("#subscribe").click()`);
      await holds(
        tab,
        `trouble.innerText.includes(${JSON.stringify(says)}) && trouble.innerText.includes("Brave")`,
      );
      await tab.close();
    },
  );

  test.each([
    [
      "keeps nothing for pages",
      `Object.defineProperty(window, "localStorage", { get() { throw new Error("blocked"); } })`,
    ],
    ["has kept something else", `localStorage.setItem("slipway-demo", "{")`],
  ])("the page works in a browser that %s", async (_, script) => {
    const tab = await chromium.open(url, { script });
    await holds(tab, `demo.dataset.state === "new" || demo.dataset.state === "denied"`);
    await tab.close();
  });
});
