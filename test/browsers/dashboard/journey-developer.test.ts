// A developer's way from nothing to an installed app, in Chromium with the whole stack: sign up, confirm the address by the
// link that is mailed, sign in, make an app, give it an icon, build it with the log live before one's eyes, and open the page
// behind the QR code. And what they do when their server did not take an event: look at the delivery, mend the server, and have
// it sent again.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import sharp from "sharp";
import { chromium, type Browser, type Page } from "playwright-core";
import { Webhook } from "standardwebhooks";
import type { StackNote } from "../../../dev/state.ts";
import { startStack, type RunningStack } from "../../e2e/stack.ts";
import { describeIn } from "../support/installed.ts";
import { SOON } from "../support/tab.ts";
import { look } from "./look-at.ts";
import { DESKTOP } from "./look.ts";

const ADA = { name: "Ada", email: "ada@example.com", password: "several words are fine" };

/** The link in the newest mail to an address: the local stack writes its mails to the Worker's log. */
async function mailedLink({ stateDir }: RunningStack, to: string): Promise<string> {
  return vi.waitFor(() => {
    const log = readFileSync(join(stateDir, "logs", "worker.log"), "utf8");
    const mails = log.split("\n").filter((line) => line.includes('"event":"mail"'));
    const texts = mails
      .map((line) => JSON.parse(line.slice(line.indexOf("{"))) as { to: string; text: string })
      .filter((mail) => mail.to === to)
      .map(({ text }) => text);
    const link = /http:\S+\/dashboard\/verify\?\S+/.exec(texts.at(-1) ?? "")?.[0];
    if (link === undefined) throw new Error(`No link was mailed to ${to}. The log:\n${log}`);
    return link;
  }, SOON);
}

/** A server on loopback that notes what it is sent, and answers as it is told. */
async function receiver() {
  const told = { status: 410, text: "", received: [] as { headers: object; body: string }[] };
  const server = createServer((request, answer) => {
    void text(request).then((body) => {
      told.received.push({ headers: request.headers, body });
      answer.writeHead(told.status).end(told.text);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(told, { url: `http://127.0.0.1:${port}/slipway` });
}

/** Comes in as somebody whom nobody here knows, from the front page to the list of their apps. */
async function signUp(page: Page, stack: RunningStack, url: string): Promise<void> {
  await page.goto(url);
  await page.click("main a:text('Sign in')");
  await page.click("a:text('Sign up')");
  for (const [name, text] of Object.entries(ADA)) await page.fill(`main [name='${name}']`, text);
  await page.click("main button:text('Sign up')");
  await page.waitForSelector("h1:text('Look into your mail')");
  await look(page, "signed-up");
  await page.goto(await mailedLink(stack, ADA.email));
  await look(page, "confirm-address");
  await page.click("button:text('It is mine')");
  await page.waitForURL(/\/dashboard\/sign-in/);
  await page.fill("main [name='email']", ADA.email);
  await page.fill("main [name='password']", ADA.password);
  await page.click("main button:text('Sign in')");
  await page.waitForURL(/\/dashboard\/\d+$/);
}

describeIn("headless Chromium", (program) => {
  let stack: RunningStack;
  let note: StackNote;
  let browser: Browser;
  beforeAll(async () => {
    stack = startStack(undefined, { SIGN_UP: "open" });
    note = await stack.ready();
    browser = await chromium.launch({
      executablePath: program,
      // Chromium refuses to run as root in its sandbox, and CI is root.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return async () => browser.close();
  });

  test("from signing up to the page that installs the app, with the build's log live", async () => {
    const page = await browser.newPage({ viewport: DESKTOP });
    page.setDefaultTimeout(SOON.timeout);
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => complaints.push(message.text()));

    await signUp(page, stack, note.url);
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

  test("a webhook's failed delivery is looked at and replayed", async () => {
    const server = await receiver();
    server.text = "<h1>We moved</h1>";
    const page = await browser.newPage({ viewport: DESKTOP });
    page.setDefaultTimeout(SOON.timeout);
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(note.dashboard_url);
    await page.click("#side a:text('Webhooks')");
    await page.click("main button:text('New webhook')");
    await page.fill("#new-wh [name='url']", server.url);
    await page.click("#new-wh button:text('Make it')");
    const secret = (await page.locator("#shown pre").innerText()).trim();
    await page.click("#shown button:text('I have stored it')");
    await page.click(".row-link");
    await page.click("main button:text('Send a test event')");

    // It is pending when the page opens, and the page changes by itself.
    await page.waitForSelector("#part-state .chip:text('Given up')");
    expect(await page.innerText("#payload")).toContain('"event": "webhook.test"');
    expect(await page.innerText("#answer")).toBe("410\n\n<h1>We moved</h1>");
    const [sent] = server.received;
    const headers = await page.innerText("#headers");
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
      expect(headers).toContain(`${name}: ${Reflect.get(sent?.headers ?? {}, name)}`);
    }
    await look(page, "webhook-delivery");
    await page.click("main button:text('Replay')");
    await page.waitForSelector(".notice:has-text('The webhook is off')");

    Object.assign(server, { status: 200, text: "ok" });
    await page.click(".crumbs li:nth-last-child(2) a");
    await page.waitForSelector(".notice:has-text('Its receiver answered 410')");
    await page.click("main button:text('Turn it on')");
    await page.click(".row-link");
    await page.click("main button:text('Replay')");
    await page.waitForSelector("#part-state .chip:text('Delivered')");
    expect(await page.locator("table tbody tr").count()).toBe(2);
    const [first, again] = server.received;
    expect(again?.body).toBe(first?.body);
    expect(new Webhook(secret).verify(again?.body ?? "", { ...again?.headers })).toMatchObject({
      type: "webhook.test",
    });
    expect(complaints).toEqual([]);
    await page.close();
  });
});
