// The composer in Chromium, beside its journey: two who write the same draft see each other, and neither loses a word; and
// without JavaScript one writes and sends as well.
import { chromium, type Browser, type Page } from "playwright-core";
import { beforeAll, expect, test, vi } from "vitest";
import { describeIn } from "../support/installed.ts";
import { SOON } from "../support/tab.ts";
import { makeStart, type Start } from "./seed.ts";

/** The composer saves itself after ten seconds, and looks for others as often. */
const SAVED = { timeout: 30_000, interval: 100 };

describeIn("headless Chromium", (program) => {
  let seed: Start;
  let browser: Browser;
  beforeAll(async () => {
    seed = await makeStart();
    browser = await chromium.launch({
      executablePath: program,
      // Chromium refuses to run as root in its sandbox, and CI is root.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return async () => browser.close();
  });

  async function as(role: "owner" | "marketer", options = {}): Promise<Page> {
    const context = await browser.newContext({ timezoneId: "Europe/Berlin", ...options });
    const [value = ""] = (await seed.cookieOf(role)).split("; ");
    const at = value.indexOf("=");
    await context.addCookies([
      { name: value.slice(0, at), value: value.slice(at + 1), url: seed.url, secure: true },
    ]);
    return context.newPage();
  }

  const compose = () => `${seed.url}${seed.app.base}/compose`;
  const field = (page: Page, name: string) => page.locator(`#composer [name="${name}"]`).first();
  const press = async (page: Page, what: string) =>
    page.locator(`#composer button[name="do"][value="${what}"]`).last().click();
  const notifications = async (): Promise<any[]> =>
    (await seed.ask("GET", `/api/v1/push/apps/${seed.app.uuid}/notifications?limit=100`)).data;
  const named = async (title: string) =>
    (await notifications()).find((each) => each.title === title);

  test("two who write one draft see each other, and neither loses a word", async () => {
    const [ann, ben] = [await as("marketer"), await as("owner")];
    await ann.goto(compose());
    await field(ann, "title").fill("Ann began it");
    await press(ann, "save");
    await ann.waitForURL((url) => url.search === "");
    await ben.goto(ann.url());
    await vi.waitFor(
      async () =>
        expect(await ann.locator("#part-editors").innerText()).toContain("this draft open too"),
      SAVED,
    );
    expect(await ben.locator("#part-editors").innerText()).toContain("this draft open too");
    await field(ben, "body").fill("Ben's text");
    await press(ben, "save");
    await vi.waitFor(
      async () => expect(await ben.locator("[data-saved]").innerText()).toContain("Saved"),
      SOON,
    );
    await field(ann, "body").fill("Ann's text");
    // Her page is told of his save, and saves no more over it.
    await vi.waitFor(
      async () => expect(await ann.locator("[data-conflict]").isVisible()).toBe(true),
      SAVED,
    );
    expect(await field(ann, "body").inputValue()).toBe("Ann's text");
    const [theirs] = await Promise.all([
      ann.context().waitForEvent("page"),
      ann.locator("[data-conflict] a").click(),
    ]);
    expect(await field(theirs, "body").inputValue()).toBe("Ben's text");
    await Promise.all([ann.waitForEvent("load"), ann.locator("[data-over]").click()]);
    expect(await field(ann, "body").inputValue()).toBe("Ann's text");
    await ben.reload();
    expect(await field(ben, "body").inputValue()).toBe("Ann's text");
    await Promise.all([ann.context().close(), ben.context().close()]);
  });

  test("what was asked before a draft was first saved does not say that it is gone", async () => {
    const page = await as("marketer");
    await page.clock.install();
    await page.goto(compose());
    const [asked, isSaved] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await page.route(/part=editors/, async (route) => {
      const response = await route.fetch();
      asked.resolve();
      await isSaved.promise;
      await route.fulfill({ response });
    });
    await page.clock.fastForward(SAVED.timeout);
    await asked.promise;
    await field(page, "title").fill("Saved while others were asked for");
    await page.evaluate("dispatchEvent(new Event('blur'))");
    await page.locator("[data-saved]", { hasText: "just now" }).waitFor();
    isSaved.resolve();
    await page.locator("#part-editors [data-gone]").waitFor({ state: "attached" });
    expect(await page.locator("[data-gone-notice]").isVisible()).toBe(false);
    await page.context().close();
  });

  test("without JavaScript a notification is written and sent", async () => {
    const page = await as("marketer", { javaScriptEnabled: false });
    await page.goto(compose());
    await field(page, "language").fill("de");
    await press(page, "language.add");
    await field(page, "title").fill("Without a script");
    await field(page, "body").fill("It goes out all the same.");
    await field(page, "translations.de.title").fill("Ohne Skript");
    await field(page, "translations.de.body").fill("Es geht trotzdem hinaus.");
    await press(page, "confirm");
    await page.waitForURL(/\/confirm$/);
    await page.locator('input[name="everyone"]').check();
    await Promise.all([
      page.waitForURL(/\/notifications\//),
      page.locator(".actions .btn--primary").click(),
    ]);
    await vi.waitFor(
      async () => expect((await named("Without a script"))?.status).toBe("sent"),
      SOON,
    );
    await page.context().close();
  });
});
