// The layers of an icon before they are scaled to the densities.
import type { Master } from "./raster.ts";

export interface IconLayers {
  /** Fills the adaptive icon behind the foreground, #rrggbb. */
  readonly background: string;
  /** The whole icon, for Android 7. */
  readonly legacy: Master;
  /** What goes into the safe zone of the adaptive icon. */
  readonly foreground: Master;
  /** The same as a white shape. */
  readonly monochrome: Master;
}
