// What a click on a notification does, and which page hears of it: each click once.
import { expect, test } from "vitest";
import type { InitOptions } from "../../../browser/page/api.ts";
import { API } from "./fake-api.ts";
import { FakeBrowser, settled, SITE, type FakePage } from "./fake-browser.ts";

const RECEIPT = `${API}/public/t/AAAA/delivered`;
const CLICK = `${API}/public/c/AAAA`;
const ORDER = `${SITE}/orders/1001`;
const PUSH = {
  title: "Hello",
  url: ORDER,
  data: { order: 1001 },
  tag: "orders",
  actions: [
    { action: "track", title: "Track", url: `${SITE}/track` },
    { action: "call", title: "Call" },
    { action: "dismiss", title: "Close" },
  ],
  click: CLICK,
  receipt: RECEIPT,
};
const TAP = { url: ORDER, action: "", tag: "orders", data: { order: 1001 } };

async function subscribed(options: Partial<InitOptions> = {}) {
  const browser = new FakeBrowser();
  const page = browser.open();
  const slipway = await page.init(options);
  await slipway.push.subscribe();
  await settled();
  browser.api.asked.length = 0;
  const heard: unknown[] = [];
  /** Listens in a page, under a name. */
  const listen = async (name: string, of: FakePage) => {
    const { push } = await of.init(options);
    push.on("click", (click) => heard.push([name, click]));
    await settled();
  };
  return { browser, page, slipway, heard, listen, api: browser.api, worker: browser.worker };
}

test("a click opens the URL where no tab has it, and is counted", async () => {
  const { browser, worker, api } = await subscribed();
  await worker.push(PUSH);
  await worker.click();
  expect(browser.opened).toEqual([ORDER]);
  expect(worker.shown[0]?.isClosed).toBe(true);
  expect(api.calls).toEqual(["POST /public/t/AAAA/delivered", "POST /public/t/AAAA/clicked"]);
});

test("a click comes to an open tab with that URL, and to no other", async () => {
  const { browser, worker, heard, listen } = await subscribed();
  await listen("other", browser.open("/other"));
  const order = browser.open("/orders/1001#top", { hidden: true });
  await listen("order", order);
  await worker.push(PUSH);
  await worker.click();
  await settled();
  expect(browser.opened).toEqual([]);
  expect(order.isFocused).toBe(true);
  expect(heard).toEqual([["order", TAP]]);
});

test("with click: origin and open: focus, a click comes to any tab of the site, which stays where it is", async () => {
  const { browser, page, worker, heard, listen } = await subscribed({
    click: "origin",
    open: "focus",
  });
  await listen("page", page);
  await worker.push(PUSH);
  await worker.click();
  await settled();
  expect(browser.opened).toEqual([]);
  expect(page.isFocused).toBe(true);
  expect(page.went).toEqual([]);
  expect(heard).toEqual([["page", TAP]]);
});

test("with click: origin, a click takes a tab of the site to the URL, where the page hears of it", async () => {
  const { browser, page, worker, heard, listen } = await subscribed({ click: "origin" });
  page.hidden = true;
  await listen("page", page);
  await worker.push(PUSH);
  await worker.click();
  await settled();
  expect(browser.opened).toEqual([]);
  expect(page.went).toEqual([ORDER]);
  expect(page.isFocused).toBe(true);
  expect(heard).toEqual([]);
  browser.close(page);
  await listen("the page that came", browser.open("/orders/1001"));
  expect(heard).toEqual([["the page that came", TAP]]);
});

test("a tab that is too busy to hear of a click in time is not taken anywhere later, since a window was opened", async () => {
  const { browser, page, worker, heard, listen } = await subscribed({ click: "origin" });
  await listen("page", page);
  const { promise: calm, resolve: calmDown } = Promise.withResolvers<void>();
  page.busy = calm;
  await worker.push(PUSH);
  await worker.click();
  expect(browser.opened).toEqual([ORDER]);
  page.hidden = true;
  const opened = browser.open("/orders/1001");
  calmDown();
  await settled();
  expect(page.went).toEqual([]);
  await listen("opened", opened);
  expect(heard).toEqual([["opened", TAP]]);
  // And the tab hears of later clicks as ever.
  browser.close(opened);
  await worker.push({ ...PUSH, url: page.href });
  await worker.click();
  await settled();
  expect(heard.slice(1)).toEqual([["page", { ...TAP, url: page.href }]]);
});

test("a tab of the site that has not our script is left where it is, and the URL is opened", async () => {
  const { browser, page, worker } = await subscribed({ click: "origin" });
  browser.close(page);
  browser.open("/without");
  await worker.push(PUSH);
  await worker.click();
  expect(browser.opened).toEqual([ORDER]);
});

test("a tab with the very URL is shown, also without our script", async () => {
  const { browser, worker } = await subscribed();
  const order = browser.open("/orders/1001");
  await worker.push(PUSH);
  await worker.click();
  expect(browser.opened).toEqual([]);
  expect(order.isFocused).toBe(true);
});

test("with click: origin, a URL of another site is opened beside", async () => {
  const { browser, page, worker } = await subscribed({ click: "origin" });
  await worker.push({ ...PUSH, url: "https://elsewhere.example/" });
  await worker.click();
  expect(browser.opened).toEqual(["https://elsewhere.example/"]);
  expect(page.went).toEqual([]);
});

test.each([
  "javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "https://shop.example.elsewhere.example/",
  "https://shop.example@elsewhere.example/",
  "//elsewhere.example/",
])("no tab of the site is taken to %s, whatever the options", async (url) => {
  const { page, worker, heard, listen } = await subscribed({ click: "origin" });
  await listen("page", page);
  await worker.push({ ...PUSH, url });
  await worker.click();
  await settled();
  expect(page.went).toEqual([]);
  expect(heard).toEqual([]);
});

test("a page that a click opens hears of it, once, also by a listener that is added late", async () => {
  const { browser, worker, heard, listen } = await subscribed();
  await worker.push(PUSH);
  await worker.click();
  const opened = browser.open("/orders/1001");
  await opened.init();
  await settled();
  await listen("opened", opened);
  await listen("another tab", browser.open("/other"));
  expect(heard).toEqual([["opened", TAP]]);
});

test("a tab that is loaded in the background leaves a click to the page that was opened", async () => {
  const { browser, worker, heard, listen } = await subscribed();
  await worker.push(PUSH);
  await worker.click();
  await listen("background", browser.open("/other", { hidden: true }));
  await listen("opened", browser.open("/orders/1001"));
  expect(heard).toEqual([["opened", TAP]]);
});

test("several listeners of a page hear of a click, those from before the first one too", async () => {
  const { slipway, page, worker, heard } = await subscribed({ click: "origin", open: "focus" });
  for (const tag of ["a", "b"]) {
    await worker.push({ ...PUSH, tag });
    await worker.click();
    await settled();
  }
  const stop = slipway.push.on("click", ({ tag }) => heard.push(["first", tag]));
  slipway.push.on("click", ({ tag }) => heard.push(["second", tag]));
  await settled();
  expect(heard).toEqual([
    ["first", "a"],
    ["first", "b"],
  ]);
  stop();
  await worker.push({ ...PUSH, tag: "c" });
  await worker.click();
  await settled();
  expect(heard.slice(2)).toEqual([["second", "c"]]);
  expect(page.went).toEqual([]);
});

test("a click that no page takes within a minute is forgotten", async () => {
  const { browser, worker, heard, listen } = await subscribed();
  await worker.push(PUSH);
  await worker.click();
  const state = browser.storage.kept();
  state.clicks[0].at -= 61_000;
  await listen("late", browser.open());
  expect(heard).toEqual([]);
  expect(browser.storage.kept().clicks).toEqual([]);
});

test("a click on a button opens its own URL, or else the notification's, and the page is told its name", async () => {
  const { browser, worker, heard, listen, api } = await subscribed();
  await worker.push(PUSH);
  await worker.click("track");
  await worker.click("call");
  expect(browser.opened).toEqual([`${SITE}/track`, ORDER]);
  expect(api.of("POST", "/public/t/AAAA/clicked")).toHaveLength(2);
  await listen("opened", browser.open());
  expect(heard).toMatchObject([
    ["opened", { url: `${SITE}/track`, action: "track" }],
    ["opened", { url: ORDER, action: "call" }],
  ]);
});

test("dismiss closes the notification, opens nothing and counts nothing", async () => {
  const { browser, worker, api, heard, listen, page } = await subscribed();
  await listen("page", page);
  await worker.push(PUSH);
  await worker.click("dismiss");
  await settled();
  expect(worker.shown[0]?.isClosed).toBe(true);
  expect(browser.opened).toEqual([]);
  expect(api.of("POST", /clicked/)).toEqual([]);
  expect(heard).toEqual([]);
});

test("without a URL, the signed link is followed, which counts by itself", async () => {
  const { browser, worker, api } = await subscribed();
  await worker.push({ title: "Hello", click: CLICK, receipt: RECEIPT });
  await worker.click();
  expect(browser.opened).toEqual([CLICK]);
  expect(api.of("POST", /clicked/)).toEqual([]);
});

test("without a URL and without links, the site is opened", async () => {
  const { browser, page, worker } = await subscribed();
  browser.close(page);
  await worker.push("no JSON");
  await worker.click();
  expect(browser.opened).toEqual([`${SITE}/`]);
});

test("a click on a notification whose buttons are none opens the URL", async () => {
  const { browser, worker } = await subscribed();
  await worker.push({ ...PUSH, actions: 5 });
  await worker.click();
  expect(browser.opened).toEqual([ORDER]);
});

test.each([
  ["an address that is none", { url: "https://[" }],
  ["a button's address that is none", { actions: [{ action: "", title: "A", url: "https://[" }] }],
  ["a button that is none", { actions: [null] }],
])("a click on a notification with %s is counted", async (_, wrong) => {
  const { worker, api } = await subscribed();
  await worker.push({ ...PUSH, ...wrong });
  await worker.click();
  expect(api.of("POST", /clicked/)).toHaveLength(1);
});

test("a click without a network opens the URL, and is counted later", async () => {
  const { browser, worker, api } = await subscribed();
  browser.isOffline = true;
  await worker.push(PUSH);
  await worker.click();
  expect(browser.opened).toEqual([ORDER]);
  browser.isOffline = false;
  await worker.dispatch("sync", { tag: "slipway" });
  expect(api.calls).toEqual(["POST /public/t/AAAA/delivered", "POST /public/t/AAAA/clicked"]);
});

test("a click opens the URL where the browser keeps nothing", async () => {
  const { browser, worker, api } = await subscribed();
  browser.storage.isBroken = true;
  await worker.push(PUSH);
  await worker.click();
  expect(browser.opened).toEqual([ORDER]);
  expect(api.of("POST", /clicked/)).toHaveLength(1);
});

test("a listener that another one ends meanwhile hears nothing more", async () => {
  const { slipway, worker, heard } = await subscribed();
  const stops: (() => void)[] = [];
  slipway.push.on("message", () => {
    for (const stop of stops) stop();
  });
  stops.push(slipway.push.on("message", () => heard.push("ended")));
  slipway.push.on("message", () => heard.push("last"));
  await worker.push(PUSH);
  await settled();
  expect(heard).toEqual(["last"]);
});
