// Reads colours of CSS (CSS Color Module Level 4, section 4 to 7) as far as websites name them in their manifest: hex, names,
// rgb() and hsl(). What shows through is dropped: bars and backgrounds of an app are opaque.

/** Longest text that is read, characters: no colour needs as many. */
const MAX_TEXT = 100;

/** The names of section 6.1, each before its hex digits. */
const NAMES =
  "aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc bisque ffe4c4 black 000000 " +
  "blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00 " +
  "chocolate d2691e coral ff7f50 cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff darkblue 00008b " +
  "darkcyan 008b8b darkgoldenrod b8860b darkgray a9a9a9 darkgreen 006400 darkgrey a9a9a9 darkkhaki bdb76b " +
  "darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred 8b0000 darksalmon e9967a " +
  "darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f darkslategrey 2f4f4f darkturquoise 00ced1 " +
  "darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff dimgray 696969 dimgrey 696969 dodgerblue 1e90ff firebrick b22222 " +
  "floralwhite fffaf0 forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc ghostwhite f8f8ff gold ffd700 goldenrod daa520 " +
  "gray 808080 green 008000 greenyellow adff2f grey 808080 honeydew f0fff0 hotpink ff69b4 indianred cd5c5c indigo 4b0082 " +
  "ivory fffff0 khaki f0e68c lavender e6e6fa lavenderblush fff0f5 lawngreen 7cfc00 lemonchiffon fffacd lightblue add8e6 " +
  "lightcoral f08080 lightcyan e0ffff lightgoldenrodyellow fafad2 lightgray d3d3d3 lightgreen 90ee90 lightgrey d3d3d3 " +
  "lightpink ffb6c1 lightsalmon ffa07a lightseagreen 20b2aa lightskyblue 87cefa lightslategray 778899 " +
  "lightslategrey 778899 lightsteelblue b0c4de lightyellow ffffe0 lime 00ff00 limegreen 32cd32 linen faf0e6 " +
  "magenta ff00ff maroon 800000 mediumaquamarine 66cdaa mediumblue 0000cd mediumorchid ba55d3 mediumpurple 9370db " +
  "mediumseagreen 3cb371 mediumslateblue 7b68ee mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585 " +
  "midnightblue 191970 mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead navy 000080 oldlace fdf5e6 " +
  "olive 808000 olivedrab 6b8e23 orange ffa500 orangered ff4500 orchid da70d6 palegoldenrod eee8aa palegreen 98fb98 " +
  "paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9 peru cd853f pink ffc0cb plum dda0dd " +
  "powderblue b0e0e6 purple 800080 rebeccapurple 663399 red ff0000 rosybrown bc8f8f royalblue 4169e1 saddlebrown 8b4513 " +
  "salmon fa8072 sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d silver c0c0c0 skyblue 87ceeb " +
  "slateblue 6a5acd slategray 708090 slategrey 708090 snow fffafa springgreen 00ff7f steelblue 4682b4 tan d2b48c teal 008080 " +
  "thistle d8bfd8 tomato ff6347 turquoise 40e0d0 violet ee82ee wheat f5deb3 white ffffff whitesmoke f5f5f5 yellow ffff00 " +
  "yellowgreen 9acd32";

// There is one way to read each text, so that none takes long.
const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?`;
const BETWEEN = String.raw`(?:\s*,\s*|\s+)`;
/** The three components and, behind a comma or a slash, what shows through. */
const FUNCTION = new RegExp(
  String.raw`^(rgb|hsl)a?\(\s*(${NUMBER}(?:%|deg|grad|rad|turn)?)${BETWEEN}(${NUMBER}%?)${BETWEEN}(${NUMBER}%?)\s*(?:[,/]\s*${NUMBER}%?\s*)?\)$`,
);
/** Degrees in each unit of angles. */
const ANGLES: Readonly<Record<string, number>> = {
  "": 1,
  deg: 1,
  grad: 0.9,
  rad: 180 / Math.PI,
  turn: 360,
};

/** Returns the colour as #rrggbb in lower case, or null for what is none, such as `transparent` or `currentColor`. */
export function cssColor(text: string): string | null {
  const plain = text
    .slice(0, MAX_TEXT + 1)
    .trim()
    .toLowerCase();
  if (plain.length > MAX_TEXT) return null;
  return fromHex(plain) ?? fromName(plain) ?? fromFunction(plain);
}

/** #rgb, #rgba, #rrggbb or #rrggbbaa. */
function fromHex(text: string): string | null {
  if (!/^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/.test(text)) return null;
  return text.length < 7 ? text.slice(0, 4).replaceAll(/[^#]/g, "$&$&") : text.slice(0, 7);
}

function fromName(text: string): string | null {
  if (!/^[a-z]+$/.test(text)) return null;
  const hex = new RegExp(`(?:^| )${text} ([0-9a-f]{6})`).exec(NAMES)?.[1];
  return hex === undefined ? null : `#${hex}`;
}

function fromFunction(text: string): string | null {
  const [, kind, first = "", second = "", third = ""] = FUNCTION.exec(text) ?? [];
  if (kind === undefined) return null;
  if (kind === "rgb") {
    const parts = [first, second, third];
    if (/[a-z]$/.test(first)) return null;
    return hexOf(
      parts.map((part) =>
        part.endsWith("%") ? (Number.parseFloat(part) * 255) / 100 : Number.parseFloat(part),
      ),
    );
  }
  const unit = ANGLES[first.replace(new RegExp(`^${NUMBER}`), "")];
  if (unit === undefined) return null;
  const hue = Number.parseFloat(first) * unit;
  return hexOf(fromHsl(hue, share(second), share(third)));
}

/** A percentage, which may be written without its sign, as 0 to 1. */
const share = (text: string): number => Math.min(Math.max(Number.parseFloat(text) / 100, 0), 1);

/** Channels 0 to 255 of a hue in degrees (section 7.1). */
function fromHsl(hue: number, saturation: number, lightness: number): number[] {
  const range = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((offset) => {
    const at = (((offset + hue / 30) % 12) + 12) % 12;
    return 255 * (lightness - range * Math.max(-1, Math.min(at - 3, 9 - at, 1)));
  });
}

function hexOf(channels: readonly number[]): string | null {
  if (!channels.every(Number.isFinite)) return null;
  const hex = channels.map((channel) =>
    Math.round(Math.min(Math.max(channel, 0), 255))
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${hex.join("")}`;
}
