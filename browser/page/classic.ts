// The SDK for a script tag: it sets `window.Slipway`.
import type { InitOptions } from "./api.ts";
import { init } from "./init.ts";

const { src } = document.currentScript as HTMLScriptElement;

Object.assign(window, {
  Slipway: {
    init: (options: InitOptions) =>
      init(options, new URL(src).origin, () => import(new URL("extra.js", src).href)),
  },
});
