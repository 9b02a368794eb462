// A browser that has subscribed, which most tests of the SDK begin with.
import { APP } from "./fake-api.ts";
import { FakeBrowser, settled, type FakePage } from "./fake-browser.ts";

export const REGISTER = `/public/apps/${APP}/subscribers`;

/** A browser that has subscribed in a tab. */
export async function subscribed(options: Parameters<FakePage["init"]>[0] = {}) {
  const browser = new FakeBrowser();
  const page = browser.open();
  const slipway = await page.init(options);
  await settled();
  const { id } = await slipway.push.subscribe({ tags: ["news"] });
  await settled();
  return { browser, page, slipway, id, api: browser.api };
}
