// The script `live` in Chromium: what it asks for and when, and that what it changes leaves people where they were. The server
// is played, and so is the browser's clock.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { describeIn } from "../support/installed.ts";

const ASSETS = join(import.meta.dirname, "../../../static/assets");
const script = readFileSync(
  join(
    ASSETS,
    readdirSync(ASSETS).find((name) => name.startsWith("live."))!,
  ),
  "utf8",
);
/** A clock for the page that stands still until `pass` moves it, by ms. */
const CLOCK = `{
  let now = 0;
  let timers = [];
  globalThis.setTimeout = (run, ms) => timers.push({ run, at: now + ms });
  globalThis.pass = (ms) => {
    now += ms;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { run } of due) run();
  };
}`;
const ORIGIN = "http://pages.test";

interface Answer {
  status?: number;
  body?: string;
  headers?: Record<string, string>;
}

/** The page, with a part that is asked for each three seconds; it goes on below. */
const html = (part: string) => `<!doctype html><title>Things</title>
  <div id="part-state" data-live="?part=state" data-every="3">${part}</div>
  <p>below</p><script type="module" src="/live.js"></script>`;

describeIn("headless Chromium", (program) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: program,
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return async () => browser.close();
  });

  let page: Page;
  /** What the server answers next, and what it was asked with so far: the etag, or null. */
  let next: Answer;
  let asked: (string | null)[];
  let loads: number;
  /** The page that the server has; null for that of `html`. */
  let shown: string | null;
  beforeEach(() => {
    shown = null;
    next = { body: "" };
    asked = [];
    loads = 0;
  });

  /** Opens the page with this in its part. */
  async function open(part: string): Promise<void> {
    page = await browser.newPage();
    onTestFinished(async () => page.close());
    await page.addInitScript(CLOCK);
    await page.route(`${ORIGIN}/**`, async (route) => {
      const request = route.request();
      if (request.url().endsWith("/live.js")) {
        return route.fulfill({ contentType: "text/javascript", body: script });
      }
      if (request.url().endsWith("/settled")) return route.fulfill({ body: "" });
      if (!request.url().includes("part=")) {
        loads++;
        return route.fulfill({ contentType: "text/html", body: shown ?? html(part) });
      }
      asked.push((await request.headerValue("if-none-match")) ?? null);
      const { status = 200, body = "", headers = {} } = next;
      return route.fulfill({ status, body, headers, contentType: "text/html" });
    });
    await page.goto(ORIGIN);
  }

  /** Lets time pass, and then all that was asked for arrive. */
  async function pass(seconds: number): Promise<void> {
    await page.evaluate(`pass(${seconds * 1000})`);
    await page.evaluate(async () => fetch("/settled").then(async (answer) => answer.text()));
  }
  const words = async () => page.locator("#part-state").innerText();

  test("asks at its interval, and shows what is new", async () => {
    await open("1 of 3");
    next = { body: "2 of 3", headers: { etag: '"two"' } };
    await pass(2.9);
    expect([asked, await words()]).toEqual([[], "1 of 3"]);
    await pass(0.2);
    expect([asked, await words()]).toEqual([[null], "2 of 3"]);
    next = { status: 304, headers: { etag: '"two"' } };
    await pass(3);
    expect([asked, await words()]).toEqual([[null, '"two"'], "2 of 3"]);
  });

  test("leaves the focus, what was scrolled, what was opened and the rest of the page as they are", async () => {
    const rows = (state: string, first = "") => `<ul id="list" tabindex="0">${first}
      <li id="a"><button>Stop ${state}</button></li><li id="b">b</li></ul>
      <details><summary>More</summary>${state}</details>`;
    await open(rows("1"));
    await page.addStyleTag({ content: "ul { height: 20px; overflow: auto }" });
    await page.focus("#a button");
    await page.evaluate(() => {
      document.querySelector("details")!.open = true;
      document.querySelector("#list")!.scrollTop = 7;
    });
    next = { body: rows("2", `<li id="new">new</li>`) };
    await pass(3);
    const now = await page.evaluate(() => ({
      focused: document.activeElement?.textContent,
      first: document.querySelector("#list")!.firstElementChild?.id,
      scrolled: document.querySelector("#list")!.scrollTop > 0,
      open: document.querySelector("details")!.open,
    }));
    expect(now).toEqual({ focused: "Stop 2", first: "new", scrolled: true, open: true });
  });

  test("asks nothing while nobody sees the page, and goes on when somebody does", async () => {
    await open("1");
    const see = async (state: string) =>
      page.evaluate((value) => {
        Object.defineProperty(document, "visibilityState", { value, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, state);
    await see("hidden");
    await pass(60);
    expect(asked).toEqual([]);
    await see("visible");
    await pass(0);
    expect(asked).toHaveLength(1);
  });

  test("waits as long as a busy server says, and for one that is down", async () => {
    await open("1");
    next = { status: 429, headers: { "retry-after": "30" } };
    await pass(3);
    await pass(29);
    expect(asked).toHaveLength(1);
    next = { status: 500 };
    await pass(2);
    expect([asked.length, await words()]).toEqual([2, "1"]);
    await pass(9);
    expect(asked).toHaveLength(2);
    next = { body: "2" };
    await pass(2);
    expect([asked.length, await words()]).toEqual([3, "2"]);
  });

  test("asks no more when nothing will change, and loads the page anew when the server says so", async () => {
    await open("1");
    next = { body: "done", headers: { "slipway-ends": "here" } };
    await pass(3);
    await pass(60);
    expect([asked.length, await words(), loads]).toEqual([1, "done", 1]);
    next = { body: "1" };
    await open("1");
    const before = loads;
    next = { body: "done", headers: { "slipway-ends": "page" } };
    await page.evaluate("pass(3000)");
    await expect.poll(() => loads).toBe(before + 1);
  });

  test("shows the page as it is then in its place, with its dialogs, without loading it anew", async () => {
    const whole = (main: string, dialog: string) => `<!doctype html><title>Things</title>
      <main id="main">${main}</main><dialog id="${dialog}">${dialog}</dialog>
      <output id="toast" popover="manual"></output><script type="module" src="/live.js"></script>`;
    shown = whole(
      `<h1>Sending</h1><div id="part-state" data-live="?part=state" data-every="3">1</div>`,
      "stop",
    );
    await open("");
    await page.evaluate("globalThis.isSame = true");
    shown = whole(
      `<h1>Sent</h1><span data-says="It is sent"></span><div id="part-more" data-live="?part=more" data-every="3">m</div>`,
      "again",
    );
    next = { body: "2", headers: { "slipway-ends": "swap" } };
    await page.evaluate("pass(3000)");
    await expect.poll(async () => page.locator("h1").innerText()).toBe("Sent");
    await expect.poll(async () => page.locator("#toast").innerText()).toBe("It is sent");
    const ids = await page.evaluate(() =>
      [...document.querySelectorAll("dialog")].map(({ id }) => id),
    );
    expect([ids, await page.evaluate("isSame")]).toEqual([["again"], true]);
    // What moves on it is asked for too.
    next = { body: "more", headers: { "slipway-ends": "here" } };
    await pass(3);
    expect(await page.locator("#part-more").innerText()).toBe("more");
    expect(asked).toHaveLength(2);
  });

  test("who is signed out meanwhile is shown the page that says so", async () => {
    await open("1");
    next = { status: 303, headers: { location: "/dashboard/sign-in" } };
    await page.evaluate("pass(3000)");
    await expect.poll(() => loads).toBe(2);
  });
});
