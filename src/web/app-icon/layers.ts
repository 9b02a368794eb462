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
    help: "The front of the icon, shown as it is on the background colour in place of the picture. Phones show the middle two thirds of it.",
    without: "Made of the picture",
  },
  {
    picture: "monochrome",
    id: "IconMonochrome",
    title: "Monochrome layer",
    help: "The icon's shape, for phones that give all icons one colour, and for notifications. Its own colours do not count: draw the shape on nothing.",
    without: "Made of the picture's shape",
  },
];

/** The path of the form that sets a picture, below the page's. */
export const formPath = (picture: IconPicture): string => (picture === "icon" ? "" : `/${picture}`);
/** The path of the form that removes it. */
export const removePath = (picture: IconPicture): string => `${formPath(picture)}/remove`;
