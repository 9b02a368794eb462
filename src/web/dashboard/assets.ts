// The addresses of the dashboard's static files. Each name holds the hash of its file, so that browsers keep it for good.
import { ASSET_NAMES } from "./asset-names.ts";

type AssetName = keyof typeof ASSET_NAMES;

/** The scripts that a page can name, without `.js`: the files of browser/dashboard. `base` is on every page. */
export type Script = AssetName extends infer Name
  ? Name extends `${infer Short}.js`
    ? Short
    : never
  : never;

/** The path of a static file. */
export const asset = (name: AssetName): string => `/assets/${ASSET_NAMES[name]}`;
