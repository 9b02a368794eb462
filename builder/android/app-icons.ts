// Renders the icons of an app with its colours, in as many bytes as the rest of its APK leaves them.
import type { AppInput } from "./app-input.ts";
import { assembleApk } from "./assemble-apk.ts";
import { ICON_DENSITIES } from "./icons/icon-set.ts";
import type { IconImage, IconSet, RenderIcons } from "./icons/icon-set.ts";
import { resolveSettings } from "./settings.ts";

/** Largest APK, bytes. */
const MAX_APK = 150_000;
/** What signatures of one key differ by, and what aligns the images, bytes. */
const MARGIN = 300;

const NOTHING: readonly IconImage[] = ICON_DENSITIES.map((density) => ({
  density,
  webp: new Uint8Array(),
}));
const NO_ICONS: IconSet = {
  background: "#000000",
  legacy: NOTHING,
  foreground: NOTHING,
  monochrome: NOTHING,
  notification: NOTHING,
  notes: [],
};

/** Rejects with PackagingError for an app that can't be packaged, and for a picture that can't be drawn. */
export async function renderAppIcons(input: AppInput, render: RenderIcons): Promise<IconSet> {
  const settings = resolveSettings(input.app, input.debuggable, input.push);
  const { name, iconBackground, backgroundColor, iconColor } = settings;
  const room = MAX_APK - MARGIN - assembleApk(input, NO_ICONS).length;
  return render(input.pictures, { name, iconBackground, backgroundColor, iconColor, room });
}
