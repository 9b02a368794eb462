// Twelve kinds of pictures that people give apps as icons, drawn here, so that they are the same everywhere: no fonts, no
// files, no chance.
import sharp from "sharp";

/** Side of the pictures, px. */
const SIDE = 512;

const svg = (
  content: string,
  attributes = `width="${SIDE}" height="${SIDE}" viewBox="0 0 100 100"`,
) =>
  new TextEncoder().encode(
    `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${content}</svg>`,
  );

const png = (content: string): Promise<Uint8Array> => sharp(svg(content)).png().toBuffer();

/** A mark of an open ring and a dot, in a box of 20 to 80. */
const mark = (fill: string, x = 50, y = 50, scale = 1): string =>
  `<g transform="translate(${x} ${y}) scale(${scale})"><path d="M21-21A30 30 0 1 0 21 21" fill="none"` +
  ` stroke="${fill}" stroke-width="12" stroke-linecap="round"/><circle r="9" fill="${fill}"/></g>`;

/** Five letters of strokes, 100 wide and 20 high, from the middle. */
const word = (fill: string): string =>
  `<path transform="translate(0 50)" d="M2 8V-8L12 8V-8M22 0a8 8 0 1 1 16 0a8 8 0 1 1-16 0M44-8L52 8L60-8` +
  `M68 8L76-8L84 8M71 3H81M98-8H90V8H98M90 0H96" fill="none" stroke="${fill}" stroke-width="3.4"/>`;

/** Sky, sun, hills and grain, as a photograph has them: every pixel differs from the next. */
async function photo(): Promise<Uint8Array> {
  const width = 1200;
  const height = 900;
  const data = new Uint8Array(width * height * 3);
  let seed = 7;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      const grain = (seed / 2_147_483_648 - 0.5) * 10;
      const hill = 520 + 90 * Math.sin(x / 170) + 40 * Math.sin(x / 61 + 2);
      const near = 690 + 60 * Math.sin(x / 230 + 4);
      const sun = Math.hypot(x - 690, y - 330);
      const glow = Math.max(0, 1 - sun / 420) ** 2;
      const sky = [70 + y / 6 + 150 * glow, 120 + y / 8 + 90 * glow, 205 - y / 14 - 20 * glow];
      const far = [62 + (y - hill) / 9, 98 + (y - hill) / 7, 92];
      const grass = [88 + 24 * Math.sin(x / 9 + y / 5), 122 + 20 * Math.sin(x / 7 - y / 6), 44];
      const colour = y > near ? grass : y > hill ? far : sun < 78 ? [255, 238, 190] : sky;
      colour.forEach((value, c) => {
        data[(y * width + x) * 3 + c] = Math.min(255, Math.max(0, value + grain));
      });
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer();
}

const gradient = (id: string, from: string, to: string): string =>
  `<linearGradient id="${id}" x2="1" y2="1"><stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>`;

/** A source: what it is called, and how it is made. */
export interface Source {
  readonly name: string;
  /** Whether it fills its square, or is a figure on nothing. */
  readonly kind: "full-bleed" | "figure";
  readonly make: () => Promise<Uint8Array>;
}

export const SOURCES: readonly Source[] = [
  { name: "photo", kind: "full-bleed", make: photo },
  {
    name: "gradient",
    kind: "full-bleed",
    make: () =>
      png(
        `${gradient("g", "#ff7a18", "#8a2be2")}<rect width="100" height="100" fill="url(#g)"/>${mark("#fff", 50, 50, 0.8)}`,
      ),
  },
  {
    name: "rounded-square",
    kind: "full-bleed",
    make: () =>
      png(
        `${gradient("g", "#22c1c3", "#1b4fd8")}<rect width="100" height="100" rx="22" fill="url(#g)"/>` +
          '<path d="M30 68V32l40 36V32" fill="none" stroke="#fff" stroke-width="9" stroke-linejoin="round"/>',
      ),
  },
  {
    name: "circle-badge",
    kind: "full-bleed",
    make: () =>
      png(
        '<circle cx="50" cy="50" r="48" fill="#b3261e"/><circle cx="50" cy="50" r="41" fill="none" stroke="#ffd54f" stroke-width="2.5"/>' +
          '<path d="M50 22l8.2 17.8 19.5 2.2-14.5 13.2 4 19.2L50 64.700l-17.200 9.700 4-19.200L22.300 42l19.500-2.200z" fill="#ffd54f"/>',
      ),
  },
  { name: "white-logo", kind: "figure", make: () => png(mark("#fff")) },
  { name: "yellow-logo", kind: "figure", make: () => png(mark("#ffd600", 42, 46, 1.1)) },
  {
    name: "logo-on-white",
    kind: "full-bleed",
    make: () =>
      sharp(svg(`<rect width="100" height="100" fill="#fff"/>${mark("#0b6e4f", 50, 50, 1.3)}`))
        .jpeg({ quality: 80 })
        .toBuffer(),
  },
  {
    name: "fading-shadow",
    kind: "figure",
    make: () =>
      png(
        '<filter id="s" x="-1" y="-1" width="3" height="3"><feGaussianBlur stdDeviation="4"/></filter>' +
          `${gradient("g", "#ff4e50", "#f9d423")}<path d="M50 88L18 40a20 20 0 0 1 32-14a20 20 0 0 1 32 14z" fill="#000" opacity=".45" filter="url(#s)" transform="translate(0 4)"/>` +
          '<path d="M50 82L18 40a20 20 0 0 1 32-14a20 20 0 0 1 32 14z" fill="url(#g)" fill-opacity=".9"/>',
      ),
  },
  {
    name: "wide-wordmark",
    kind: "figure",
    make: () =>
      sharp(svg(word("#14213d"), 'width="1000" height="240" viewBox="0 38 100 24"'))
        .png()
        .toBuffer(),
  },
  {
    name: "tall-figure",
    kind: "figure",
    make: () =>
      sharp(
        svg(
          '<path d="M20 4a9 9 0 0 1 9 9v9h-18v-9a9 9 0 0 1 9-9zM8 26h24l4 70H4z" fill="#0057b8"/><path d="M9 42h22l1 12H8z" fill="#ffc72c"/>',
          'width="240" height="600" viewBox="0 0 40 100"',
        ),
      )
        .webp({ lossless: true })
        .toBuffer(),
  },
  {
    name: "maskable",
    kind: "full-bleed",
    make: () =>
      png(`<rect width="100" height="100" fill="#5b21b6"/>${mark("#ddd6fe", 50, 50, 0.85)}`),
  },
  {
    name: "svg-without-viewbox",
    kind: "figure",
    make: async () =>
      svg(
        '<g transform="translate(700 300)"><path d="M0 60L60 0l60 60v70H80V85H40v45H0z" fill="#d81b60"/></g>',
        "",
      ),
  },
];
