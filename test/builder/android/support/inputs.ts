// What the packager's tests build: an app, the shell's classes, pictures of every kind.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { buildApk } from "../../../../builder/android/build-apk.ts";
import { buildBundle } from "../../../../builder/android/build-bundle.ts";
import type { AppInput } from "../../../../builder/android/app-input.ts";
import type { IconPictures } from "../../../../builder/android/icons/icon-set.ts";
import { renderIcons } from "../../../../builder/android/icons/render-icons.ts";
import type { AppSnapshot } from "../../../../src/protocol/builder.ts";
import { ecKey } from "./signing-keys.ts";

export const classesDex: Uint8Array = readFileSync(
  new URL("../../../../builder/shell/classes.dex", import.meta.url),
);

export const bridgeScript: Uint8Array = readFileSync(
  new URL("../../../../builder/shell/slipway.js", import.meta.url),
);

export function anApp(changes: Partial<AppSnapshot> = {}): AppSnapshot {
  return {
    name: "Example",
    url: "https://www.example.com/start?from=app",
    package_name: "com.example.app",
    version_name: "1.2.3",
    version_code: 42,
    config: {},
    ...changes,
  };
}

/** Of an app whose icon is drawn from its name. */
export const NO_PICTURES: IconPictures = { icon: null, foreground: null, monochrome: null };

/** The pictures of an app that has no more than an icon. */
export const iconAlone = (icon: Uint8Array | null): IconPictures => ({ ...NO_PICTURES, icon });

const ownKey = ecKey();

export function anInput(changes: Partial<AppInput> = {}): AppInput {
  return {
    app: anApp(),
    debuggable: true,
    pictures: NO_PICTURES,
    classesDex,
    bridgeScript,
    signing: ownKey,
    adiToken: null,
    push: null,
    ...changes,
  };
}

/** The APK, with icons rendered in this process. */
export const build = (input: AppInput) => buildApk(input, renderIcons);
/** The bundle, likewise. */
export const buildAab = (input: AppInput) => buildBundle(input, renderIcons);

/** A figure on nothing, drawn at 512 px. */
export const SVG_ICON = new TextEncoder().encode(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">' +
    '<circle cx="50" cy="50" r="45" fill="#d03020"/><path d="M30 30h40v40h-40z" fill="#fff"/></svg>',
);

export async function picture(format: "png" | "jpeg" | "webp", side = 512): Promise<Uint8Array> {
  return sharp(SVG_ICON)
    .resize(side, side)
    .flatten({ background: "#204060" })
    .toFormat(format)
    .toBuffer();
}

/** As hard to compress as a picture can be. */
export async function noisePicture(side = 512): Promise<Uint8Array> {
  return sharp({
    create: {
      width: side,
      height: side,
      channels: 3,
      background: "#808080",
      noise: { type: "gaussian", mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer();
}

/** Noise in which every pixel is black or white, and there or not. */
export async function transparentNoise(side: number): Promise<Uint8Array> {
  const pixels = Uint8Array.from(
    [...randomBytes(side * side)].flatMap((byte) => {
      const shade = byte & 1 ? 255 : 0;
      return [shade, shade, shade, byte & 2 ? 255 : 0];
    }),
  );
  return sharp(pixels, { raw: { width: side, height: side, channels: 4 } })
    .png()
    .toBuffer();
}
