// QR codes as GIF images in data URIs (ISO/IEC 18004, RFC 2397).
// oxlint-disable-next-line import/no-named-as-default -- its types know the default export alone
import qrcode from "qrcode-generator";

/** Pixels for each module: the smallest code, of 21 modules and its quiet zone, is 174 pixels wide. */
const MODULE_PIXELS = 6;
/** The quiet zone that readers need on each side, modules (ISO/IEC 18004 section 6.3.8). */
const QUIET_MODULES = 4;

/** Returns ASCII `text` as a black and white QR code that is readable with 15 % damage (level M). */
export function qrGif(text: string): string {
  // Type 0 chooses the smallest version that holds the text.
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  return code.createDataURL(MODULE_PIXELS, QUIET_MODULES * MODULE_PIXELS);
}
