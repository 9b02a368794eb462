// A journey in Chromium: a marketer finds a sending that waits, sees whom it is for, and ends it; nothing of it is due any more.
import { chromium, type Browser } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { describeIn } from "../support/installed.ts";
import { makeSeed, type Seed } from "./seed.ts";

describeIn("Chromium", (program) => {
  let seed: Seed;
  let browser: Browser;
  beforeAll(async () => {
    seed = await makeSeed();
    browser = await chromium.launch({
      executablePath: program,
      // Chromium refuses to run as root in its sandbox, and CI is root.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return async () => browser.close();
  });

  async function ask(method: string, path: string, json?: unknown): Promise<any> {
    const answer = await fetch(`${seed.url}/api/b/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${seed.sendings.key}`,
        "content-type": "application/json",
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await answer.text();
    expect(answer.status, text).toBeLessThan(300);
    return JSON.parse(text);
  }

  test("a sending that waits is found, and ended", async () => {
    const { id: push } = await ask("POST", "/pushes", {
      default_lang: "en",
      translations: [{ language: "en", title: "Late stalls", text: "Until nine." }],
    });
    const at = new Date(Date.now() + 2 * 86_400_000).toISOString();
    const { id } = await ask("POST", "/sched/onesend", {
      name: "Late stalls",
      date: at.slice(0, 10),
      time: at.slice(11, 16),
      timezone: "Z",
      all_apps: true,
    });
    await ask("PUT", `/sched/onesend/${id}/pushes`, { push_ids: [push] });

    const context = await browser.newContext();
    const { account, base } = seed.sendings;
    const [value = ""] = (await seed.cookieOf("marketer", account)).split("; ");
    const equals = value.indexOf("=");
    await context.addCookies([
      {
        name: value.slice(0, equals),
        value: value.slice(equals + 1),
        url: seed.url,
        secure: true,
      },
    ]);
    const page = await context.newPage();
    await page.goto(`${seed.url}${base}`);
    await page.getByRole("link", { name: "Late stalls" }).click();
    await page.waitForURL(new RegExp(`/sendings/${id}$`));
    await page.locator('button[command="show-modal"][commandfor="end-sending"]').click();
    const dialog = page.locator("dialog#end-sending");
    await Promise.all([
      page.waitForEvent("load"),
      dialog.locator(".actions button:not([command])").click(),
    ]);
    await page.locator(".chip", { hasText: "Ended" }).first().waitFor();
    expect((await ask("GET", `/sched/onesend/${id}`)).ended_at).not.toBe(null);
    expect(await page.locator('[commandfor="end-sending"]').count()).toBe(0);
    await context.close();
  });
});
