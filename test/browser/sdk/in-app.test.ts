// Inside an app of Slipway's, a page gets the bridge's calls by the same names.
import { expect, test } from "vitest";
import type { Slipway as Bridge } from "../../../browser/api.ts";
import { FakeBrowser, settled, type FakePage } from "./fake-browser.ts";

const IN_AN_APP = "Mozilla/5.0 (Linux; Android 15; Pixel 8; wv) Chrome/130.0";

/** A page in a WebView, and the bridge that it is to have. */
function inApp(): { page: FakePage; bridge: Bridge; calls: unknown[][] } {
  const browser = new FakeBrowser();
  browser.hasPush = false;
  browser.navigator = { userAgent: IN_AN_APP };
  const calls: unknown[][] = [];
  const called =
    (name: string, value?: unknown) =>
    async (...given: unknown[]) => {
      calls.push([name, ...given]);
      return value as never;
    };
  const bridge: Bridge = {
    push: {
      permission: called("permission", "granted"),
      subscribe: called("subscribe", { id: "device" }),
      unsubscribe: called("unsubscribe"),
      setTags: called("setTags", ["a"]),
      on: (event) => {
        calls.push(["on", event]);
        return () => calls.push(["off", event]);
      },
    },
    channels: {
      redeem: called("redeem"),
      list: called("list", []),
      mute: called("mute"),
      leave: called("leave"),
    },
    openSettings: called("openSettings"),
    share: called("share"),
    print: called("print"),
    app: { package: "com.example.shop", version: "1.2" },
  };
  return { page: browser.open(), bridge, calls };
}

test("the bridge that is there answers the calls, those of channels too", async () => {
  const { page, bridge, calls } = inApp();
  page.window["slipway"] = bridge;
  const slipway = await page.init();
  expect(slipway.app).toEqual({ package: "com.example.shop", version: "1.2" });
  expect(await slipway.push.subscribe({ tags: ["a"] })).toEqual({ id: "device" });
  await slipway.channels.redeem("code");
  await slipway.channels.list();
  await slipway.openSettings();
  slipway.push.on("click", () => null)();
  expect(calls.filter(([name]) => name !== "permission")).toEqual([
    ["subscribe", { tags: ["a"] }],
    ["redeem", "code"],
    ["list"],
    ["openSettings"],
    ["on", "click"],
    ["off", "click"],
  ]);
});

test("a bridge that is there is not waited for", async () => {
  const { page, bridge } = inApp();
  page.window["slipway"] = bridge;
  let isDone = false;
  void page.init().then(() => (isDone = true));
  await settled();
  expect(isDone).toBe(true);
});

test("without a network, a page of an app has the bridge's own calls", async () => {
  const { page, bridge } = inApp();
  page.window["slipway"] = bridge;
  page.browser.isOffline = true;
  const { push } = await page.init();
  expect(await push.subscribe()).toEqual({ id: "device" });
});

test("init waits for the bridge", async () => {
  const { page, bridge } = inApp();
  const done = page.init();
  await settled();
  page.window["slipway"] = bridge;
  page.dispatch("slipway-ready", {});
  expect((await done).app).toEqual(bridge.app);
});

test("in another's WebView, init ends without a bridge, and there is no push", async () => {
  const { page } = inApp();
  const { push, app } = await page.init();
  expect(app).toBe(null);
  expect(await push.permission()).toBe("unsupported");
});

test("state and change tell of what the page did", async () => {
  const { page, bridge } = inApp();
  page.window["slipway"] = bridge;
  const { push } = await page.init();
  expect(await push.state()).toEqual({
    permission: "granted",
    subscribed: false,
    id: null,
    hint: null,
  });
  const heard: unknown[] = [];
  push.on("change", (state) => heard.push(state));
  await push.subscribe();
  await push.unsubscribe();
  await settled();
  expect(heard).toMatchObject([
    { subscribed: true, id: "device" },
    { subscribed: false, id: null },
  ]);
});

test("an app that knows no users refuses identify; a later one is asked itself", async () => {
  const { page, bridge, calls } = inApp();
  page.window["slipway"] = bridge;
  const { push } = await page.init();
  await expect(push.identify("jwt")).rejects.toMatchObject({ code: "unsupported" });
  const later = inApp();
  const identify = async (token: string | null) => void calls.push(["identify", token]);
  later.page.window["slipway"] = { ...bridge, push: { ...bridge.push, identify } };
  await (await later.page.init()).push.identify("jwt");
  expect(calls).toContainEqual(["identify", "jwt"]);
});

test("the soft prompt is the same, and subscribes the app", async () => {
  const { page, bridge, calls } = inApp();
  page.window["slipway"] = bridge;
  const { push } = await page.init();
  const done = push.prompt({ categories: [{ tag: "news", label: "News", checked: true }] });
  await settled();
  page.dialogs.all("button").at(0)!["onclick"]();
  expect(await done).toEqual({ id: "device" });
  expect(calls).toContainEqual(["subscribe", { tags: ["news"] }]);
});

test("the same app is begun once for each page", async () => {
  const { page, bridge } = inApp();
  page.window["slipway"] = bridge;
  expect(await page.init()).toBe(await page.init());
});
