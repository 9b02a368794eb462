// What the script of all pages does, and what works without it, in Chromium on pages of the local stack: jumping, dialogs,
// menus, the theme, the toast, copying, times, and forms that are sent twice.
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { startStack } from "../../e2e/stack.ts";
import { describeIn } from "../support/installed.ts";

/** A zone in which no time is what the server writes. */
const ZONE = "Asia/Kolkata";

describeIn("headless Chromium", (program) => {
  let browser: Browser;
  /** The address that npm start prints, and that of the stack. */
  let dashboard: string;
  let url: string;
  beforeAll(async () => {
    const note = await startStack().ready();
    ({ dashboard_url: dashboard, url } = note);
    browser = await chromium.launch({
      executablePath: program,
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return async () => browser.close();
  });

  let context: BrowserContext;
  let page: Page;
  beforeEach(async () => {
    page = await open();
  });

  /** Opens the address that npm start prints in a browser of its own; a path of the account's pages leads on from there. */
  async function open(options: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
    context = await browser.newContext({ timezoneId: ZONE, colorScheme: "light", ...options });
    onTestFinished(async () => context.close());
    const opened = await context.newPage();
    await opened.goto(dashboard);
    return opened;
  }

  const focused = async () => page.evaluate("document.activeElement.id");

  test("the address that npm start prints opens the account's pages, signed in", async () => {
    expect(new URL(page.url()).pathname).toMatch(/^\/dashboard\/\d+$/);
    expect(await page.innerText("h1")).toBe("Apps");
    // The style sheet is there, and is kept for good.
    const sheet = await page.locator("link[rel=stylesheet]").first().getAttribute("href");
    const file = await fetch(url + sheet);
    expect(file.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });

  test("/ opens the list of pages, typing filters it, and Enter opens the first; Escape closes it", async () => {
    await page.keyboard.press("/");
    expect(await focused()).toBe("jump-q");
    await page.keyboard.type("team work");
    const left = page.locator("#jump-list li:visible");
    expect(await left.allInnerTexts()).toEqual([expect.stringMatching(/^Team\s+Workspace$/)]);
    // The browser's own: Escape empties a search first.
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    expect(await page.locator("#jump").isVisible()).toBe(false);
    await page.keyboard.press("/");
    await page.fill("#jump-q", "security");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/dashboard/security");
  });

  test("/ is a letter in a field", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("/");
    expect(await page.inputValue("#jump-q")).toBe("/");
  });

  test("the theme changes at once, and holds on the next page", async () => {
    const theme = async () => page.evaluate("document.documentElement.dataset.theme ?? null");
    expect(await theme()).toBeNull();
    const kept = page.waitForResponse("**/dashboard/theme");
    await page.evaluate("globalThis.isSamePage = true");
    await page.click("[data-theme-toggle]");
    expect([await theme(), await page.evaluate("globalThis.isSamePage")]).toEqual(["dark", true]);
    expect((await kept).status()).toBe(303);
    await page.reload();
    expect(await theme()).toBe("dark");
    await page.click("[data-theme-toggle]");
    expect(await theme()).toBe("light");
  });

  test("without a script the theme changes by a form, which leads back", async () => {
    page = await open({ javaScriptEnabled: false });
    const before = page.url();
    await page.click("[data-theme-toggle]");
    await page.waitForLoadState();
    expect(page.url()).toBe(before);
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
  });

  test("what a form did is said by the toast, and without a script in the page", async () => {
    const place = { domain: "127.0.0.1", path: "/dashboard" };
    const said = { name: "slipway_flash", value: "Saved%20it", ...place };
    await context.addCookies([said]);
    await page.reload();
    await expect.poll(async () => page.locator("#toast").isVisible()).toBe(true);
    expect(await page.innerText("#toast")).toBe("Saved it");
    await page.reload();
    expect(await page.locator("#toast").isVisible()).toBe(false);
    page = await open({ javaScriptEnabled: false });
    await context.addCookies([said]);
    await page.reload();
    expect(await page.innerText(".flash")).toBe("Saved it");
  });

  test("menus and dialogs open without a script", async () => {
    page = await open({ javaScriptEnabled: false });
    await page.click("button[popovertarget='me-menu']");
    expect(await page.locator("#me-menu").isVisible()).toBe(true);
    await page.click("button[commandfor='new-app']");
    expect(await page.locator("#new-app").isVisible()).toBe(true);
  });

  test("by keyboard alone: the skip link, a menu, a dialog and a row; Escape gives the focus back", async () => {
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("skip");
    await page.keyboard.press("Enter");
    await page.waitForURL("**#main");
    await page.focus("button[popovertarget='me-menu']");
    await page.keyboard.press("Enter");
    expect(await page.locator("#me-menu").isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.locator("#me-menu").isVisible()).toBe(false);
    const opener = page.locator("button[commandfor='new-app']").first();
    await opener.focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("#new-app").isVisible()).toBe(true);
    expect(await page.evaluate("document.activeElement.closest('dialog')?.id")).toBe("new-app");
    await page.keyboard.press("Escape");
    expect(await page.locator("#new-app").isVisible()).toBe(false);
    expect(await opener.evaluate((it) => it === document.activeElement)).toBe(true);
    await page.focus("main .card--link a.cover");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/apps\/\d+$/);
  });

  test("who wants less motion sees none", async () => {
    const moving = `[...document.querySelectorAll("*")].filter((it) =>
      ["", "::before", "::after"].some((part) => {
        const { animationName, animationIterationCount, transitionDuration } = getComputedStyle(it, part);
        const repeats = animationName !== "none" && animationIterationCount === "infinite";
        return repeats || transitionDuration.split(", ").some((each) => parseFloat(each) > 0);
      })).length`;
    // A build at work, and a button that was sent, pulse and spin.
    await page.evaluate(`document.querySelector("main").insertAdjacentHTML("beforeend",
      '<span class="chip" data-tone="live">Building</span><button class="btn" aria-busy="true">Build</button>')`);
    expect(await page.evaluate(moving)).toBeGreaterThan(0);
    await page.emulateMedia({ reducedMotion: "reduce" });
    expect(await page.evaluate(moving)).toBe(0);
  });

  test("a dialog whose form was refused is open, modal with a script, and says at the field what is wrong", async () => {
    for (const javaScriptEnabled of [true, false]) {
      page = await open({ javaScriptEnabled });
      await page.goto(`${page.url()}/api-keys`);
      await page.click("button[commandfor='new-key'] >> visible=true");
      // Longer than a name may be, and the browser's own bound is not asked.
      await page.locator("#new-key form").evaluate((form: HTMLFormElement) => {
        form.noValidate = true;
        form.querySelector<HTMLInputElement>("[name=name]")!.removeAttribute("maxlength");
      });
      await page.fill("#new-key [name=name]", "x".repeat(300));
      await page.click("#new-key .btn--primary");
      await page.waitForSelector("#new-key [aria-invalid=true]");
      // The script, which makes it modal, runs once the page is whole.
      await page.waitForLoadState();
      expect(await page.inputValue("#new-key [name=name]")).toBe("x".repeat(300));
      expect(await page.locator("#new-key").isVisible()).toBe(true);
      const isModal = await page.locator("#new-key").evaluate((it) => it.matches(":modal"));
      expect(isModal).toBe(javaScriptEnabled);
      expect(
        await page.locator("#new-key").evaluate((it) => it.getBoundingClientRect().top),
      ).toBeLessThan(800);
    }
  });

  test("a double click makes one app, with a script and without", async () => {
    for (const javaScriptEnabled of [true, false]) {
      page = await open({ javaScriptEnabled });
      const counted = async () => Number(await page.innerText(".nav-link[aria-current] .count"));
      const apps = page.url();
      const before = await counted();
      await page.goto(`${apps}/apps/new`);
      await page.fill("main [name=url]", "https://example.com");
      await page.fill("main [name=name]", "Twice");
      await page.dblclick("main .btn--primary");
      await page.waitForURL(/\/apps\/\d+/);
      await page.goto(apps);
      expect(await counted()).toBe(before + 1);
    }
  });

  test("a browser that knows no commands has its dialogs opened and closed by the script", async () => {
    await page.addInitScript("delete HTMLButtonElement.prototype.command");
    await page.reload();
    expect(await page.evaluate("'command' in HTMLButtonElement.prototype")).toBe(false);
    // The browser does it by itself as well: what is done twice must not fail.
    const faults: string[] = [];
    page.on("pageerror", ({ message }) => faults.push(message));
    await page.click("button[commandfor='new-app'] >> visible=true");
    expect(await page.locator("#new-app").isVisible()).toBe(true);
    expect(faults).toEqual([]);
  });

  test("times are in the viewer's zone", async () => {
    await page.goto(`${url}/dashboard/security`);
    const times = page.locator("time[datetime]:not([data-day], [data-ago])");
    const at = new Date((await times.first().getAttribute("datetime"))!);
    const hour = at.toLocaleTimeString("en-GB", {
      timeZone: ZONE,
      hour: "2-digit",
      minute: "2-digit",
    });
    expect(await times.first().innerText()).toMatch(
      new RegExp(`^(Today|\\d+ [A-Z][a-z]{2}), ${hour}$`),
    );
  });
});
