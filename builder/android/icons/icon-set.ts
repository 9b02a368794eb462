// The icons of an app for its resource table, and the input for rendering them.
import type { Raster } from "./raster.ts";

/** Densities in dots per inch: mdpi, hdpi, xhdpi, xxhdpi, xxxhdpi. */
export const ICON_DENSITIES = [160, 240, 320, 480, 640] as const;
export type IconDensity = (typeof ICON_DENSITIES)[number];

export interface IconImage {
  readonly density: IconDensity;
  readonly webp: Uint8Array;
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
  /** What was chosen for the owner, and what may not look as it should: sentences for the build log. */
  readonly notes: readonly string[];
}

/** The layers of an icon at the highest density, before they are scaled to the others. */
export interface IconLayers {
  readonly background: string;
  /** LEGACY_SIDE px. */
  readonly legacy: Raster;
  /** CANVAS_SIDE px. */
  readonly foreground: Raster;
  /** CANVAS_SIDE px, a white shape. */
  readonly monochrome: Raster;
  readonly notes: readonly string[];
}

/** The owner's pictures: PNG, JPEG, WebP or SVG. */
export interface IconPictures {
  /** null: it is drawn from the name. */
  readonly icon: Uint8Array | null;
  /** The whole layer of 108 dp. null: it is made of the icon. */
  readonly foreground: Uint8Array | null;
  /** The whole layer of 108 dp, of which the alpha counts. null: it is made of the foreground. */
  readonly monochrome: Uint8Array | null;
}

/** What errors call the pictures. */
export const PICTURE_WORDS = {
  icon: "the icon",
  foreground: "the icon's foreground",
  monochrome: "the icon's monochrome layer",
} as const satisfies Record<keyof IconPictures, string>;
export type PictureWords = (typeof PICTURE_WORDS)[keyof IconPictures];

/** The settings of an app that affect its icons. */
export interface IconSource {
  readonly name: string;
  /** What the owner wants behind the icon's figure, #rrggbb. null: one is chosen that contrasts with it. */
  readonly iconBackground: string | null;
  readonly backgroundColor: string;
  readonly iconColor: string | null;
  /** How many bytes all images may have together, where it is less than they would take. */
  readonly room?: number;
}

/**
 * Renders pictures, or draws an icon from the name where there are none. Pictures of one `share` may wait for each other, and
 * one whose `signal` aborts is given up. Rejects with PackagingError for an invalid picture.
 */
export type RenderIcons = (
  pictures: IconPictures,
  source: IconSource,
  options?: {
    share?: string;
    signal?: AbortSignal;
    /** Told of each picture before it is decoded, where that is done in this process. */
    onPicture?: (what: PictureWords) => void;
  },
) => Promise<IconSet>;
