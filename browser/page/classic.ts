// The SDK for a script tag: it sets `window.Slipway`.
import type { SlipwaySdk } from "./api.ts";
import { init } from "./init.ts";

const { src } = document.currentScript as HTMLScriptElement;

(window as { Slipway?: SlipwaySdk }).Slipway = {
  init: (options) =>
    init(options, new URL(src).origin, () => import(new URL("extra.js", src).href)),
};
