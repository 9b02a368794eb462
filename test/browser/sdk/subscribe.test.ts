// How a browser subscribes, and stays subscribed.
import { expect, test } from "vitest";
import { KEY } from "./fake-api.ts";
import { FakeBrowser, settled, SITE } from "./fake-browser.ts";
import { REGISTER, subscribed } from "./subscribed.ts";

test("a page that nobody subscribes on asks nothing, registers no worker and keeps nothing", async () => {
  const browser = new FakeBrowser();
  const { push } = await browser.open().init();
  await settled();
  expect(await push.state()).toEqual({
    permission: "default",
    subscribed: false,
    id: null,
    hint: null,
  });
  expect(browser.api.asked).toEqual([]);
  expect(browser.registrations.size).toBe(0);
  expect(browser.asks).toBe(0);
  expect(Object.keys(browser.localStorage)).toEqual([]);
});

test("subscribe asks the user, subscribes with the app's VAPID key and registers with tags and what is known", async () => {
  const { browser, slipway, id, api } = await subscribed();
  expect(browser.asks).toBe(1);
  expect(browser.worker.subscription?.key).toBe("BVapidOne");
  const [asked] = api.of("POST", REGISTER);
  expect(asked?.headers.get("x-app-key")).toBe(KEY);
  expect(asked?.body).toEqual({
    platform: "web",
    endpoint: "https://push.example/1",
    expirationTime: null,
    keys: { p256dh: "p256dh", auth: "auth" },
    language: "de-DE",
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    tags: ["news"],
  });
  expect(id).toBe("subscriber-1");
  expect(await slipway.push.state()).toEqual({
    permission: "granted",
    subscribed: true,
    id,
    hint: null,
  });
});

test("the question is the first thing that subscribe does, so that it is asked within the tap", async () => {
  const browser = new FakeBrowser();
  const { push } = await browser.open().init();
  const done = push.subscribe();
  expect(browser.asks).toBe(1);
  await done;
});

test("who refuses is not asked for anything further, and subscribe says so", async () => {
  const browser = new FakeBrowser();
  browser.answer = "denied";
  const { push } = await browser.open().init();
  await expect(push.subscribe()).rejects.toMatchObject({ code: "denied" });
  await settled();
  expect(browser.api.asked).toEqual([]);
  expect(browser.registrations.size).toBe(0);
});

test("each load sends the subscription again, once, as the same subscriber", async () => {
  const { browser, id, api } = await subscribed();
  for (const number of [2, 3]) {
    await browser.open("/other").init();
    await settled();
    expect(api.of("POST", REGISTER)).toHaveLength(number);
    expect(api.of("POST", REGISTER).at(-1)?.headers.get("authorization")).toBe("Bearer sw_sub_1");
    expect(api.of("POST", REGISTER).at(-1)?.body.tags).toBeUndefined();
  }
  expect(api.subscribers).toMatchObject([{ id, tags: ["news"], status: "active" }]);
  expect(browser.asks).toBe(1);
});

test("two tabs that subscribe at once become one subscriber", async () => {
  const browser = new FakeBrowser();
  const pages = await Promise.all([browser.open().init(), browser.open().init()]);
  const ids = await Promise.all(pages.map(({ push }) => push.subscribe()));
  expect(browser.api.subscribers).toHaveLength(1);
  expect(ids).toEqual([{ id: "subscriber-1" }, { id: "subscriber-1" }]);
});

test("a subscription that was made with another VAPID key is given up and made anew, by the same subscriber", async () => {
  const { browser, id, api } = await subscribed();
  api.vapid = "BVapidTwo";
  await browser.open().init();
  await settled();
  expect(browser.worker.subscription).toMatchObject({
    key: "BVapidTwo",
    endpoint: "https://push.example/2",
  });
  expect(api.subscribers).toMatchObject([{ id, endpoint: "https://push.example/2" }]);
});

test("a subscription of the site's own in the same worker gives way to the app's key", async () => {
  const browser = new FakeBrowser();
  browser.permission = "granted";
  browser.files.set(`${SITE}/own.js`, `importScripts("https://api.example/sdk/sw.js")`);
  const page = browser.open();
  const { serviceWorker } = page.window["navigator"];
  const own = await serviceWorker.register(`${SITE}/own.js`, {
    scope: `${SITE}/`,
    updateViaCache: "none",
  });
  await settled();
  await own.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: "BOther" });
  const { push } = await page.init({ worker: "/own.js", scope: "/" });
  await push.subscribe();
  expect(own.subscription).toMatchObject({ key: "BVapidOne" });
  expect(browser.registrations.size).toBe(1);
});

test("a changed public key is noticed", async () => {
  const { browser, id, api } = await subscribed();
  api.publicKey = "pk_11111111111111111111111111111111";
  await browser.open().init();
  await settled();
  expect(api.of("POST", REGISTER).at(-1)?.headers.get("x-app-key")).toBe(api.publicKey);
  expect(api.subscribers).toMatchObject([{ id }]);
});

test("a token that nobody knows any more makes a new subscriber, with the tags that it had", async () => {
  const { browser, api } = await subscribed();
  api.subscribers.at(0)!.token = "gone";
  const { push } = await browser.open().init();
  await settled();
  expect(api.subscribers.at(-1)).toMatchObject({ token: "sw_sub_2", tags: ["news"] });
  expect((await push.state()).id).toBe("subscriber-2");
});

test("a call whose token nobody knows any more registers anew and is repeated", async () => {
  const { slipway, api } = await subscribed();
  api.subscribers.at(0)!.token = "gone";
  expect(await slipway.push.setTags(["sales"])).toEqual(["sales"]);
  expect(await slipway.push.setTags(["sales", "beta"])).toEqual(["sales", "beta"]);
  expect(api.subscribers).toHaveLength(2);
  expect(api.subscribers.at(-1)).toMatchObject({ id: "subscriber-2", tags: ["sales", "beta"] });
});

test("a subscription that the browser lost is made anew with the next load", async () => {
  const { browser, id, api } = await subscribed();
  browser.worker.subscription = null;
  await browser.open().init();
  await settled();
  expect(api.subscribers).toMatchObject([{ id, endpoint: "https://push.example/2" }]);
});

test("a permission that is taken away unsubscribes with the next load, and subscribes again once it is given back", async () => {
  const { browser, id, api } = await subscribed();
  browser.permission = "denied";
  const { push } = await browser.open().init();
  await settled();
  expect(api.subscribers).toMatchObject([{ id, status: "unsubscribed" }]);
  expect(await push.state()).toMatchObject({ permission: "denied", subscribed: false, id: null });
  browser.permission = "granted";
  browser.permissionStatus.onchange?.();
  await settled();
  expect(api.subscribers).toMatchObject([{ id, status: "active" }]);
});

test("a registration that is there is left as it is", async () => {
  const { browser, api } = await subscribed();
  const page = browser.open();
  page.window["navigator"].serviceWorker.register = async () => {
    throw new Error("registered again");
  };
  const { push } = await page.init();
  await settled();
  expect(await push.setTags(["a"])).toEqual(["a"]);
  expect(api.of("POST", REGISTER)).toHaveLength(2);
});
