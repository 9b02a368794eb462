// QR codes as SVG (ISO/IEC 18004, SVG 1.1).
// oxlint-disable-next-line import/no-named-as-default -- its types know the default export alone
import qrcode from "qrcode-generator";
import { Bounded } from "../kit/bounded.ts";

/** The quiet zone that readers need on each side, modules (ISO/IEC 18004 section 6.3.8). */
const QUIET_MODULES = 4;
/** Black enough for readers, and the same in every theme. */
const DARK = "#101a20";
const LIGHT = "#fff";

/** Codes that are remembered: of some 10 kB each, they take a megabyte. */
const MAX_REMEMBERED = 100;

export interface QrCode {
  /** Modules on each side, the quiet zone included. */
  side: number;
  /** The dark modules, as path data of SVG. */
  path: string;
  dark: string;
  light: string;
}

/** Codes made lately: one takes some 4 ms to make, and anybody may ask for a page with one as often as its limit allows. */
const remembered = new Bounded<string, QrCode>(MAX_REMEMBERED);

/** Returns the QR code of ASCII `text`, which is readable with 15 % damage (level M). */
export function qrCode(text: string): QrCode {
  const known = remembered.get(text) ?? make(text);
  remembered.put(text, known);
  return known;
}

function make(text: string): QrCode {
  // Type 0 chooses the smallest version that holds the text.
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const modules = code.getModuleCount();
  let path = "";
  for (let row = 0; row < modules; row += 1) {
    for (let column = 0; column < modules; column += 1) {
      const from = column;
      while (column < modules && code.isDark(row, column)) column += 1;
      if (column > from) {
        path += `M${from + QUIET_MODULES} ${row + QUIET_MODULES}h${column - from}v1h-${column - from}z`;
      }
    }
  }
  return { side: modules + 2 * QUIET_MODULES, path, dark: DARK, light: LIGHT };
}

/** Returns the QR code of ASCII `text` as an SVG document, which fills whatever room it is given. */
export function qrSvg(text: string): string {
  const { side, path, dark, light } = qrCode(text);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<title>QR code</title><path fill="${light}" d="M0 0h${side}v${side}H0z"/><path fill="${dark}" d="${path}"/></svg>`
  );
}
