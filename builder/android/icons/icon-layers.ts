// The layers of an icon at full size, before they are scaled to the densities.
import type { Master } from "./raster.ts";

export interface IconLayers {
  /** The colour behind the foreground of the adaptive icon, #rrggbb. */
  readonly background: string;
  /** The whole icon, for Android 7. */
  readonly legacy: Master;
  /** The picture in the safe zone of the adaptive icon. */
  readonly foreground: Master;
  /** The same as a white shape. */
  readonly monochrome: Master;
}
