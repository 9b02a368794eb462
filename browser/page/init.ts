// `Slipway.init()`: what a page has of Slipway, in an app by its bridge, else by the browser's own push.
import type { Slipway as Bridge } from "../api.ts";
import { MAX_BRIDGE_MS } from "../shared/limits.ts";
import { refusal } from "../shared/port.ts";
import type { InitOptions, Slipway } from "./api.ts";
import type { Extra } from "./extra.ts";
import { inBrowser } from "./in-browser.ts";

const made: Record<string, Promise<Slipway>> = {};

/**
 * Returns what a page has of Slipway, once for each app. It waits for no network, and does not fail for the want of
 * anything in the browser.
 * @param origin of the script, where the API is if nothing else is said
 * @param extra loads what few pages need
 * @throws a `Refusal` ("invalid") for options that are none
 */
export async function init(
  options: InitOptions,
  origin: string,
  extra: () => Promise<Extra>,
): Promise<Slipway> {
  const { app, key } = options ?? {};
  if (!app || !/^pk_./.test(key)) {
    throw refusal("invalid", "no key");
  }
  return (made[app] ??= bridgeOf().then((bridge) =>
    bridge
      ? // Without a network, the page still has what the app itself gives it.
        extra().then(
          ({ bridged }) => bridged(bridge, options.prompt),
          () => bridge as Slipway,
        )
      : inBrowser({ api: origin, ...options }, extra),
  ));
}

async function bridgeOf(): Promise<Bridge | undefined> {
  if (!window.slipway && navigator.userAgent.includes("; wv)")) {
    await new Promise((resolve) => {
      addEventListener("slipway-ready", resolve, { once: true });
      setTimeout(resolve, MAX_BRIDGE_MS);
    });
  }
  return window.slipway;
}
