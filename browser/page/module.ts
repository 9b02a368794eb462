// The SDK as an ES module.
import type { SlipwaySdk } from "./api.ts";
import { init } from "./init.ts";

export const Slipway: SlipwaySdk = {
  init: (options) => init(options, new URL(import.meta.url).origin, () => import("./extra.js")),
};
