// QR codes as GIF images in data URIs (ISO/IEC 18004, RFC 2397).
// oxlint-disable-next-line import/no-named-as-default -- its types know the default export alone
import qrcode from "qrcode-generator";

/** Pixels a module: the smallest code, of 21 modules and its quiet zone, is 174 pixels wide. */
const MODULE_PIXELS = 6;
/** The quiet zone a reader needs on each side, modules (ISO/IEC 18004 section 6.3.8). */
const QUIET_MODULES = 4;

/** `text`, which is ASCII, as a black and white GIF that survives 15 % damage (level M). */
export function qrGif(text: string): string {
  // 0: the smallest version that holds the text
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  return code.createDataURL(MODULE_PIXELS, QUIET_MODULES * MODULE_PIXELS);
}
