// A worker at another scope or address: the subscriber moves along.
import { expect, test } from "vitest";
import { FakeBrowser, settled, SITE } from "./fake-browser.ts";
import { subscribed } from "./subscribed.ts";

test("another scope moves the subscriber over, and the former worker goes", async () => {
  const { browser, id, api } = await subscribed();
  await browser.open().init({ scope: "/push/here/" });
  await settled();
  expect([...browser.registrations.keys()]).toEqual([`${SITE}/push/here/`]);
  expect(api.subscribers).toMatchObject([
    { id, endpoint: "https://push.example/2", status: "active" },
  ]);
});

test("a move from the site's own worker leaves that as it is, but for the subscription", async () => {
  const { browser, id, api } = await subscribed({ scope: "/" });
  const own = browser.registrations.get(`${SITE}/`)!;
  expect(own.subscription).not.toBe(null);
  await browser.open().init();
  await settled();
  expect([...browser.registrations.keys()]).toEqual([`${SITE}/`, `${SITE}/slipway-push/`]);
  expect(own.subscription).toBe(null);
  expect(api.subscribers).toMatchObject([{ id, endpoint: "https://push.example/2" }]);
});

test("a move without a network leaves the former subscription until there is one", async () => {
  const { browser, id, api } = await subscribed();
  browser.isOffline = true;
  await browser.open().init({ scope: "/push/here/" });
  await settled();
  expect(browser.worker.subscription).not.toBe(null);
  browser.isOffline = false;
  await browser.open().init({ scope: "/push/here/" });
  await settled();
  expect(browser.registrations.has(`${SITE}/slipway-push/`)).toBe(false);
  expect(api.subscribers).toMatchObject([{ id, endpoint: "https://push.example/2" }]);
});

test("another address of the worker keeps the subscription", async () => {
  const { browser, id, api } = await subscribed();
  browser.files.set(`${SITE}/sw-2.js`, `importScripts("https://api.example/sdk/sw.js")`);
  await browser.open().init({ worker: "/sw-2.js" });
  await settled();
  expect(browser.worker.scriptUrl).toBe(`${SITE}/sw-2.js`);
  expect(api.subscribers).toMatchObject([{ id, endpoint: "https://push.example/1" }]);
});

test("a worker in a folder has its scope there, where no page is", async () => {
  const browser = new FakeBrowser();
  browser.files.set(`${SITE}/blog/slipway-sw.js`, `importScripts("https://api.example/sdk/sw.js")`);
  const { push } = await browser.open("/blog/").init({ worker: "/blog/slipway-sw.js" });
  await push.subscribe();
  expect([...browser.registrations.keys()]).toEqual([`${SITE}/blog/slipway-push/`]);
});
