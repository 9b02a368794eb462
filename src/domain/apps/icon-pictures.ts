// The pictures of an app's icon, as rows of apps and of builds have them: the icon, and the two layers that its owner may draw.
import { IconPicture } from "../../protocol/builder.ts";

/** What is stored of a picture. */
export interface StoredPicture {
  /** Its R2 key: every upload is a new object. */
  key: string;
  mediaType: string;
  sha256: string;
}

type Field = "Key" | "MediaType" | "Sha256";
/** The columns of one picture, and of all of them. */
type ColumnsOf<Picture extends IconPicture> = { [Name in `${Picture}${Field}`]: string | null };
export type PictureColumns = ColumnsOf<IconPicture>;

/** Every picture that an icon may be made of. */
export const ICON_PICTURES = IconPicture.options;

/** Returns the app's or the build's picture; null for none. */
export function pictureOf(row: PictureColumns, picture: IconPicture): StoredPicture | null {
  const [key, mediaType, sha256] = [
    row[`${picture}Key`],
    row[`${picture}MediaType`],
    row[`${picture}Sha256`],
  ];
  return key === null || mediaType === null || sha256 === null ? null : { key, mediaType, sha256 };
}

/** Returns the picture as the APIs show it, without its bytes. */
export function shownPicture(row: PictureColumns, picture: IconPicture) {
  const stored = pictureOf(row, picture);
  return stored && { media_type: stored.mediaType, sha256: stored.sha256 };
}

/** Returns the columns that store a picture, or that remove it. */
export function pictureValues(picture: IconPicture, stored: StoredPicture | null) {
  return {
    [`${picture}Key`]: stored?.key ?? null,
    [`${picture}MediaType`]: stored?.mediaType ?? null,
    [`${picture}Sha256`]: stored?.sha256 ?? null,
  } as Partial<PictureColumns>;
}
