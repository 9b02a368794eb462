// A marketer's way without help, in Chromium with the whole stack, and by links and buttons alone: she writes a notification
// that saves itself, sends it to her own phone, schedules it at local time, changes it, sends it, and reads how it went; she
// makes a segment, writes to it and changes it; and she ends a sending to several apps.
import { chromium, type Browser, type Page } from "playwright-core";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { providersClient, type ProvidersClient } from "../../../dev/providers/client.ts";
import type { StackNote } from "../../../dev/state.ts";
import { startStack } from "../../e2e/stack.ts";
import { describeIn } from "../support/installed.ts";
import { SOON } from "../support/tab.ts";

/** The composer saves itself after ten seconds. */
const SAVED = { timeout: 30_000 };
const DAY_MS = 86_400_000;

/** Half of them have the box, and one is gone. */
const PEOPLE = Array.from({ length: 6 }, (_, at) => ({ tags: at % 2 === 0 ? ["box"] : [] }));

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

describeIn("headless Chromium", (program) => {
  let browser: Browser;
  let note: StackNote;
  let providers: ProvidersClient;
  let app: { id: number; uuid: string };
  /** The token of the phone that is hers. */
  let phone: string | undefined;
  beforeAll(async () => {
    note = await startStack().ready();
    providers = providersClient(note.providers_url);
    app = (await ask("POST", "/api/v1/apps", { name: "Fairs", url: "https://fairs.example.com" }))
      .data;
    const push = `/api/v1/push/apps/${app.uuid}`;
    const account = await providers.makeServiceAccount();
    await ask("PUT", `${push}/credentials/fcm`, { service_account: account });
    const sender = account.project_id;
    const alive = await providers.makeDevices("fcm", { count: PEOPLE.length - 1, sender });
    const devices = [...(await providers.makeDevices("fcm", { sender, dead_share: 1 })), ...alive];
    phone = alive.at(-1)?.token;
    const subscribers = devices.map(({ token }, at) => ({
      platform: "android",
      provider: "fcm",
      token,
      ...PEOPLE[at],
    }));
    await ask("POST", `${push}/subscribers/bulk`, { subscribers });
    browser = await chromium.launch({
      executablePath: program,
      // Chromium refuses to run as root in its sandbox, and CI is root.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return async () => browser.close();
  });

  async function ask(method: string, path: string, json?: unknown): Promise<any> {
    const answer = await fetch(note.url + path, {
      method,
      headers: { authorization: `Bearer ${note.api_token}`, "content-type": "application/json" },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    const text = await answer.text();
    expect(answer.status, text).toBeLessThan(300);
    return text === "" ? null : JSON.parse(text);
  }

  /** The page with the account's apps, as she sees it. */
  async function comeIn(): Promise<Page> {
    const context = await browser.newContext({ timezoneId: "Europe/Berlin" });
    onTestFinished(async () => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(SOON.timeout);
    await page.goto(note.dashboard_url.replace(/owner$/, "marketer"));
    return page;
  }

  const field = (page: Page, name: string) => page.locator(`#composer [name="${name}"]`).first();
  const press = async (page: Page, name: string) => page.getByRole("button", { name }).click();
  const follow = async (page: Page, name: string) =>
    page.getByRole("link", { name, exact: true }).first().click();
  const heading = async (page: Page) => page.locator("h1").innerText();
  const shows = async (page: Page, words: string | RegExp) =>
    page.locator("main").getByText(words).first().waitFor();

  /** Goes from a page of the app to a new notification: the first has a button with other words. */
  async function begin(page: Page): Promise<void> {
    await follow(page, "Notifications");
    await page.getByRole("link", { name: /^(?:New|Write a) notification$/ }).click();
    await page.waitForURL(/\/compose\//);
  }

  test("a notification is written, tested, scheduled, changed and sent, and its report is read", async () => {
    const page = await comeIn();
    await page.getByRole("link", { name: "Fairs" }).first().click();
    await begin(page);
    await field(page, "title").fill("Plums on Saturday");
    await field(page, "body").fill("At the north gate.");
    await expect
      .poll(async () => page.locator("[data-saved]").innerText(), SAVED)
      .toMatch(/^Saved as a draft/);
    // Enter in a field saves as well, and sends nothing.
    await Promise.all([page.waitForEvent("load"), field(page, "title").press("Enter")]);
    expect(page.url()).toMatch(/\/compose\/[\da-f-]{36}$/);
    expect(await field(page, "title").inputValue()).toBe("Plums on Saturday");

    // To her own phone, which registered just now.
    await press(page, "Test to me");
    const all = await ask("GET", `/api/v1/push/apps/${app.uuid}/subscribers?limit=100`);
    const own = all.data.find((each: { token: string }) => each.token === phone);
    await page.locator(`dialog#test [name="test_pick"][value="${own.id}"]`).check();
    await press(page, "Send the test");
    await page.getByText("The test is on its way to one device.").first().waitFor();
    const taken = async () =>
      (await providers.received("fcm")).recipients.map(({ id, count }) => ({ id, count }));
    await expect.poll(taken, SOON).toEqual([{ id: phone, count: 1 }]);

    expect(await field(page, "title").inputValue()).toBe("Plums on Saturday");
    await page.getByRole("radio", { name: "At local time" }).check();
    await page.getByLabel("Their date and time").fill(`${inDays(3)}T18:00`);
    await press(page, "Review and send");
    await page.waitForURL(/\/confirm$/);
    expect(await heading(page)).toBe("Schedule for everyone, 6 people?");
    await page.getByLabel("Yes, to all 6").check();
    await press(page, "Schedule it");
    await page.waitForURL(/\/notifications\//);
    expect(await heading(page)).toContain("Plums on Saturday");

    // What is scheduled is changed, and goes out at once.
    await follow(page, "Change");
    expect(await page.getByLabel("Their date and time").inputValue()).toBe(`${inDays(3)}T18:00`);
    await field(page, "title").fill("Plums today");
    await page.getByRole("radio", { name: "Now" }).check();
    await press(page, "Review and send");
    await page.waitForURL(/\/confirm$/);
    expect(await heading(page)).toBe("Send to everyone, 6 people, now?");
    await page.getByLabel("Yes, to all 6").check();
    await press(page, "Send to 6 people");
    await page.waitForURL(/\/notifications\//);

    // The page becomes the report by itself.
    await page.locator(".funnel").waitFor();
    expect(await page.locator(".funnel svg").getAttribute("aria-label")).toBe(
      "Recipients 6, Sent 5, Delivered 0, Clicked 0",
    );
    await shows(page, "App removed, or its data cleared");
    expect(await page.locator(".page-head p").innerText()).toMatch(
      /^Sent today, \d\d:\d\d to 6 people in /,
    );
    await follow(page, "Notifications");
    const row = page.locator("tr", { hasText: "Plums today" });
    expect(await row.locator(".chip").innerText()).toBe("Sent");
    // The test counts nowhere, and no draft is left.
    expect(await page.locator("tbody tr").count()).toBe(1);
  });

  test("a segment is made, written to and changed, which says who uses it", async () => {
    const page = await comeIn();
    await page.getByRole("link", { name: "Fairs" }).first().click();
    await follow(page, "Audience");
    await follow(page, "Saved segments");
    await follow(page, "New segment");
    // Before its script runs, Enter in the field of values sends the form.
    await page.waitForLoadState();
    await page.getByLabel("Name").fill("Has the box");
    const values = page.getByLabel("Values of condition 1", { exact: true });
    await values.fill("box");
    await values.press("Enter");
    await press(page, "Save");
    await page.getByRole("link", { name: "Has the box" }).first().waitFor();

    await begin(page);
    await field(page, "title").fill("Your box is packed");
    await field(page, "body").fill("Come by until six.");
    await page.getByLabel("Start from").selectOption("Saved: Has the box");
    await page.getByRole("radio", { name: "At one time" }).check();
    await page.getByLabel("Date and time", { exact: true }).fill(`${inDays(2)}T09:30`);
    // An account's audiences are counted one at a time, and a page that waits long for its turn says so instead.
    await page.locator("[data-counted] [data-total]").first().waitFor();
    await press(page, "Review and send");
    await page.waitForURL(/\/confirm$/);
    expect(await heading(page)).toMatch(/^Schedule for \d people\?$/);
    await shows(page, "In the segment “Has the box”");
    await press(page, "Schedule it");
    await page.waitForURL(/\/notifications\//);

    await follow(page, "Audience");
    await follow(page, "Saved segments");
    await follow(page, "Has the box");
    await shows(page, "1 notification will go to these people.");
    await page.getByLabel("Comparison of condition 1").selectOption("none");
    await press(page, "Save");
    await page.getByText("is changed").first().waitFor();
  });

  test("a sending to several apps is ended, and what was due is cancelled", async () => {
    const send = async (method: string, path: string, json: unknown) =>
      ask(method, `/api/b/v2${path}`, json);
    const { id: push } = await send("POST", "/pushes", {
      default_lang: "en",
      translations: [{ language: "en", title: "The fair opens", text: "Forty stalls." }],
    });
    const { id } = await send("POST", "/sched/onesend", {
      name: "Autumn fair",
      date: inDays(2),
      time: "10:00",
      timezone: "+00:00",
      all_apps: true,
    });
    await send("PUT", `/sched/onesend/${id}/pushes`, { push_ids: [push] });
    const page = await comeIn();
    await follow(page, "Sendings");
    await follow(page, "Autumn fair");
    await shows(page, "Waiting");
    await press(page, "End it");
    await page.locator("dialog#end-sending").getByRole("button", { name: "End it" }).click();
    await shows(page, /^Ended: /);
    expect(await page.getByRole("button", { name: "End it" }).count()).toBe(0);
    await follow(page, "Sendings");
    await follow(page, "Ended");
    await page.getByRole("link", { name: "Autumn fair" }).first().waitFor();
  });
});
