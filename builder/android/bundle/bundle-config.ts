// Makes BundleConfig.pb (bundletool, config.proto): which bundletool a bundle is made for. Everything else is its default.
import { message, text } from "./protobuf.ts";

/** The version whose rules the bundle keeps; it decides about the defaults of the APKs made of it. */
const BUNDLETOOL_VERSION = "1.18.2";

/** Returns the encoded BundleConfig. */
export function encodeBundleConfig(): Uint8Array {
  return message(1, text(2, BUNDLETOOL_VERSION));
}
