// An icon's preview: it shows the picture that was chosen before it is sent, where launchers show it, the colour around it, and its
// shape in one colour, much as builders find them (builder/android/icons).

/** Side of the square in which a picture is looked at, px: that of builders. */
const SIDE = 264;
/** Alpha from which a pixel counts as solid. */
const SOLID = 250;
/** A picture is a full square if this share of its border is solid. */
const FULL_SQUARE = 0.9;
/** Smaller differences from the ground, of 441 possible, are noise. */
const MIN_CONTRAST = 48;

/** Alpha from which a figure's ink is seen, and from which its colour counts. */
const SEEN = 24;
const INK = 128;
/** Of 108 units: the side that launchers show, and the radius that no mask cuts. */
const SHOWN = 72;
const SAFE_RADIUS = 33;
const MIDDLE = 54;
/** The side of a drawing, in its own units. */
const DRAWING = 64;
/** Least contrast with the colour behind it that most of a figure must have (WCAG 2.2, 1.4.11). */
const LEAST_CONTRAST = 3;
const MOST = 0.8;
/** What may be behind a figure that can't be seen on the app's own colour: white, near black, and a middle grey. */
const GROUNDS = ["#ffffff", "#1f2328", "#6b7280"];

type Rgb = readonly [number, number, number];

const parse = (hex: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
const format = (color: readonly number[]) =>
  `#${color.map((each) => Math.round(each).toString(16).padStart(2, "0")).join("")}`;

/** The pixels of a picture that is fitted into the square. */
async function pixelsOf(url: string): Promise<ImageData | null> {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = SIDE;
  canvas.height = SIDE;
  const context = canvas.getContext("2d");
  if (context === null) return null;
  // An SVG without a size of its own has none here.
  const width = picture.naturalWidth || SIDE;
  const height = picture.naturalHeight || SIDE;
  const scale = SIDE / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  context.drawImage(picture, (SIDE - w) / 2, (SIDE - h) / 2, w, h);
  return context.getImageData(0, 0, SIDE, SIDE);
}

/** The mean colour of a full square's border; null of other pictures. */
function borderOf({ data }: ImageData): string | null {
  const sum = [0, 0, 0];
  let solid = 0;
  let all = 0;
  for (let y = 0; y < SIDE; y += 1) {
    const isInside = y > 0 && y < SIDE - 1;
    for (let x = 0; x < SIDE; x += isInside ? SIDE - 1 : 1) {
      const at = (y * SIDE + x) * 4;
      all += 1;
      if ((data[at + 3] ?? 0) < SOLID) continue;
      solid += 1;
      for (const channel of [0, 1, 2])
        sum[channel] = (sum[channel] ?? 0) + (data[at + channel] ?? 0);
    }
  }
  return solid < all * FULL_SQUARE ? null : format(sum.map((each) => each / solid));
}

/** The luminance of a colour, 0 to 1 (WCAG 2.2). */
function luminance(color: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = color.map((each) => {
    const part = each / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The first colour on which most of the figure can be seen, or the best of them. */
function groundOf({ data }: ImageData, wanted: readonly string[]): string {
  const shades: number[] = [];
  for (let at = 0; at < data.length; at += 4) {
    if ((data[at + 3] ?? 0) >= INK) shades.push(luminance([...data.subarray(at, at + 3)]));
  }
  const contrast = (color: string) => {
    const ground = luminance(parse(color));
    const ratios = shades
      .map((shade) => (Math.max(shade, ground) + 0.05) / (Math.min(shade, ground) + 0.05))
      .toSorted((a, b) => b - a);
    return ratios[Math.floor(ratios.length * MOST)] ?? LEAST_CONTRAST;
  };
  const best = wanted.reduce((one, other) => (contrast(other) > contrast(one) ? other : one));
  return wanted.find((color) => contrast(color) >= LEAST_CONTRAST) ?? best;
}

/** Where the square of a picture is placed: filling what launchers show, or with its figure in the safe zone. */
function placeOf({ data }: ImageData, isFull: boolean): string {
  if (isFull) return placed(MIDDLE, DRAWING / 2, SHOWN / DRAWING);
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    if ((data[at * 4 + 3] ?? 0) < SEEN) continue;
    xs.push(at % SIDE);
    ys.push(Math.floor(at / SIDE));
  }
  const ends = (all: readonly number[]): readonly [number, number] => [
    all.reduce((least, each) => Math.min(least, each), SIDE),
    all.reduce((most, each) => Math.max(most, each), 0),
  ];
  const [left, right] = ends(xs);
  const [top, bottom] = ends(ys);
  const [x, y] = [(left + right + 1) / 2, (top + bottom + 1) / 2];
  const reach = xs.reduce(
    (most, each, at) =>
      Math.max(
        most,
        Math.hypot(Math.abs(each + 0.5 - x) + 0.5, Math.abs((ys[at] ?? 0) + 0.5 - y) + 0.5),
      ),
    0,
  );
  const unit = DRAWING / SIDE;
  return reach === 0 ? "" : placed(MIDDLE, [x * unit, y * unit], SAFE_RADIUS / (reach * unit));
}

/** The transform that puts a point of a drawing, or the same for x and y, into the middle. */
function placed(middle: number, point: number | readonly [number, number], scale: number): string {
  const [x, y] = typeof point === "number" ? [point, point] : point;
  const at = (coordinate: number) => (middle - coordinate * scale).toFixed(3);
  return `translate(${at(x)} ${at(y)}) scale(${scale.toFixed(5)})`;
}

/** The picture's shape in one colour, as the address of a PNG. */
function shapeOf({ data }: ImageData, ground: string, tint: string): string {
  const canvas = document.createElement("canvas");
  canvas.width = SIDE;
  canvas.height = SIDE;
  const context = canvas.getContext("2d");
  if (context === null) return "";
  const [r, g, b] = parse(ground);
  const [red, green, blue] = parse(tint);
  const contrast = new Float32Array(SIDE * SIDE);
  for (let at = 0; at < contrast.length; at += 1) {
    const [p, q, s, alpha] = data.subarray(at * 4, at * 4 + 4);
    contrast[at] = Math.hypot((p ?? 0) - r, (q ?? 0) - g, (s ?? 0) - b) * ((alpha ?? 0) / 255);
  }
  const greatest = contrast.reduce((most, each) => Math.max(most, each), 0);
  const shape = context.createImageData(SIDE, SIDE);
  for (let at = 0; at < contrast.length; at += 1) {
    const alpha =
      greatest < MIN_CONTRAST
        ? (data[at * 4 + 3] ?? 0)
        : Math.round((255 * (contrast[at] ?? 0)) / greatest);
    shape.data.set([red, green, blue, alpha], at * 4);
  }
  context.putImageData(shape, 0, 0);
  return canvas.toDataURL();
}

/** The picture in an SVG; its attributes are those of the server. */
function pictureIn(group: Element): Element | null {
  const there = group.querySelector("[data-picture]");
  if (there) return there;
  const letter = group.querySelector("text");
  if (letter === null) return null;
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "image");
  for (const [name, value] of [
    ["width", "64"],
    ["height", "64"],
    ["data-picture", ""],
  ] as const) {
    picture.setAttribute(name, value);
  }
  letter.replaceWith(picture);
  return picture;
}

/** The colour behind pictures that are no full squares, and whether the owner chose it. */
const whole = document.querySelector<SVGElement>("[data-whole]");
const behind = whole?.dataset["behind"] ?? "#ffffff";
const isGiven = whole?.dataset["given"] !== undefined && whole.dataset["given"] !== "false";

async function showPicture(url: string): Promise<void> {
  const pixels = await pixelsOf(url);
  if (pixels === null) return;
  const border = borderOf(pixels);
  const ground = border ?? (isGiven ? behind : groundOf(pixels, [behind, ...GROUNDS]));
  const place = placeOf(pixels, border !== null);
  for (const each of document.querySelectorAll("[data-whole]")) {
    // A layer of the owner's own stays what is shown.
    if (each.querySelector("[data-layer]")) break;
    pictureIn(each)?.setAttribute("href", url);
    for (const rect of each.querySelectorAll("rect[data-ground], [data-drawing] rect")) {
      rect.setAttribute("fill", ground);
    }
    each.querySelector("[data-drawing]")?.setAttribute("transform", place);
  }
  const themed = document.querySelector<HTMLElement>("[data-themed]");
  const shape = themed?.querySelector<SVGElement>("[data-shape]");
  if (!themed || !shape) return;
  shape.replaceChildren();
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "image");
  picture.setAttribute("width", "64");
  picture.setAttribute("height", "64");
  picture.setAttribute("href", shapeOf(pixels, ground, shape.dataset["tint"] ?? "#000000"));
  shape.append(picture);
  shape.setAttribute("transform", place);
  themed.hidden = false;
}

/** Shows a layer of one colour by itself where there is none yet: its opacity is the shape. */
function showShape(url: string): void {
  const themed = document.querySelector<HTMLElement>("[data-themed]");
  const shape = themed?.querySelector<SVGElement>("[data-shape]");
  if (!themed || !shape) return;
  const svg = "http://www.w3.org/2000/svg";
  const [mask, image, rect] = ["mask", "image", "rect"].map((name) =>
    document.createElementNS(svg, name),
  );
  if (!mask || !image || !rect) return;
  mask.id = "mask-own";
  mask.setAttribute("mask-type", "alpha");
  image.setAttribute("href", url);
  image.toggleAttribute("data-own");
  for (const each of [image, rect]) {
    each.setAttribute("width", "108");
    each.setAttribute("height", "108");
  }
  rect.setAttribute("fill", shape.dataset["tint"] ?? "#000000");
  rect.setAttribute("mask", "url(#mask-own)");
  mask.append(image);
  shape.removeAttribute("transform");
  shape.replaceChildren(mask, rect);
  themed.hidden = false;
}

/** Shows a layer of the owner's own as it is: all of it, in place of what is made of the icon. */
function showLayer(picture: string, url: string): void {
  const own = picture === "monochrome" ? "[data-own]" : "[data-layer]";
  for (const image of document.querySelectorAll(own)) image.setAttribute("href", url);
  if (picture === "monochrome") return showShape(url);
  for (const drawing of document.querySelectorAll("[data-whole] > [data-drawing]")) {
    const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
    for (const [name, value] of [
      ["width", "108"],
      ["height", "108"],
      ["href", url],
      ["data-layer", ""],
    ] as const) {
      image.setAttribute(name, value);
    }
    drawing.parentElement?.querySelector("[data-ground]")?.setAttribute("fill", behind);
    drawing.replaceWith(image);
  }
}

/** A chosen file as an address that the page's policy allows. */
const addressOf = async (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () =>
      resolve(typeof reader.result === "string" ? reader.result : ""),
    );
    reader.addEventListener("error", () => reject(new Error("the file can't be read")));
    reader.readAsDataURL(file);
  });

/** Shows what is chosen in a form before it is sent, also where it is dropped. */
function watch(form: Element): void {
  const pick = form.querySelector<HTMLInputElement>("[data-pick]");
  const says = form.querySelector("[data-picked]");
  pick?.addEventListener("change", () => {
    const [file] = pick.files ?? [];
    if (!file) return;
    const size = `${file.name}, ${(file.size / 1000).toFixed(1)} kB.`;
    const { pick: picture = "icon" } = pick.dataset;
    addressOf(file)
      .then((url) => (picture === "icon" ? showPicture(url) : showLayer(picture, url)))
      .then(
        () => {
          if (says) says.textContent = `${size} Shown above, not saved yet.`;
        },
        () => {
          if (says) says.textContent = `${size} Your browser can't show it.`;
        },
      );
  });
  const drop = form.querySelector<HTMLElement>("[data-drop]");
  // Without this the browser would open a picture that is dropped, in place of the page.
  drop?.addEventListener("dragover", (event) => event.preventDefault());
  drop?.addEventListener("drop", (event) => {
    const files = event.dataTransfer?.files;
    if (!pick || !files || files.length === 0) return;
    event.preventDefault();
    pick.files = files;
    pick.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

for (const form of document.querySelectorAll("[data-picture-form]")) watch(form);

const present = document.querySelector("[data-whole] [data-picture]")?.getAttribute("href");
// A picture that browsers can't show stays as the server sent it.
if (present) showPicture(present).catch(() => undefined);
