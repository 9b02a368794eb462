// Channels in a browser, and what its tabs hear of one another.
import { expect, test } from "vitest";
import { FakeBrowser, settled } from "./fake-browser.ts";
import { subscribed } from "./subscribed.ts";

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
