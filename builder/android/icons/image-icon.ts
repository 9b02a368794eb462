// Makes the layers of an icon from the owner's pictures.
import { PackagingError } from "../errors.ts";
import { LEAST_CONTRAST, backgroundOf, contrastWith } from "./background.ts";
import { extentOf } from "./extent.ts";
import { placeFigure, seenExtent } from "./figure.ts";
import { SQUARE, fullBleed, fullBleedBox } from "./full-bleed.ts";
import { PICTURE_WORDS } from "./icon-set.ts";
import type { IconLayers, IconSource } from "./icon-set.ts";
import { ownShape, shapeOfFigure, shapeOfPicture } from "./monochrome.ts";
import { CANVAS_SIDE, CHANNELS, LEGACY_SIDE, PX_PER_DP, fitted, visiblePart } from "./raster.ts";
import type { Box, Raster } from "./raster.ts";
import { onRoundedSquare } from "./rounded-square.ts";

/** Kept free around a figure on Android 7, px: a dp on each side. */
const LEGACY_MARGIN = 2 * PX_PER_DP;

/** Makes all layers of one picture. */
export async function pictureIcon(picture: Raster, source: IconSource): Promise<IconLayers> {
  const box = fullBleedBox(picture);
  if (box === null) return figureIcon(picture, source);
  const { canvas, plain } = await fullBleed(picture, box);
  const background = plain ?? source.iconBackground ?? source.backgroundColor;
  const notes = [
    "Icon: the picture fills its square, so that its edges go on beyond what is shown",
  ];
  if (source.iconBackground !== null) {
    notes.push(`Icon background: ${source.iconBackground}, as given, is behind it and not seen`);
  }
  return {
    background,
    // Without a plain colour around it, it is cropped as elsewhere; otherwise it keeps its shape.
    legacy: await fitted(
      picture,
      plain === null && isWide(box) ? middleOf(box) : seenExtent(picture).box,
      LEGACY_SIDE,
    ),
    foreground: canvas,
    monochrome: shapeOfPicture(canvas, plain),
    notes,
  };
}

const isWide = ({ width, height }: Box): boolean =>
  width > height * SQUARE || height > width * SQUARE;

/** The largest square in the middle of a box. */
function middleOf({ left, top, width, height }: Box): Box {
  const side = Math.min(width, height);
  return {
    left: left + Math.floor((width - side) / 2),
    top: top + Math.floor((height - side) / 2),
    width: side,
    height: side,
  };
}

async function figureIcon(picture: Raster, source: IconSource): Promise<IconLayers> {
  const foreground = await placeFigure(picture);
  const { color, note } = backgroundOf(foreground, source, "the figure");
  // Android 7 puts no background behind it, and nobody knows the wallpaper.
  const contrast = contrastWith(foreground);
  const isSeen = ["#ffffff", "#000000"].every((ground) => contrast(ground) >= LEAST_CONTRAST);
  const { box } = seenExtent(picture);
  return {
    background: color,
    legacy: isSeen
      ? await fitted(picture, box, LEGACY_SIDE, LEGACY_SIDE - LEGACY_MARGIN)
      : await onRoundedSquare(foreground, color),
    foreground,
    monochrome: shapeOfFigure(foreground, color),
    notes: [note],
  };
}

/** Makes all layers of a foreground of the owner's own, which is the whole layer as it is. */
export async function foregroundIcon(picture: Raster, source: IconSource): Promise<IconLayers> {
  const foreground = await wholeLayer(picture);
  const shown = await visiblePart(foreground);
  if (extentOf(shown, 1) === null) {
    const message = `${PICTURE_WORDS.foreground} is empty: nothing of it is in the 72 of 108 dp that launchers show`;
    throw new PackagingError("invalid_icon", message);
  }
  let isOpaque = true;
  for (let at = 3; at < shown.data.length; at += CHANNELS) isOpaque &&= shown.data[at] === 255;
  const background = isOpaque
    ? {
        color: source.iconBackground ?? source.backgroundColor,
        note: "Icon: its foreground has no transparency, so that no background is seen",
      }
    : backgroundOf(shown, source, "the foreground");
  const { color, note } = background;
  return {
    background: color,
    legacy: await onRoundedSquare(foreground, color),
    foreground,
    monochrome: isOpaque ? shapeOfPicture(foreground, null) : shapeOfFigure(foreground, color),
    notes: [note],
  };
}

/** Makes the monochrome layer of a picture of the owner's own. */
export async function monochromeLayer(picture: Raster): Promise<Raster> {
  const shape = ownShape(await wholeLayer(picture));
  if (extentOf(shape, 1) !== null) return shape;
  const message = `${PICTURE_WORDS.monochrome} is empty: nothing of it is visible, since all of it is white`;
  throw new PackagingError("invalid_icon", message);
}

function wholeLayer(picture: Raster): Promise<Raster> {
  const { width, height } = picture;
  return fitted(picture, { left: 0, top: 0, width, height }, CANVAS_SIDE);
}
