// An icon's preview: it shows the picture that was chosen before it is sent, the colour around it, and its shape in one
// colour, all as builders find them (builder/android/icons).

/** Side of the square in which a picture is looked at, px: that of builders. */
const SIDE = 264;
/** Alpha from which a pixel counts as solid. */
const SOLID = 250;
/** A picture is a full square if this share of its border is solid. */
const FULL_SQUARE = 0.9;
/** Smaller differences from the ground, of 441 possible, are noise. */
const MIN_CONTRAST = 48;

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

/** The colour behind pictures that are no full squares. */
const behind = document.querySelector<HTMLElement>("[data-behind]")?.dataset["behind"] ?? "#ffffff";

async function showPicture(url: string): Promise<void> {
  const pixels = await pixelsOf(url);
  if (pixels === null) return;
  const ground = borderOf(pixels) ?? behind;
  for (const whole of document.querySelectorAll("[data-whole]")) {
    pictureIn(whole)?.setAttribute("href", url);
    for (const rect of whole.querySelectorAll("rect[data-ground], [data-drawing] rect")) {
      rect.setAttribute("fill", ground);
    }
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
  themed.hidden = false;
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

const pick = document.querySelector<HTMLInputElement>("[data-pick]");
const says = document.querySelector("[data-picked]");
pick?.addEventListener("change", () => {
  const [file] = pick.files ?? [];
  if (!file) return;
  const size = `${file.name}, ${(file.size / 1000).toFixed(1)} kB.`;
  addressOf(file)
    .then(showPicture)
    .then(
      () => {
        if (says) says.textContent = `${size} Shown above, not saved yet.`;
      },
      () => {
        if (says) says.textContent = `${size} Your browser can't show it.`;
      },
    );
});

const drop = document.querySelector<HTMLElement>("[data-drop]");
// Without this the browser would open a picture that is dropped, in place of the page.
drop?.addEventListener("dragover", (event) => event.preventDefault());
drop?.addEventListener("drop", (event) => {
  const files = event.dataTransfer?.files;
  if (!pick || !files || files.length === 0) return;
  event.preventDefault();
  pick.files = files;
  pick.dispatchEvent(new Event("change", { bubbles: true }));
});

const present = document.querySelector("[data-whole] [data-picture]")?.getAttribute("href");
// A picture that browsers can't show stays as the server sent it.
if (present) showPicture(present).catch(() => undefined);
