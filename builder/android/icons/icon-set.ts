// The icons of one app, ready for the resource table, and what they are made of.

/** Densities in dots per inch: mdpi, hdpi, xhdpi, xxhdpi, xxxhdpi. */
export const ICON_DENSITIES = [160, 240, 320, 480, 640] as const;
export type IconDensity = (typeof ICON_DENSITIES)[number];

export interface IconImage {
  readonly density: IconDensity;
  readonly png: Uint8Array;
}

export interface IconSet {
  /** Behind the adaptive icon's foreground, #rrggbb. */
  readonly background: string;
  /** 48 dp, for Android 7. */
  readonly legacy: readonly IconImage[];
  /** 108 dp, for Android 8 and later. */
  readonly foreground: readonly IconImage[];
  /** 108 dp, white on nothing, for the themed icons of Android 13 and later. */
  readonly monochrome: readonly IconImage[];
}

/** What an app says of its icons beside the picture. */
export interface IconSource {
  readonly name: string;
  readonly backgroundColor: string;
  readonly iconColor: string | null;
}

/** Renders a picture, or draws from the name when it is null. Rejects with PackagingError for a bad picture. */
export type RenderIcons = (picture: Uint8Array | null, source: IconSource) => Promise<IconSet>;
