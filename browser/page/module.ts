// The SDK as an ES module.
import { init } from "./init.ts";
import type { InitOptions } from "./api.ts";

export type * from "./api.ts";

export const Slipway = {
  init: (options: InitOptions) => init(options, new URL(import.meta.url).origin),
};
