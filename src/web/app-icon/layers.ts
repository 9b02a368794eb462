// What the icon's page says of the two layers that an owner may draw, and where its forms post to.
import type { IconPicture } from "../../protocol/builder.ts";

export const MEGABYTE = 1024 * 1024;

export interface LayerWords {
  picture: Exclude<IconPicture, "icon">;
  /** The end of the operations' ids. */
  id: string;
  title: string;
  /** What it is for, and how it is best drawn. */
  help: string;
  /** What is there without it. */
  without: string;
}

export const LAYERS: readonly LayerWords[] = [
  {
    picture: "foreground",
    id: "IconForeground",
    title: "Foreground layer",
    help: "For an icon drawn in layers: a square of 108 units that stands on the background colour as it is. Keep what matters within the circle of 66 in its middle.",
    without: "It is made of the icon.",
  },
  {
    picture: "monochrome",
    id: "IconMonochrome",
    title: "Monochrome layer",
    help: "For themed launchers and the status bar, which give it their own colour: a square of 108 units of which only the opacity counts, so draw the shape on nothing.",
    without: "It is made of the icon's shape.",
  },
];

/** The path of the form that sets a picture, below the page's. */
export const formPath = (picture: IconPicture): string => (picture === "icon" ? "" : `/${picture}`);
/** The path of the form that removes it. */
export const removePath = (picture: IconPicture): string => `${formPath(picture)}/remove`;
