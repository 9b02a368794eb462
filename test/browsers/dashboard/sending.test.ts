// The page of a notification that is being sent, in Chromium on the local stack: it moves, and becomes the report without a
// load; it is stopped while it goes on; and an instant send that waits is ended.
import { chromium, type Browser, type Page } from "playwright-core";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { providersClient, type ProvidersClient } from "../../../dev/providers/client.ts";
import type { StackNote } from "../../../dev/state.ts";
import { startStack } from "../../e2e/stack.ts";
import { describeIn } from "../support/installed.ts";
import { SOON } from "../support/tab.ts";

const DEVICES = 600;
/** How long the provider takes for each, ms, while somebody looks. */
const SLOW = { latency_ms: 200 };

describeIn("headless Chromium", (program) => {
  let browser: Browser;
  let note: StackNote;
  let providers: ProvidersClient;
  let app: { id: number; uuid: string };
  beforeAll(async () => {
    note = await startStack().ready();
    providers = providersClient(note.providers_url);
    app = (await ask("POST", "/apps", { name: "Fairs", url: "https://fairs.example.com" })).data;
    const push = `/push/apps/${app.uuid}`;
    const account = await providers.makeServiceAccount();
    await ask("PUT", `${push}/credentials/fcm`, { service_account: account });
    const made = await providers.makeDevices("fcm", { count: DEVICES, sender: account.project_id });
    const subscribers = made.map(({ token }) => ({ platform: "android", provider: "fcm", token }));
    for (let at = 0; at < DEVICES; at += 200) {
      await ask("POST", `${push}/subscribers/bulk`, {
        subscribers: subscribers.slice(at, at + 200),
      });
    }
    browser = await chromium.launch({
      executablePath: program,
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return async () => browser.close();
  });

  async function ask(method: string, path: string, json?: unknown, api = "v1"): Promise<any> {
    const answer = await fetch(`${note.url}/api/${api}${path}`, {
      method,
      headers: { authorization: `Bearer ${note.api_token}`, "content-type": "application/json" },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await answer.text();
    expect(answer.status, text).toBeLessThan(300);
    return JSON.parse(text);
  }

  /** Sends to all, and opens the page as soon as it is known to how many. */
  async function openSending(title: string): Promise<Page> {
    await providers.setFaults("fcm", SLOW);
    const wanted = { title, body: "Look", send: true };
    const { data } = await ask("POST", `/push/apps/${app.uuid}/notifications`, wanted);
    const context = await browser.newContext();
    onTestFinished(async () => context.close());
    const page = await context.newPage();
    await page.goto(note.dashboard_url);
    await page.goto(`${page.url()}/apps/${app.id}/notifications/${data.id}`);
    await page.locator("#part-progress progress").waitFor();
    return page;
  }

  const percentOf = async (page: Page) =>
    Number(/^\d+/.exec(await page.locator("#part-progress [role=status]").innerText())?.[0]);

  test("it moves while it is sent, and becomes the report without a load", async () => {
    const page = await openSending("Fresh plums are in");
    await page.evaluate("globalThis.isSame = true");
    await expect.poll(async () => percentOf(page), SOON).toBeGreaterThan(0);
    const before = await percentOf(page);
    await providers.setFaults("fcm", {});
    await page.locator(".funnel").waitFor();
    expect(before).toBeLessThan(100);
    expect(await page.locator(".page-head .chip").innerText()).toBe("Sent");
    expect(await page.locator(".funnel").innerText()).toContain(String(DEVICES));
    expect(await page.locator("#toast").innerText()).toBe("The notification is sent");
    expect(await page.evaluate("isSame")).toBe(true);
    expect(await page.locator("#stop, button[commandfor=stop]").count()).toBe(0);
  });

  test("it is stopped while it goes on: who has it keeps it, nobody else gets it", async () => {
    const page = await openSending("Two for one");
    await expect.poll(async () => percentOf(page), SOON).toBeGreaterThan(0);
    await page.click("button[commandfor=stop]");
    const says = page.locator("#part-done");
    await expect.poll(async () => says.innerText(), SOON).toContain("already have it and keep it");
    await page.click("#stop button.btn--primary");
    await page.locator(".page-head .chip", { hasText: "Cancelled" }).waitFor();
    await providers.setFaults("fcm", {});
    // The report is whole once those are counted whom it left out.
    await page.locator("#ag-h").waitFor();
    const [again = 0, failed = 0] = (await page.locator("#ag-h").innerText())
      .match(/\d+/g)!
      .map(Number);
    expect(again).toBeGreaterThan(0);
    expect(failed).toBe(again);
    expect(await page.locator(".funnel").innerText()).toContain(String(DEVICES - failed));
    await page.click("button[commandfor=again]");
    await page.click("#again button.btn--primary");
    await page.locator(".funnel").waitFor();
    expect(await page.locator(".funnel").innerText()).toContain(String(again));
    const { recipients } = await providers.received("fcm", { min: 3 });
    // Two notifications were sent to all, and nobody got the second one twice.
    expect(recipients).toEqual([]);
  });

  test("an instant send that waits is found in the list, and ended", async () => {
    const instant = async (method: string, path: string, json?: unknown) =>
      ask(method, path, json, "b/v2");
    const { id: push } = await instant("POST", "/pushes", {
      default_lang: "en",
      translations: [{ language: "en", title: "Late stalls", text: "Until nine." }],
    });
    const at = new Date(Date.now() + 2 * 86_400_000).toISOString();
    const { id } = await instant("POST", "/sched/onesend", {
      name: "Late stalls",
      date: at.slice(0, 10),
      time: at.slice(11, 16),
      timezone: "Z",
      all_apps: true,
    });
    await instant("PUT", `/sched/onesend/${id}/pushes`, { push_ids: [push] });
    const context = await browser.newContext();
    onTestFinished(async () => context.close());
    const page = await context.newPage();
    await page.goto(note.dashboard_url);
    await page.goto(`${page.url()}/sendings`);
    await page.getByRole("link", { name: "Late stalls" }).click();
    await page.waitForURL(new RegExp(`/sendings/${id}$`));
    await page.locator('button[command="show-modal"][commandfor="end-sending"]').click();
    await Promise.all([
      page.waitForEvent("load"),
      page.locator("dialog#end-sending .actions button:not([command])").click(),
    ]);
    await page.locator(".chip", { hasText: "Ended" }).first().waitFor();
    expect(await page.locator('[commandfor="end-sending"]').count()).toBe(0);
    expect((await instant("GET", `/sched/onesend/${id}`)).ended_at).toMatch(/^2/);
  });
});
