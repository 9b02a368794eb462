// An operator suspends an account, in Chromium with the whole stack: its keys, its members and its builds stop at once, each with
// the reason that the operator gave, and go on once they are let.
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { chromium, type Browser, type Page } from "playwright-core";
import { describeIn } from "../support/installed.ts";
import { SOON } from "../support/tab.ts";
import { DESKTOP } from "./look.ts";
import type { Role } from "./screen.ts";
import { makeStart, type Start } from "./seed.ts";

const REASON = "Its apps imitate a bank. Write to abuse@slipway.example.";
/** Longest until a builder that stood still has built, ms: what it was offered meanwhile is offered again after ten seconds. */
const AFTER_STANDSTILL = { timeout: 40_000, interval: 200 };

describeIn("headless Chromium", (program) => {
  let start: Start;
  let browser: Browser;
  beforeAll(async () => {
    start = await makeStart();
    browser = await chromium.launch({
      executablePath: program,
      // Chromium refuses to run as root in its sandbox, and CI is root.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return async () => browser.close();
  });

  test("suspends an account: its keys, members and builds stop at once, with a clear word", async () => {
    const { data: account } = await start.ask("GET", "/api/v1/account");
    // The builder stands still, so that the build waits until it is cancelled.
    const builder = Number(start.note.pids.builder);
    process.kill(builder, "SIGSTOP");
    onTestFinished(() => void process.kill(builder, "SIGCONT"));
    const { data: build } = await triggered();
    const member = await as("developer");
    await member.goto(`${start.url}${start.app.base}/builds`);
    expect(await member.textContent("main table")).toContain("Pending");
    // A page that does not move: one that does would load itself anew in the midst of what follows.
    await member.goto(`${start.url}${start.base}/settings`);

    const operator = await as("operator");
    await operator.goto(`${start.url}/dashboard/admin/accounts`);
    await operator.fill("main [name='q']", account.name.slice(0, 5).toLowerCase());
    await operator.click("main button:text('Filter')");
    await operator.click(`main a:text-is('${account.name}')`);
    await operator.click("main button:text('Suspend')");
    await operator.fill("#suspend [name='reason']", REASON);
    await operator.click("#suspend button:text('Suspend it')");
    await operator.waitForSelector("main :text('Suspended since')");

    const refused = await asKey("/api/v1/apps");
    expect(refused.status).toBe(403);
    expect(JSON.stringify(refused.body)).toContain("account_suspended");
    expect(JSON.stringify(refused.body)).toContain(REASON);
    expect((await member.goto(`${start.url}${start.app.base}`))?.status()).toBe(403);
    expect(await member.textContent("h1")).toBe("This account is suspended");
    expect(await member.textContent("main")).toContain(REASON);
    await operator.reload();
    const builds = operator.locator("section", { hasText: "Newest builds" });
    expect(await builds.locator("tr", { hasText: `#${build.id},` }).textContent()).toContain(
      "Cancelled",
    );

    process.kill(builder, "SIGCONT");

    await operator.click("main button:text('Resume')");
    await operator.click("#resume button:text('Resume it')");
    await operator.waitForSelector("main button:text('Suspend')");
    expect((await asKey("/api/v1/apps")).status).toBe(200);
    expect((await member.goto(`${start.url}${start.app.base}/builds`))?.status()).toBe(200);
    expect(await member.textContent("main table")).toContain("Cancelled");
    const { data: next } = await triggered();
    await vi.waitFor(async () => {
      const { data } = await start.ask("GET", `/api/v1/builds/${next.id}`);
      expect(data.status).toBe("completed");
    }, AFTER_STANDSTILL);
  });

  const triggered = async () => start.ask("POST", `/api/v1/apps/${start.app.id}/builds`, {});

  async function as(role: Role): Promise<Page> {
    const context = await browser.newContext({ viewport: DESKTOP });
    const [name = "", value = ""] = (await start.cookieOf(role)).split(/=(.*)/s);
    await context.addCookies([{ name, value, url: start.url }]);
    const page = await context.newPage();
    page.setDefaultTimeout(SOON.timeout);
    return page;
  }

  async function asKey(path: string): Promise<{ status: number; body: unknown }> {
    const headers = { authorization: `Bearer ${start.note.api_token}` };
    const answer = await fetch(start.url + path, { headers });
    return { status: answer.status, body: await answer.json() };
  }
});
