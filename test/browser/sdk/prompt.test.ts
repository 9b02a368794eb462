// The soft prompt: what it says, how it is used by keyboard and screen reader, and what it does.
import { expect, test } from "vitest";
import type { PromptTexts } from "../../../browser/page/api.ts";
import { FakeBrowser, settled } from "./fake-browser.ts";
import type { FakeElement } from "./fake-dialogs.ts";

const CATEGORIES = [
  { tag: "news", label: "News & offers", checked: true },
  { tag: "orders", label: "<b>Orders</b>" },
];

/** A page that shows the prompt. */
async function prompted(texts: PromptTexts = {}, browser = new FakeBrowser()) {
  const page = browser.open();
  const slipway = await page.init({ prompt: texts });
  await settled();
  const done = slipway.push.prompt();
  await settled();
  const { dialogs } = page;
  const [yes, no] = dialogs.all("button") as [FakeElement, FakeElement];
  return { browser, slipway, done, dialogs, yes, no, boxes: dialogs.all("input") };
}

test("it asks in English where the site says nothing, and asks the browser for nothing yet", async () => {
  const { browser, dialogs, yes, no } = await prompted();
  expect(dialogs.all("h2")).toMatchObject([{ textContent: "Get notifications?" }]);
  expect([yes["textContent"], no["textContent"]]).toEqual(["Yes", "Not now"]);
  expect(dialogs.all("p")).toEqual([]);
  expect(browser.asks).toBe(0);
});

test("it says what the site says, as text", async () => {
  const texts = {
    title: "<i>Neues?</i>",
    text: "Nur was <b>zählt</b>",
    accept: "Ja",
    decline: "Nein",
  };
  const { dialogs, yes, no } = await prompted({ ...texts, categories: CATEGORIES });
  expect(dialogs.all("h2")).toMatchObject([{ textContent: "<i>Neues?</i>" }]);
  expect(dialogs.all("p")).toMatchObject([{ textContent: "Nur was <b>zählt</b>" }]);
  expect([yes["textContent"], no["textContent"]]).toEqual(["Ja", "Nein"]);
  expect(dialogs.all("label").map((each) => each.children.at(-1))).toEqual([
    "News & offers",
    "<b>Orders</b>",
  ]);
});

test("it is a modal dialog with a name, so that the keyboard stays in it and readers announce it", async () => {
  const { dialogs } = await prompted({ title: "Neues?", text: "Nur Wichtiges." });
  const [title] = dialogs.all("h2");
  const [text] = dialogs.all("p");
  expect(dialogs.dialog).toMatchObject({
    tag: "dialog",
    "aria-labelledby": title?.["id"],
    "aria-describedby": text?.["id"],
    isOpen: true,
  });
});

test("yes asks the browser within the tap, and resolves with the subscriber", async () => {
  const { browser, done, yes, dialogs } = await prompted();
  yes["onclick"]();
  expect(browser.asks).toBe(1);
  expect(await done).toEqual({ id: "subscriber-1" });
  await settled();
  expect(dialogs.body.children).toEqual([]);
  expect(browser.api.subscribers[0]?.tags).toEqual([]);
});

test("chosen categories become tags", async () => {
  const { browser, done, yes, boxes } = await prompted({ categories: CATEGORIES });
  expect(boxes.map(({ type, checked }) => [type, checked])).toEqual([
    ["checkbox", true],
    ["checkbox", false],
  ]);
  boxes.at(1)!["checked"] = true;
  boxes.at(0)!["checked"] = false;
  yes["onclick"]();
  await done;
  expect(browser.api.subscribers[0]?.tags).toEqual(["orders"]);
});

test("who is subscribed sees what they chose, and keeps tags that are no category", async () => {
  const { browser, slipway, done, yes } = await prompted({ categories: CATEGORIES });
  yes["onclick"]();
  await done;
  await slipway.push.setTags(["beta", "orders"]);
  const again = await prompted({ categories: CATEGORIES }, browser);
  expect(again.boxes.map(({ checked }) => checked)).toEqual([false, true]);
  again.yes["onclick"]();
  await again.done;
  expect(browser.api.subscribers).toMatchObject([{ tags: ["beta", "orders"] }]);
  expect(browser.asks).toBe(1);
});

test.each([
  ["no", ({ no }: Awaited<ReturnType<typeof prompted>>) => no["onclick"]()],
  ["Escape", ({ dialogs }: Awaited<ReturnType<typeof prompted>>) => dialogs.dialog!["close"]()],
])("%s closes it, asks nobody and resolves with null", async (_, decline) => {
  const shown = await prompted();
  decline(shown);
  expect(await shown.done).toBe(null);
  expect(shown.dialogs.body.children).toEqual([]);
  expect(shown.browser.asks).toBe(0);
  expect(shown.browser.api.asked).toEqual([]);
});

test("where the browser refuses, the prompt says so", async () => {
  const browser = new FakeBrowser();
  browser.answer = "denied";
  const { done, yes } = await prompted({}, browser);
  yes["onclick"]();
  await expect(done).rejects.toMatchObject({ code: "denied" });
});

test.each(["denied", "unsupported"])(
  "nothing is shown where permission is %s",
  async (permission) => {
    const browser = new FakeBrowser();
    browser.permission = "denied";
    browser.hasPush = permission === "denied";
    const page = browser.open();
    const { push } = await page.init();
    expect(await push.prompt()).toBe(null);
    expect(page.dialogs.body.children).toEqual([]);
  },
);

test("texts of the call come before those of init", async () => {
  const page = new FakeBrowser().open();
  const { push } = await page.init({ prompt: { title: "One", accept: "Yes!" } });
  void push.prompt({ title: "Two" });
  await settled();
  expect(page.dialogs.all("h2")).toMatchObject([{ textContent: "Two" }]);
  expect(page.dialogs.all("button")[0]).toMatchObject({ textContent: "Yes!" });
});
