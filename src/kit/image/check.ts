// Says why a picture can't be an icon: it is none, too large, damaged, cut short, or shows nothing. What would take longer to find
// out than MAX_INFLATED_BYTES of a PNG, and what the compressed pixels of other formats show, is left to builders, which name
// the picture in the build that fails.
import { jpegFault } from "./jpeg.ts";
import { pngFault } from "./png.ts";
import { sniffImage, type Image } from "./sniff.ts";
import { svgFault } from "./svg.ts";
import { webpFault } from "./webp.ts";

/** A picture that is in order, or what it must be instead, as the rest of a sentence. */
export type Checked = { ok: true; image: Image } | { ok: false; fault: string };

const FAULTS: Readonly<Record<Image["mediaType"], (bytes: Uint8Array) => string | null>> = {
  "image/png": pngFault,
  "image/jpeg": jpegFault,
  "image/webp": webpFault,
  "image/svg+xml": svgFault,
};

/** Checks a picture. One of more than `maxPixels` is refused by its header, before anything of it is inflated. */
export function checkPicture(bytes: Uint8Array, maxPixels: number): Checked {
  const image = sniffImage(bytes);
  if (image === null) return { ok: false, fault: "must be a PNG, JPEG, WebP or SVG image" };
  if (image.width * image.height > maxPixels) {
    return { ok: false, fault: `must not have more than ${maxPixels} pixels` };
  }
  const fault = FAULTS[image.mediaType](bytes);
  return fault === null ? { ok: true, image } : { ok: false, fault };
}
