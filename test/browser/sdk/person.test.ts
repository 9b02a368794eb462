// Whose a browser is, and what it is tagged with.
import { expect, test } from "vitest";
import { FakeBrowser, settled } from "./fake-browser.ts";
import { REGISTER, subscribed } from "./subscribed.ts";

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
