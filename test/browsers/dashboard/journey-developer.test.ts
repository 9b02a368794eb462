// A developer's way from nothing to an installed app, in Chromium with the whole stack: sign in, make an app, give it an
// icon, build it with the log live before one's eyes, and open the page behind the QR code.
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import sharp from "sharp";
import { chromium, type Browser, type Page } from "playwright-core";
import type { StackNote } from "../../../dev/state.ts";
import { startStack } from "../../e2e/stack.ts";
import { describeIn } from "../support/installed.ts";
import { SOON } from "../support/tab.ts";
import { DESKTOP, findings } from "./look.ts";

const PICTURES = join(import.meta.dirname, "../../../dist/screenshots");

/** The one step that differs by how people come in: afterwards somebody is signed in, and sees their apps. */
async function comeIn(page: Page, note: StackNote): Promise<void> {
  await page.goto(note.dashboard_url);
}

/** Takes a picture of what no address leads to, if asked for, and has axe-core look at it. */
async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    if (process.env["SCREENSHOTS"] === "1") {
      await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`), fullPage: true });
    }
    expect(await findings(page)).toEqual([]);
  }
}

describeIn("Chromium", (program) => {
  let note: StackNote;
  let browser: Browser;
  beforeAll(async () => {
    note = await startStack().ready();
    browser = await chromium.launch({
      executablePath: program,
      // Chromium refuses to run as root in its sandbox, and CI is root.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return async () => browser.close();
  });

  test("from signing in to the page that installs the app, with the build's log live", async () => {
    const page = await browser.newPage({ viewport: DESKTOP });
    page.setDefaultTimeout(SOON.timeout);
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => complaints.push(message.text()));

    await comeIn(page, note);
    await page.goto(`${page.url()}/apps/new`);
    await page.fill("main [name='url']", "https://market.example.com");
    await page.fill("main [name='name']", "Marrowby Market");
    await page.click("main button:text('Make the app')");
    await page.waitForURL(/\/apps\/\d+/);
    const app = /.*\/apps\/\d+/.exec(page.url())?.[0] ?? "";

    await page.goto(`${app}/icon`);
    const drawn = { width: 512, height: 512, channels: 4, background: "#0b5a6b" } as const;
    const buffer = await sharp({ create: drawn }).png().toBuffer();
    const icon = { name: "icon.png", mimeType: "image/png", buffer };
    await page.setInputFiles("[name='icon']", icon);
    await page.click("button:text('Set as the icon')");
    await page.waitForSelector("image[href*='/icon/']");

    await page.goto(`${app}/builds`);
    // The builder stands still until the page of the build is open, so that its log is seen to come.
    const builder = Number(note.pids.builder);
    process.kill(builder, "SIGSTOP");
    onTestFinished(() => void process.kill(builder, "SIGCONT"));
    await page.click("button:text('New build')");
    await page.click("dialog[open] button:text('Build')");
    await page.waitForSelector("[data-log-state]:text('Live')");
    expect(await page.textContent(".log")).toContain("waits for a builder");
    // Gone if the page were loaded again.
    await page.evaluate("globalThis.kept = true");
    await page.focus(".log");
    await look(page, "build-running");
    await page.evaluate(`globalThis.shifts = [];
      new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries()) {
          globalThis.shifts.push(value, ...sources.map(({ node }) => String(node?.outerHTML).slice(0, 80)));
        }
      }).observe({ type: "layout-shift" })`);
    process.kill(builder, "SIGCONT");

    await page.waitForSelector(".chip:text('Completed')");
    await page.waitForSelector(".log li:has-text('Made and verified')");
    expect(await page.evaluate("globalThis.kept")).toBe(true);
    expect(await page.evaluate("document.activeElement.matches('.log')")).toBe(true);
    // By the builder's own lines, which src/web/builds/steps.ts reads.
    expect(await page.textContent(".falls")).toMatch(
      /Package and sign0\.\d\d s|Package and sign\d/,
    );
    expect(await page.locator("#toast").textContent()).toBe("The build is completed");

    expect(await page.evaluate("globalThis.shifts")).toEqual([]);

    const install = (await page.getAttribute("[data-install]", "href")) ?? "";
    expect(complaints).toEqual([]);
    await page.goto(install);
    expect(await page.textContent("h1")).toContain("Marrowby Market");
    expect(await page.locator("a[href*='.apk'], a[href*='download']").count()).toBeGreaterThan(0);
    await page.close();
  });
});
