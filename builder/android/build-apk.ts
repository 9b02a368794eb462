// Makes a signed APK from an app, its icon, the shell's classes and a key.
import { renderAppIcons } from "./app-icons.ts";
import type { AppInput } from "./app-input.ts";
import { assembleApk } from "./assemble-apk.ts";
import type { RenderIcons } from "./icons/icon-set.ts";

/**
 * Builds and signs an APK. The same input gives the same bytes on the same host when the key is RSA; an
 * ECDSA signature differs each time. Throws PackagingError for input that can't be packaged.
 */
export async function buildApk(
  input: AppInput,
  render: RenderIcons,
): Promise<Uint8Array<ArrayBuffer>> {
  return assembleApk(input, await renderAppIcons(input, render));
}
