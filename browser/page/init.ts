// `Slipway.init()`: what a page has of Slipway, in an app by its bridge, else by the browser's own push.
import type { Slipway as Bridge } from "../api.ts";
import { refusal } from "../shared/ask.ts";
import type { InitOptions, Slipway } from "./api.ts";
import { bridged } from "./bridged.ts";
import { inBrowser } from "./in-browser.ts";

/** How long the bridge may be in coming, ms, where the page is shown by some Android app, perhaps another's. */
const MAX_BRIDGE_MS = 3000;

const made: Record<string, Promise<Slipway>> = {};

/**
 * Returns what a page has of Slipway, once for each app. It waits for no network, and does not fail for the want of
 * anything in the browser.
 * @param origin of the script, where the API is if nothing else is said
 * @throws a `Refusal` ("invalid") for options that are none
 */
export async function init(options: InitOptions, origin: string): Promise<Slipway> {
  const { app, key } = options;
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(app) || !/^pk_\w+$/.test(key)) {
    throw refusal("invalid", "takes the app's id and its public key, pk_...");
  }
  return (made[app] ??= make({ api: origin, ...options }));
}

async function make(options: InitOptions & { api: string }): Promise<Slipway> {
  const bridge = await bridgeOf();
  return bridge ? bridged(bridge, options.prompt) : inBrowser(options);
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
