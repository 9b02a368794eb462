// The script `log` in Chromium: what it says while its stream is cut. The server is played.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { describeIn } from "../support/installed.ts";

const ASSETS = join(import.meta.dirname, "../../../static/assets");
const script = readFileSync(
  join(
    ASSETS,
    readdirSync(ASSETS).find((name) => name.startsWith("log."))!,
  ),
  "utf8",
);
const ORIGIN = "http://pages.test";
const HTML = `<!doctype html><title>Build</title><span data-log-state>So far</span>
  <div data-stream="/log" data-next="0"><ol data-log></ol></div>
  <script type="module" src="/log.js"></script>`;

describeIn("headless Chromium", (program) => {
  test("the log says when its stream is cut, and when it goes on", async () => {
    const browser = await chromium.launch({
      executablePath: program,
      chromiumSandbox: process.getuid?.() !== 0,
    });
    onTestFinished(async () => browser.close());
    const page = await browser.newPage();
    let isCut = true;
    let asked = 0;
    await page.route(`${ORIGIN}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/log.js")
        return route.fulfill({ contentType: "text/javascript", body: script });
      if (pathname !== "/log") return route.fulfill({ contentType: "text/html", body: HTML });
      asked++;
      // An answer that ends is a stream that is cut: the browser asks again.
      if (asked === 1) {
        const body = `retry: 10\nevent: log\nid: 6\ndata: {"text":"one\\ntwo"}\n\n`;
        return route.fulfill({ contentType: "text/event-stream", body });
      }
      if (isCut) return route.abort();
      const body = `retry: 60000\nevent: log\nid: 9\ndata: {"text":" and on"}\n\n`;
      return route.fulfill({ contentType: "text/event-stream", body });
    });
    await page.goto(ORIGIN);
    const state = page.locator("[data-log-state]");
    await expect.poll(async () => state.innerText()).toBe("Connecting again");
    expect(await page.locator("ol").innerText()).toContain("two");
    await page.evaluate(() => {
      const of = document.querySelector("[data-log-state]")!;
      const states: (string | null)[] = [];
      Object.assign(globalThis, { states });
      new MutationObserver(() => states.push(of.textContent)).observe(of, { childList: true });
    });
    isCut = false;
    await expect.poll(async () => page.locator("ol").innerText()).toContain("two and on");
    expect(await page.evaluate("states")).toContain("Live");
  });
});
