// What the worker does with a push: it shows something, always, and reports that.
import { expect, test } from "vitest";
import { API, APP } from "./fake-api.ts";
import { FakeBrowser, settled, SITE } from "./fake-browser.ts";

const RECEIPT = `${API}/public/t/AAAA/delivered`;
const CLICK = `${API}/public/c/AAAA`;
const REGISTER = `/public/apps/${APP}/subscribers`;
/** What the API sends. */
const PUSH = {
  title: "It is on its way",
  body: "Order 1001",
  icon: "https://shop.example/icon.png",
  image: "https://shop.example/image.png",
  badge: "https://shop.example/badge.png",
  url: "https://shop.example/orders/1001",
  actions: [
    { action: "track", title: "Track", url: "https://shop.example/track" },
    { action: "dismiss", title: "Close" },
  ],
  data: { order: 1001, note: null },
  tag: "orders",
  click: CLICK,
  receipt: RECEIPT,
};

async function subscribed() {
  const browser = new FakeBrowser();
  const page = browser.open();
  const slipway = await page.init();
  await slipway.push.subscribe();
  await settled();
  browser.api.asked.length = 0;
  return { browser, page, slipway, api: browser.api, worker: browser.worker };
}

test("a push is shown with all that it has, and reported as delivered, by a simple request", async () => {
  const { worker, api } = await subscribed();
  await worker.push(PUSH);
  expect(worker.shown).toMatchObject([{ title: PUSH.title }]);
  const { body, icon, image, badge, actions, tag } = PUSH;
  const options = { body, icon, image, badge, actions, tag };
  expect(worker.shown[0]?.options).toEqual({ ...options, data: { slipway: PUSH } });
  expect(api.calls).toEqual(["POST /public/t/AAAA/delivered"]);
  expect([...api.asked.at(0)!.headers.keys()]).toEqual([]);
});

test.each([
  ["nothing", undefined],
  ["text that is no JSON", "Hello"],
  ["half of it", '{"title": "Hel'],
  ["JSON that is no object", "42"],
  ["null", "null"],
  ["a list", "[]"],
  ["an object without a title", {}],
  ["an empty title", { title: "  " }],
])("a push that holds %s shows the site's name", async (_, payload) => {
  const { worker } = await subscribed();
  await worker.push(payload);
  expect(worker.shown).toMatchObject([{ title: "shop.example" }]);
});

test.each([
  ["a direction that is none", { dir: "up" }],
  ["a button without a title", { actions: [{ action: "a" }] }],
  ["buttons that are none", { actions: 5 }],
  ["renotify without a tag", { renotify: true }],
])(
  "what the browser refuses, %s, is left out together with the rest, but not the words",
  async (_, wrong) => {
    const { worker } = await subscribed();
    await worker.push({ title: "Hello", body: "World", receipt: RECEIPT, ...wrong });
    expect(worker.shown).toMatchObject([{ title: "Hello", options: { body: "World" } }]);
  },
);

test("null is as if it were not there", async () => {
  const { worker } = await subscribed();
  await worker.push({ title: "Hello", body: null, icon: null, actions: null, receipt: RECEIPT });
  expect(Object.keys(worker.shown[0]?.options)).toEqual(["data"]);
});

test("a push is shown on a focused page too, which hears of it", async () => {
  const { browser, worker, slipway } = await subscribed();
  const other = await browser.open("/other").init();
  await settled();
  const heard: unknown[] = [];
  for (const { push } of [slipway, other]) push.on("message", (message) => heard.push(message));
  await worker.push(PUSH);
  await settled();
  const { title, body, url, icon, image, tag, data } = PUSH;
  const message = { title, body, url, icon, image, tag, data };
  expect(heard).toEqual([message, message]);
  expect(worker.shown).toHaveLength(1);
});

test("a push is shown where the browser keeps nothing, and reported", async () => {
  const { browser, worker, api } = await subscribed();
  browser.storage.isBroken = true;
  await worker.push(PUSH);
  expect(worker.shown).toHaveLength(1);
  expect(api.calls).toEqual(["POST /public/t/AAAA/delivered"]);
});

test.each([
  ["nothing", undefined],
  ["no receipt", { title: "Hello" }],
])(
  "a push with %s is shown in our own scope where the site deleted our database",
  async (_, push) => {
    const { browser, worker } = await subscribed();
    browser.storage.databases.clear();
    await worker.push(push);
    expect(worker.shown).toHaveLength(1);
  },
);

test("what can't be shown is not reported as delivered", async () => {
  const { browser, worker, api } = await subscribed();
  browser.permission = "denied";
  await worker.push(PUSH).catch(() => null);
  expect(api.of("POST", /delivered/)).toEqual([]);
});

test.each([
  [
    "the next push",
    async (_: FakeBrowser, worker: FakeBrowser["worker"]) => worker.push({ title: "Next" }),
  ],
  [
    "the next load of a page",
    async (browser: FakeBrowser) => {
      await browser.open().init();
      await settled();
    },
  ],
  [
    "the browser's background sync",
    async (_: FakeBrowser, worker: FakeBrowser["worker"]) =>
      worker.dispatch("sync", { tag: worker.syncs.at(-1) }),
  ],
])(
  "what can't be reported is kept over the worker's end, and reported with %s",
  async (_, later) => {
    const { browser, worker, api } = await subscribed();
    browser.isOffline = true;
    await worker.push(PUSH);
    await worker.push({ ...PUSH, receipt: `${API}/public/t/BBBB/delivered` });
    expect(worker.syncs).toContain("slipway");
    worker.stop();
    browser.isOffline = false;
    await later(browser, worker);
    expect(api.of("POST", /delivered/).map(({ path }) => path)).toEqual([
      "/public/t/AAAA/delivered",
      "/public/t/BBBB/delivered",
    ]);
    expect(browser.storage.kept().receipts).toEqual([]);
  },
);

test.each([
  [503, 2],
  [429, 2],
  [404, 1],
  [200, 1],
])("a report that is answered by %i is sent %i times", async (status, times) => {
  const { worker, api } = await subscribed();
  api.instead = () => Response.json({ message: "" }, { status });
  await worker.push(PUSH);
  await worker.push({ title: "Next" });
  expect(api.of("POST", /AAAA\/delivered/)).toHaveLength(times);
});

test("a background sync that fails is refused, so that the browser tries again; another's is left alone", async () => {
  const { browser, worker, api } = await subscribed();
  browser.isOffline = true;
  await worker.push(PUSH);
  await expect(worker.dispatch("sync", { tag: "slipway" })).rejects.toMatchObject({
    code: "offline",
  });
  browser.isOffline = false;
  await worker.dispatch("sync", { tag: "the-site's-own" });
  expect(api.calls).toEqual([]);
});

test("the newest hundred reports are kept", async () => {
  const { browser, worker } = await subscribed();
  browser.isOffline = true;
  for (let number = 0; number < 102; number++) {
    await worker.push({ title: "Hello", receipt: `${API}/public/t/${number}/delivered` });
  }
  const { receipts } = browser.storage.kept();
  expect(receipts).toHaveLength(100);
  expect(receipts[0]).toContain("/t/2/");
});

test("a subscription that became another is registered with the next push", async () => {
  const { worker, api } = await subscribed();
  worker.subscription = null;
  await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: "BVapidOne" });
  await worker.push(PUSH);
  expect(api.of("POST", REGISTER)).toHaveLength(1);
  expect(api.subscribers).toMatchObject([{ endpoint: "https://push.example/2" }]);
  await worker.push(PUSH);
  expect(api.of("POST", REGISTER)).toHaveLength(1);
});

test.each([
  ["has the new subscription", true],
  ["knows neither, as Firefox does", false],
])("pushsubscriptionchange that %s registers what there is now", async (_, isGiven) => {
  const { browser, worker, api, slipway } = await subscribed();
  const heard: unknown[] = [];
  slipway.push.on("change", (state) => heard.push(state));
  worker.subscription = null;
  const newSubscription = isGiven
    ? await worker.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: "BVapidOne",
      })
    : null;
  worker.stop();
  await worker.dispatch("pushsubscriptionchange", { oldSubscription: null, newSubscription });
  expect(api.subscribers).toMatchObject([
    { id: "subscriber-1", endpoint: "https://push.example/2" },
  ]);
  expect(browser.api.subscribers).toHaveLength(1);
  await settled();
  expect(heard).toEqual([]);
});

test("a push in the worker of a site that never began with us is left to the site", async () => {
  const { browser } = await subscribed();
  const own = await withOwnWorker(browser);
  await own.push({ title: "Not ours" });
  await own.push("nor this");
  expect(own.shown.map(({ title }) => title)).toEqual(["own: Not ours", "own: nor this"]);
});

test("our push in a site's own worker is shown once, by us, and its click is ours alone", async () => {
  const { browser } = await subscribed();
  const own = await withOwnWorker(browser);
  await own.push(PUSH);
  expect(own.shown.map(({ title }) => title)).toEqual([PUSH.title]);
  await own.click();
  expect(browser.opened).toEqual([PUSH.url]);
});

test("a click on a notification of the site's own is left to the site", async () => {
  const { browser, api } = await subscribed();
  const own = await withOwnWorker(browser);
  await own.push({ title: "Not ours" });
  await own.click();
  expect(browser.opened).toEqual(["own"]);
  expect(api.calls).toEqual([]);
});

test("a message of a page to the site's own worker is left to the site", async () => {
  const { browser } = await subscribed();
  const own = await withOwnWorker(browser);
  await own.dispatch("message", { data: "skipWaiting", ports: [] });
  await own.dispatch("message", { data: null, ports: [] });
  expect(browser.opened).toEqual(["skipWaiting", "null"]);
});

/** A worker of the site's own that imports ours, and does the same things for itself. */
async function withOwnWorker(browser: FakeBrowser) {
  browser.files.set(
    `${SITE}/own.js`,
    `importScripts("${API}/sdk/sw.js");
     self.addEventListener("push", (event) => {
       let title = event.data.text();
       try { title = JSON.parse(title).title } catch {}
       event.waitUntil(self.registration.showNotification("own: " + title, {}));
     });
     self.addEventListener("notificationclick", (event) => event.waitUntil(self.clients.openWindow("own")));
     self.addEventListener("message", (event) => event.waitUntil(self.clients.openWindow(String(event.data))));`,
  );
  const { serviceWorker } = browser.pages.at(0)!.window["navigator"];
  const own = await serviceWorker.register(`${SITE}/own.js`, {
    scope: `${SITE}/`,
    updateViaCache: "none",
  });
  await settled();
  return own as FakeBrowser["worker"];
}
