// How a browser subscribes, stays subscribed, and ends that.
import { expect, onTestFinished, test } from "vitest";
import { APP, KEY } from "./fake-api.ts";
import { FakeBrowser, settled, SITE, type FakePage } from "./fake-browser.ts";

const REGISTER = `/public/apps/${APP}/subscribers`;

/** A browser that has subscribed in a tab. */
async function subscribed(options: Parameters<FakePage["init"]>[0] = {}) {
  const browser = new FakeBrowser();
  const page = browser.open();
  const slipway = await page.init(options);
  await settled();
  const { id } = await slipway.push.subscribe({ tags: ["news"] });
  await settled();
  return { browser, page, slipway, id, api: browser.api };
}

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

test("tags are replaced", async () => {
  const { slipway, api } = await subscribed();
  expect(await slipway.push.setTags(["sales", "beta"])).toEqual(["sales", "beta"]);
  expect(api.subscribers).toMatchObject([{ tags: ["sales", "beta"] }]);
});

test("tags before a subscription are refused", async () => {
  const { push } = await new FakeBrowser().open().init();
  await expect(push.setTags(["a"])).rejects.toMatchObject({ code: "not_subscribed" });
});

test("a user is said at once, before a subscription, and no more", async () => {
  const { slipway, api } = await subscribed();
  await slipway.push.identify("jwt-of-ann");
  expect(api.subscribers).toMatchObject([{ user: "jwt-of-ann" }]);
  await slipway.push.identify(null);
  expect(api.subscribers).toMatchObject([{ user: null }]);

  const other = new FakeBrowser();
  const { push } = await other.open().init();
  await push.identify("jwt-of-bob");
  await push.subscribe();
  expect(other.api.subscribers).toMatchObject([{ user: "jwt-of-bob" }]);
});

test("a user's token that ran out before subscribe is left out, and the next one says the user", async () => {
  const browser = new FakeBrowser();
  const { push } = await browser.open().init();
  await push.identify("jwt-of-ann");
  browser.api.overTokens.add("jwt-of-ann");
  expect(await push.subscribe({ tags: ["news"] })).toEqual({ id: "subscriber-1" });
  expect(browser.api.subscribers).toMatchObject([{ user: null, tags: ["news"], status: "active" }]);
  await expect(push.identify("jwt-of-ann")).rejects.toMatchObject({ code: "invalid" });
  await push.identify("jwt-of-ann-anew");
  expect(browser.api.subscribers).toMatchObject([{ user: "jwt-of-ann-anew" }]);
});

test("who subscribes by a user's token that ran out is not the user from before", async () => {
  const { slipway, api, id } = await subscribed();
  await slipway.push.identify("jwt-of-ann");
  await slipway.push.unsubscribe();
  await slipway.push.identify("jwt-of-bob");
  api.overTokens.add("jwt-of-bob");
  expect(await slipway.push.subscribe()).toEqual({ id });
  expect(api.subscribers).toMatchObject([{ id, user: null, status: "active" }]);
});

test("a user's token that ran out and a subscriber that is gone don't hinder one another", async () => {
  const { slipway, api } = await subscribed();
  await slipway.push.unsubscribe();
  await slipway.push.identify("jwt-of-ann");
  api.overTokens.add("jwt-of-ann");
  api.subscribers.at(0)!.token = "gone";
  expect(await slipway.push.subscribe()).toEqual({ id: "subscriber-2" });
  expect(api.subscribers.at(-1)).toMatchObject({ user: null, tags: ["news"] });
});

test("a user's token is not kept: a later load does not send one that is over", async () => {
  const { browser, slipway, api } = await subscribed();
  await slipway.push.identify("jwt-of-ann");
  await browser.open().init();
  await settled();
  expect(api.of("POST", REGISTER).at(-1)?.body).not.toHaveProperty("user_token");
  expect(JSON.stringify(browser.storage.kept())).not.toContain("jwt-of-ann");
});

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

test("a change is heard of in every tab, once", async () => {
  const { browser, slipway, id } = await subscribed();
  const other = await browser.open().init();
  await settled();
  const heard: unknown[] = [];
  other.push.on("change", (state) => heard.push(state));
  await slipway.push.setTags(["a"]);
  await slipway.push.unsubscribe();
  await settled();
  expect(heard).toEqual([{ permission: "granted", subscribed: false, id: null, hint: null }]);
  await slipway.push.subscribe();
  await settled();
  expect(heard.at(-1)).toMatchObject({ subscribed: true, id });
});

test("channels: redeem subscribes first, and takes a code or its link", async () => {
  const browser = new FakeBrowser();
  const shown = {
    id: "63c7",
    channel: "63c8",
    name: "Orders",
    mute: false,
    iuid: "u",
    createdAt: 1,
  };
  browser.api.instead = ({ path }) =>
    /codes|subscriptions/.test(path)
      ? Response.json({ data: path.endsWith("/me/subscriptions") ? [shown] : shown })
      : undefined;
  const { channels } = await browser.open().init();
  const channel = { id: "63c7", channel: "63c8", name: "Orders", muted: false };
  expect(
    await channels.redeem("https://api.example/qrcode/mYdBbW0Qb3mXn0sJ4uV2cA/?x=1/2#y"),
  ).toEqual(channel);
  expect(browser.asks).toBe(1);
  expect(await channels.redeem("a code")).toEqual(channel);
  expect(await channels.list()).toEqual([channel]);
  expect(await channels.mute("63c7")).toEqual(channel);
  expect(await channels.mute("63c7", false)).toEqual(channel);
  expect(await channels.leave("63c7")).toBe(undefined);
  expect(browser.api.calls.filter((call) => /codes|subscriptions/.test(call))).toEqual([
    "POST /public/codes/mYdBbW0Qb3mXn0sJ4uV2cA/redeem",
    "POST /public/codes/a%20code/redeem",
    "GET /public/subscribers/me/subscriptions",
    "PUT /public/subscriptions/63c7/mute",
    "DELETE /public/subscriptions/63c7/mute",
    "DELETE /public/subscriptions/63c7",
  ]);
});

test("a channel's code that is none is not found, and registers nobody anew", async () => {
  const { slipway, api } = await subscribed();
  await expect(slipway.channels.redeem("none")).rejects.toMatchObject({ code: "not_found" });
  expect(api.subscribers).toHaveLength(1);
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
