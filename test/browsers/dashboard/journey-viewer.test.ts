// A journey in Chromium: an owner invites somebody as viewer, who comes in by the link, looks at every page of the account
// and of its app, finds nothing there to change anything with, and is refused what a form would send.
import { chromium, type Browser, type Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { describeIn } from "../support/installed.ts";
import { makeSeed, type Seed } from "./seed.ts";

const EMAIL = "bram@example.com";
const PASSWORD = "an orchard of nine plum trees";

describeIn("headless Chromium", (program) => {
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

  test("an owner invites a viewer, who can look and not touch", async () => {
    const link = await invite(await asOwner(), EMAIL);
    const viewer = await (await browser.newContext()).newPage();
    await accept(viewer, link);
    expect(new URL(viewer.url()).pathname).toBe(seed.base);

    const ofAccount = await pagesIn(viewer, seed.base);
    const ofApp = await pagesIn(viewer, seed.app.base);
    expect(ofAccount).not.toContain(`${seed.base}/api-keys`);
    expect(ofAccount).not.toContain(`${seed.base}/audit`);
    const things = [
      `${seed.app.base}/channels/${seed.channel}`,
      `${seed.app.base}/builds/${seed.build}`,
    ];
    for (const path of [...ofAccount, ...ofApp, ...things]) {
      expect(await statusOf(viewer, path), path).toBe(200);
      expect(await waysToChange(viewer), `ways to change something on ${path}`).toEqual([]);
    }
    for (const path of ["/api-keys", "/audit"]) {
      expect(await statusOf(viewer, seed.base + path), path).toBe(403);
    }

    const before = await everything();
    const posts: [string, Record<string, string>][] = [
      [`${seed.base}/team/invite`, { email: "eve@example.com", role: "owner" }],
      [`${seed.base}/settings/name`, { name: "Mine" }],
      [`${seed.base}/settings/delete`, { name: before.account.name }],
      [`${seed.base}/apps/new`, { name: "Mine", url: "https://example.com" }],
      [`${seed.app.base}/design`, { name: "Mine" }],
      [`${seed.app.base}/builds`, {}],
      [`${seed.base}/api-keys`, { name: "k", scopes: "*", reach: "all" }],
      [`${seed.base}/api-keys/${seed.apiKey}/end`, {}],
      [`${seed.app.base}/channels`, { name: "Mine" }],
      [
        `${seed.app.base}/channels/${seed.channel}/send`,
        { to: "x", title: "Hello", text: "Hello" },
      ],
      [`${seed.app.base}/channels/${seed.channel}/delete`, {}],
    ];
    await viewer.goto(seed.url + seed.base);
    for (const [path, fields] of posts) {
      expect(await postByHand(viewer, path, fields), path).toBe(403);
    }
    expect(await everything()).toEqual(before);
  });

  async function asOwner(): Promise<Page> {
    const context = await browser.newContext();
    const [name = "", value = ""] = (await seed.cookieOf("owner")).split(/=(.*)/s);
    await context.addCookies([{ name, value, url: seed.url }]);
    return context.newPage();
  }

  /** Invites somebody as viewer on the page of the team; returns the link that is shown once. */
  async function invite(owner: Page, email: string): Promise<string> {
    await owner.goto(`${seed.url}${seed.base}/team`);
    await owner.getByRole("button", { name: "Invite" }).click();
    const dialog = owner.getByRole("dialog");
    await dialog.getByLabel("E-mail").fill(email);
    await dialog.getByLabel("Viewer").check();
    await dialog.getByRole("button", { name: "Send the invitation" }).click();
    await owner.waitForSelector("#shown");
    return (await owner.locator("#shown pre").innerText()).trim();
  }

  async function accept(page: Page, link: string): Promise<void> {
    await page.goto(link);
    await page.getByLabel("Name").fill("Bram");
    await page.getByLabel(/password/i).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign up and join" }).click();
    await page.waitForURL(/\/dashboard\/\d+$/);
  }

  /** The pages that the side bar leads to from this one. */
  async function pagesIn(page: Page, from: string): Promise<string[]> {
    await page.goto(seed.url + from);
    const links = await page.locator("#side a.nav-link[href]").all();
    const paths = await Promise.all(links.map(async (each) => each.getAttribute("href")));
    return [...new Set(paths.filter((each) => each !== null))];
  }

  async function statusOf(page: Page, path: string): Promise<number> {
    return (await page.goto(seed.url + path))?.status() ?? 0;
  }

  /**
   * Where the page's forms post to within the account that have something to type into or to press: the design is shown in
   * fields that can't be changed. To leave the account is the viewer's own to do.
   */
  async function waysToChange(page: Page): Promise<string[]> {
    const forms = page.locator("form[method=post]", {
      has: page.locator(":is(input:not([type=hidden]), select, textarea, button):enabled"),
    });
    const paths = await Promise.all(
      (await forms.all()).map(async (each) => (await each.getAttribute("action")) ?? "itself"),
    );
    const isOfAccount = (path: string) => path === "itself" || path.startsWith(seed.base);
    return paths.filter((path) => isOfAccount(path) && !path.endsWith("/leave"));
  }

  /** What a form with these fields, made by hand in a page of the account, is answered. */
  async function postByHand(
    page: Page,
    path: string,
    fields: Record<string, string>,
  ): Promise<number> {
    const call = JSON.stringify([path, new URLSearchParams(fields).toString()]);
    return page.evaluate(`(async ([path, body]) => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      return (await fetch(path, { method: "POST", headers, body, redirect: "manual" })).status;
    })(${call})`);
  }

  /** What the account has that a viewer could have changed. */
  async function everything() {
    const data = async (path: string) => (await seed.ask("GET", path)).data;
    const [account, apps, keys, channels] = await Promise.all([
      data("/api/v1/account"),
      data("/api/v1/apps"),
      data("/api/v1/api-keys"),
      data("/api/v1/channels"),
    ]);
    // Each of these requests uses the key.
    const unused = keys.map((key: object) => ({ ...key, last_used_at: null }));
    return { account, apps, keys: unused, channels };
  }
});
