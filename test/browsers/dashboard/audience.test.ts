// The audience builder in Chromium, on the page of a saved segment: it is built by mouse and keyboard, its size is asked for
// after the last change and never shown for what is not chosen; a segment is made, used and changed.
import { chromium, type Browser, type Page, type Route } from "playwright-core";
import { beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { StackClient } from "../../e2e/client.ts";
import { startStack } from "../../e2e/stack.ts";
import { describeIn } from "../support/installed.ts";
import { makeSegments, type SeedSegments } from "./seed-segments.ts";

/** Longest for the stack to start on a loaded machine, ms. */
const SEED_MS = 180_000;

describeIn("headless Chromium", (program) => {
  let browser: Browser;
  let seed: SeedSegments;
  let origin: string;
  let cookie: string;
  let ask: (method: string, path: string, json?: unknown) => Promise<any>;
  beforeAll(async () => {
    const stack = startStack();
    const note = await stack.ready();
    const client = new StackClient(stack);
    ask = async (method, path, json) => {
      const { status, body } = await client.call(method, path, json, note.api_token);
      if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
      return body;
    };
    origin = note.url;
    const account = (await ask("GET", "/api/v1/account")).data.id as number;
    seed = await makeSegments(ask, `/dashboard/${account}`);
    const address = note.dashboard_url.replace(/\d+\/owner$/, `${account}/marketer`);
    const [set = ""] = (await fetch(address, { redirect: "manual" })).headers.getSetCookie();
    cookie = set.slice(0, set.indexOf(";"));
    browser = await chromium.launch({
      executablePath: program,
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return async () => browser.close();
  }, SEED_MS);

  let page: Page;
  beforeEach(async () => {
    const context = await browser.newContext();
    onTestFinished(async () => context.close());
    const [name = "", value = ""] = cookie.split(/=(.*)/s);
    await context.addCookies([
      { name, value, url: origin.replace("http:", "https:"), secure: true },
    ]);
    page = await context.newPage();
  });
  const open = async (path: string) => page.goto(origin + path);
  const condition = (number: number) => page.getByLabel(`Condition ${number}`, { exact: true });
  const values = (number: number) =>
    page.getByLabel(`Values of condition ${number}`, { exact: true });
  const tags = async () => page.locator(".tag").allInnerTexts();
  const size = async () => page.locator("[data-counted]").innerText();
  const sized = async (words: string) => {
    await expect.poll(size).toContain(words);
  };
  const focused = async () =>
    page.evaluate(() => (document.activeElement as HTMLElement).getAttribute("aria-label"));

  test("a marketer makes a segment, sees who is in it, and changes one that is used", async () => {
    await open(`${seed.base}/new`);
    await page.getByLabel("Name").fill("Box and garden");
    expect(await values(1).getAttribute("list")).toBe("names-of-tags");
    expect(await page.locator("#names-of-tags option[value='box']").count()).toBe(1);
    await values(1).fill("box");
    await values(1).press("Enter");
    await values(1).pressSequentially("vegetables,");
    expect(await tags()).toEqual(["box", "vegetables"]);
    await sized("32 people right now");
    await page.getByRole("button", { name: "Condition in group 1" }).click();
    expect(await focused()).toBe("Condition 2");
    await condition(2).selectOption("Country");
    await values(2).fill("Austria");
    await sized("16 people right now");
    expect(await page.locator("[data-sentence]").innerText()).toBe(
      "Tagged box or vegetables, in Austria.",
    );
    await page.getByRole("button", { name: "Save" }).last().click();
    await page.waitForURL(origin + seed.base);
    const row = page.locator("tr", { hasText: "Box and garden" });
    await row.locator("td.num", { hasText: "16" }).waitFor();
    await row.getByRole("link", { name: "Box and garden" }).first().click();
    await page.waitForURL(/[\da-f-]{36}$/);
    const id = page.url().slice(-36);
    const app = seed.push;
    await ask("POST", `${app}/notifications`, {
      title: "Plums",
      body: "b",
      targeting: { type: "segment", id },
      scheduled_at: new Date(Date.now() + 86_400_000).toISOString(),
    });
    await page.reload();
    await page.getByText("1 notification will go to these people.").waitFor();
    await page.getByLabel("Comparison of condition 2").selectOption("none");
    await sized("16 people right now");
    await page.getByRole("button", { name: "Save" }).last().click();
    await page.getByText("is changed").waitFor();
    const { data } = await ask("GET", `${app}/segments/${id}`);
    expect(data.targeting.of[1]).toEqual({
      type: "not",
      of: [{ type: "countries", countries: ["AT"] }],
    });
  });

  test("all of it is done by the keyboard, and the focus is never lost", async () => {
    await open(`${seed.base}/${seed.nested}`);
    await sized("people right now");
    await values(2).focus();
    await page.keyboard.press("Backspace");
    expect([await tags(), await focused()]).toEqual([
      ["box", "box_ordered", "Germany", "Austria", "staff"],
      "Values of condition 2",
    ]);
    await page.getByRole("button", { name: "Remove box", exact: true }).press("Enter");
    expect(await focused()).toBe("Values of condition 2");
    await sized("Not counted: a condition has no value yet.");
    await page.getByRole("button", { name: "Remove condition 2" }).press("Enter");
    expect(await focused()).toBe("Condition 2");
    expect(await condition(2).inputValue()).toBe("events");
    await page.getByRole("button", { name: "Remove group 2" }).press("Enter");
    expect(await focused()).toBe("Condition 2");
    await page.getByRole("button", { name: "Group in group 1" }).press("Enter");
    expect(await focused()).toBe("How the conditions of group 2 combine");
    await page.getByRole("button", { name: "Group in group 2" }).press("Enter");
    expect(await page.getByRole("button", { name: "Group in group 3" }).count()).toBe(0);
    await condition(5).selectOption("Platform");
    await page.getByLabel("iOS").last().check();
    expect(await values(4).count()).toBe(1);
    await values(4).press("Enter");
    expect(page.url()).toContain(seed.nested);
  });

  test("a list that is pasted, values with commas, and what is no country", async () => {
    await open(`${seed.base}/new`);
    await page.getByLabel("Name").fill("Pasted");
    await values(1).evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text", 'one\ntwo\n"three, four"\none');
      field.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, cancelable: true, bubbles: true }),
      );
    });
    expect(await tags()).toEqual(["one", "two", "three, four"]);
    await sized("0 people right now");
    await condition(1).selectOption("Country");
    await values(1).fill("Germany");
    await page.getByLabel("Name").focus();
    await page.getByText("“one” is no country: type its name, or its two letters.").waitFor();
    expect(await values(1).getAttribute("aria-invalid")).toBe("true");
    await sized("Not counted: something is not right yet.");
  });

  test("the last answer wins, a busy server is asked again, and no old number stays", async () => {
    const asked: Route[] = [];
    await page.route("**/size", (route) => void asked.push(route));
    await open(`${seed.base}/new`);
    const answer = async (at: number, count: string, more = {}) => {
      await expect.poll(() => asked.length).toBeGreaterThan(at);
      const body = `<div data-total><b>${count}</b> people</div>`;
      await asked[at]?.fulfill({ contentType: "text/html", body, ...more }).catch(() => undefined);
    };
    // What the page begins with.
    await answer(0, "0");
    await sized("0 people");
    await values(1).fill("a");
    await answer(1, "1");
    await sized("1 people");
    await values(1).fill("b");
    expect(await size()).toBe("Counting…");
    await expect.poll(() => asked.length).toBe(3);
    await values(1).fill("c");
    await expect.poll(() => asked.length).toBe(4);
    await answer(2, "2");
    expect(await size()).toBe("Counting…");
    await answer(3, "", { status: 429, headers: { "retry-after": "1" } });
    await answer(4, "4");
    await sized("4 people");
    expect(asked[4]?.request().postData()).toContain("targeting.0.values=c");
    await condition(1).selectOption("Event");
    await answer(5, "", { status: 404 });
    await sized("Not counted: the page has to be loaded again.");
  });
});
