// The SDK for a script tag: it sets `window.Slipway`.
import { init } from "./init.ts";
import type { InitOptions } from "./api.ts";

const { origin } = new URL((document.currentScript as HTMLScriptElement).src);

Object.assign(window, {
  Slipway: { init: (options: InitOptions) => init(options, origin) },
});
