// The columns of an icon and its layers, which an app has, and a build as the app had them at its trigger.
import { text } from "drizzle-orm/sqlite-core";

/** Makes the columns of one table: for each picture its R2 key, media type and SHA-256, all null where there is none. */
export const pictureColumns = () => ({
  iconKey: text("icon_key"),
  iconMediaType: text("icon_media_type"),
  iconSha256: text("icon_sha256"),
  foregroundKey: text("foreground_key"),
  foregroundMediaType: text("foreground_media_type"),
  foregroundSha256: text("foreground_sha256"),
  monochromeKey: text("monochrome_key"),
  monochromeMediaType: text("monochrome_media_type"),
  monochromeSha256: text("monochrome_sha256"),
});
