// The SDK as an ES module.
import type { InitOptions } from "./api.ts";
import { init } from "./init.ts";

export type * from "./api.ts";

export const Slipway = {
  init: (options: InitOptions) =>
    init(options, new URL(import.meta.url).origin, () => import("./extra.js")),
};
