// What hinders a browser to subscribe, and what is refused.
import { expect, onTestFinished, test } from "vitest";
import { APP } from "./fake-api.ts";
import { FakeBrowser, settled, SITE } from "./fake-browser.ts";
import { subscribed } from "./subscribed.ts";

test.each(["denied", "granted"] as const)(
  "a permission that becomes %s without a network troubles nobody, and is made good later",
  async (permission) => {
    const { browser, id, api } = await subscribed();
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    onTestFinished(() => void process.off("unhandledRejection", note));
    browser.isOffline = true;
    browser.permission = permission;
    browser.permissionStatus.onchange?.();
    await settled();
    browser.isOffline = false;
    browser.permissionStatus.onchange?.();
    await settled();
    const status = permission === "granted" ? "active" : "unsubscribed";
    expect(api.subscribers).toMatchObject([{ id, status }]);
    expect(unhandled).toEqual([]);
  },
);

test("a browser that does not tell of permissions is subscribed all the same", async () => {
  const browser = new FakeBrowser();
  const query = async () => Promise.reject(new TypeError("no such permission"));
  browser.navigator = { permissions: { query } };
  const { push } = await browser.open().init();
  await push.subscribe();
  await settled();
  expect(browser.api.subscribers).toHaveLength(1);
});

test("in a sandboxed frame, whose browser throws at a look, all is unsupported", async () => {
  const page = new FakeBrowser().open();
  const get = () => {
    throw new DOMException("The document is sandboxed", "SecurityError");
  };
  Object.defineProperty(page.window["navigator"], "serviceWorker", { get });
  Object.defineProperty(page.window, "localStorage", { get });
  const { push } = await page.init();
  expect(await push.state()).toMatchObject({ permission: "unsupported", subscribed: false });
  await expect(push.subscribe()).rejects.toMatchObject({ code: "unsupported" });
  await expect(push.unsubscribe()).rejects.toMatchObject({ code: "unsupported" });
});

test("where the browser keeps nothing for the site, subscribe is refused", async () => {
  const page = new FakeBrowser().open();
  const get = () => {
    throw new DOMException("Access is denied for this document.", "SecurityError");
  };
  Object.defineProperty(page.window, "localStorage", { get });
  const { push } = await page.init();
  await settled();
  await expect(push.subscribe()).rejects.toMatchObject({ code: "unsupported" });
});

test("who subscribes without a network is refused, and subscribed with the next load", async () => {
  const browser = new FakeBrowser();
  const { push } = await browser.open().init();
  browser.isOffline = true;
  await expect(push.subscribe({ tags: ["news"] })).rejects.toMatchObject({ code: "offline" });
  browser.isOffline = false;
  await browser.open().init();
  await settled();
  expect(browser.api.subscribers).toHaveLength(1);
});

test.each([
  ["no network", (browser: FakeBrowser) => void (browser.isOffline = true)],
  [
    "an API that fails",
    ({ api }: FakeBrowser) => {
      api.instead = () => Response.json({}, { status: 500 });
    },
  ],
  [
    "an API that answers with a page",
    ({ api }: FakeBrowser) => {
      api.instead = () => new Response("<html>");
    },
  ],
  ["no storage", ({ storage }: FakeBrowser) => void (storage.isBroken = true)],
])("with %s, init resolves all the same", async (_, trouble) => {
  const { browser } = await subscribed();
  trouble(browser);
  const { push } = await browser.open().init();
  await settled();
  expect((await push.state()).permission).toBe("granted");
});

test("a browser without push is unsupported, and everything else still works", async () => {
  const browser = new FakeBrowser();
  browser.hasPush = false;
  const { push, channels, openSettings } = await browser.open().init();
  expect(await push.permission()).toBe("unsupported");
  expect(await push.state()).toEqual({
    permission: "unsupported",
    subscribed: false,
    id: null,
    hint: null,
  });
  await expect(push.subscribe()).rejects.toMatchObject({ code: "unsupported" });
  expect(await push.prompt()).toBe(null);
  await push.unsubscribe();
  await expect(channels.list()).rejects.toMatchObject({ code: "not_subscribed" });
  await expect(openSettings()).rejects.toMatchObject({ code: "unsupported" });
});

test("Safari on iOS is told what to do first", async () => {
  const browser = new FakeBrowser();
  browser.hasPush = false;
  browser.navigator = { standalone: false };
  const { push } = await browser.open().init();
  expect(await push.state()).toMatchObject({
    permission: "unsupported",
    hint: "add-to-home-screen",
  });
});

test.each([
  ["no push service", { code: "offline" }, (b: FakeBrowser) => void (b.hasPushService = false)],
  [
    "no worker file",
    { code: "unsupported" },
    (b: FakeBrowser) => void b.files.delete(`${SITE}/slipway-sw.js`),
  ],
  [
    "a worker file that can't be run",
    { code: "unsupported" },
    (b: FakeBrowser) =>
      void b.files.set(`${SITE}/slipway-sw.js`, `importScripts("https://elsewhere.example/")`),
  ],
  [
    "no Web Push for the app",
    { code: "unsupported" },
    (b: FakeBrowser) => void (b.api.vapid = null),
  ],
  [
    "a wrong public key",
    { code: "invalid" },
    (b: FakeBrowser) => {
      b.api.instead = ({ method }) =>
        method === "POST" ? Response.json({ message: "not valid" }, { status: 401 }) : undefined;
    },
  ],
  [
    "an origin that the app does not allow",
    { code: "invalid" },
    (b: FakeBrowser) => {
      b.api.instead = ({ method }) =>
        method === "POST"
          ? Response.json({ message: "Pages of this origin may not" }, { status: 403 })
          : undefined;
    },
  ],
  [
    "an unknown app",
    { code: "not_found" },
    (b: FakeBrowser) => {
      b.api.instead = () => Response.json({ message: "Not found." }, { status: 404 });
    },
  ],
  [
    "too many requests",
    { code: "offline" },
    (b: FakeBrowser) => {
      b.api.instead = () => Response.json({ message: "Too many." }, { status: 429 });
    },
  ],
])("with %s, subscribe says why not", async (_, refused, trouble) => {
  const browser = new FakeBrowser();
  trouble(browser);
  const { push } = await browser.open().init();
  await expect(push.subscribe()).rejects.toMatchObject(refused);
  expect(await push.state()).toMatchObject({ subscribed: false });
});

test("arguments that are none are refused with a code", async () => {
  const { slipway } = await subscribed();
  const { push, channels } = slipway as any;
  const wrong = { code: expect.stringMatching(/^(?:invalid|unsupported)$/) };
  await expect(push.setTags(() => {})).rejects.toMatchObject(wrong);
  await expect(push.setTags([Symbol("a")])).rejects.toMatchObject(wrong);
  await expect(push.identify(() => {})).rejects.toMatchObject(wrong);
  await expect(channels.redeem()).rejects.toMatchObject(wrong);
  await expect(channels.redeem(5)).rejects.toMatchObject(wrong);
  expect(() => push.on("click")).toThrow(expect.objectContaining({ code: "invalid" }));
  expect(() => push.on("tap", () => {})).toThrow(expect.objectContaining({ code: "invalid" }));
});

test("options that are none are refused", async () => {
  const page = new FakeBrowser().open();
  await expect(page.init({ key: "sw_live_secret" })).rejects.toMatchObject({ code: "invalid" });
  await expect(page.init({ app: "" })).rejects.toMatchObject({ code: "invalid" });
  const { init } = page.window["Slipway"];
  for (const none of [
    undefined,
    null,
    5,
    "",
    { app: 5 },
    { app: APP, key: 5 },
    { app: APP, key: null },
  ]) {
    await expect(init(none)).rejects.toMatchObject({ code: "invalid" });
  }
});

test("what an older worker does not know is refused, and changes nothing", async () => {
  const { browser, api } = await subscribed();
  const { port1, port2 } = new browser.MessageChannel();
  const answer = new Promise((resolve) => {
    Object.assign(port1, { onmessage: ({ data }: { data: unknown }) => resolve(data) });
  });
  api.asked.length = 0;
  const data = { slipway: { site: { app: APP }, call: "fly" } };
  await browser.worker.dispatch("message", { data, ports: [port2] });
  expect(await answer).toMatchObject({ error: "unsupported" });
  expect(api.asked).toEqual([]);
});
