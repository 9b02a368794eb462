// The icons of an app for its resource table, and the input for rendering them.

/** Densities in dots per inch: mdpi, hdpi, xhdpi, xxhdpi, xxxhdpi. */
export const ICON_DENSITIES = [160, 240, 320, 480, 640] as const;
export type IconDensity = (typeof ICON_DENSITIES)[number];

export interface IconImage {
  readonly density: IconDensity;
  readonly png: Uint8Array;
}

export interface IconSet {
  /** The colour behind the foreground of the adaptive icon, #rrggbb. */
  readonly background: string;
  /** 48 dp, for Android 7. */
  readonly legacy: readonly IconImage[];
  /** 108 dp, for Android 8 and later. */
  readonly foreground: readonly IconImage[];
  /** 108 dp, white on nothing, for the themed icons of Android 13 and later. */
  readonly monochrome: readonly IconImage[];
  /** 24 dp, the same shape, for the status bar. */
  readonly notification: readonly IconImage[];
}

/** The settings of an app that affect its icons. */
export interface IconSource {
  readonly name: string;
  readonly backgroundColor: string;
  readonly iconColor: string | null;
}

/**
 * Renders a picture, or draws one from the name if it is null. Pictures of one `share` may wait for each other, and one
 * whose `signal` aborts is given up. Rejects with PackagingError for an invalid picture.
 */
export type RenderIcons = (
  picture: Uint8Array | null,
  source: IconSource,
  options?: { share?: string; signal?: AbortSignal },
) => Promise<IconSet>;
