// How a browser ends its subscription, and what holds that up.
import { expect, test } from "vitest";
import { settled } from "./fake-browser.ts";
import { subscribed } from "./subscribed.ts";

test("unsubscribe ends it here and at the API, and loads don't subscribe again", async () => {
  const { browser, slipway, id, api } = await subscribed();
  await slipway.push.unsubscribe();
  await browser.open().init();
  await settled();
  expect(browser.worker.subscription).toBe(null);
  expect(api.subscribers).toMatchObject([{ id, status: "unsubscribed" }]);
  expect(await slipway.push.state()).toMatchObject({ subscribed: false, id: null });
  expect(api.of("DELETE", /./)).toHaveLength(1);
  expect((await slipway.push.subscribe()).id).toBe(id);
});

test.each([false, true])(
  "a subscription that the site makes for itself after ours has ended is left alone (offline: %s)",
  async (isOffline) => {
    const { browser, slipway, api } = await subscribed();
    const { worker } = browser;
    browser.isOffline = isOffline;
    await slipway.push.unsubscribe();
    browser.isOffline = false;
    await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: "BOther" });
    await browser.open().init();
    await settled();
    expect(worker.subscription).toMatchObject({ key: "BOther" });
    expect(api.subscribers).toMatchObject([{ status: "unsubscribed" }]);
  },
);

test("who is gone at the API already is unsubscribed, and no request is made again", async () => {
  const { browser, slipway, api } = await subscribed();
  api.subscribers.at(0)!.token = "gone";
  await slipway.push.unsubscribe();
  await browser.open().init();
  await settled();
  expect(api.of("DELETE", /./)).toHaveLength(1);
  expect(await slipway.push.state()).toMatchObject({ subscribed: false });
});

test("who unsubscribes without a network is unsubscribed at the API with the next load", async () => {
  const { browser, slipway, id, api } = await subscribed();
  browser.isOffline = true;
  await slipway.push.unsubscribe();
  expect(browser.worker.subscription).toBe(null);
  browser.isOffline = false;
  await browser.open().init();
  await settled();
  expect(api.subscribers).toMatchObject([{ id, status: "unsubscribed" }]);
});

test("who unsubscribed without a network is not subscribed, as the page sees it", async () => {
  const { browser, slipway } = await subscribed();
  browser.isOffline = true;
  await slipway.push.unsubscribe();
  const none = { subscribed: false, id: null };
  expect(await slipway.push.state()).toMatchObject(none);
  const { push } = await browser.open().init();
  await settled();
  expect(await push.state()).toMatchObject(none);
  await expect(push.setTags(["a"])).rejects.toMatchObject({ code: "not_subscribed" });
});

test("unsubscribe is refused where the browser can't know any more what it is to end", async () => {
  const { browser, slipway } = await subscribed();
  browser.storage.isBroken = true;
  await expect(slipway.push.unsubscribe()).rejects.toMatchObject({ code: "unsupported" });
});

test("a push that comes while the user unsubscribes subscribes nobody anew", async () => {
  const { browser, slipway, id, api } = await subscribed();
  const { pushManager } = browser.worker;
  const look = pushManager.getSubscription;
  pushManager.getSubscription = async () => {
    pushManager.getSubscription = look;
    await slipway.push.unsubscribe();
    return look();
  };
  await browser.worker.push({ title: "Hello" });
  expect(browser.worker.subscription).toBe(null);
  expect(api.subscribers).toMatchObject([{ id, status: "unsubscribed" }]);
  await expect(slipway.push.setTags(["a"])).rejects.toMatchObject({ code: "not_subscribed" });
});
