// Continues a picture into what is not known of it: each unknown pixel gets what is around it, from as near as there is
// something (pull-push: Gortler et al., The Lumigraph, 1996, 3.4.3). Gradients go on smoothly, and plain colours stay.
import { CHANNELS } from "./raster.ts";
import type { Raster } from "./raster.ts";

const COLOURS = 3;

/** Colours times weight, and weights, of a square. */
interface Level {
  readonly side: number;
  readonly colours: Float32Array;
  readonly weights: Float32Array;
}

/** Returns an opaque square in which the alpha of the given one says how well a pixel is known. */
export function continued(square: Raster): Raster {
  const levels = [levelOf(square)];
  for (let level = levels[0]; level && level.side > 1; level = levels.at(-1)) {
    levels.push(pulled(level));
  }
  for (let at = levels.length - 2; at >= 0; at -= 1) {
    const [level, coarse] = [levels[at], levels[at + 1]];
    if (level && coarse) push(level, coarse);
  }
  const { side, colours } = levels[0] ?? levelOf(square);
  const data = new Uint8Array(side * side * CHANNELS).fill(255);
  for (let at = 0; at < side * side; at += 1) {
    for (let c = 0; c < COLOURS; c += 1) {
      data[at * CHANNELS + c] = Math.round(colours[at * COLOURS + c] ?? 0);
    }
  }
  return { width: side, height: side, data };
}

function levelOf({ width: side, data }: Raster): Level {
  const colours = new Float32Array(side * side * COLOURS);
  const weights = new Float32Array(side * side);
  for (let at = 0; at < weights.length; at += 1) {
    const weight = (data[at * CHANNELS + 3] ?? 0) / 255;
    weights[at] = weight;
    for (let c = 0; c < COLOURS; c += 1) {
      colours[at * COLOURS + c] = (data[at * CHANNELS + c] ?? 0) * weight;
    }
  }
  return { side, colours, weights };
}

/** Half the size: a pixel is known as well as the four that it stands for are together, at most wholly. */
function pulled({ side, colours, weights }: Level): Level {
  const half = Math.ceil(side / 2);
  const coarse = {
    side: half,
    colours: new Float32Array(half * half * COLOURS),
    weights: new Float32Array(half * half),
  };
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const from = y * side + x;
      const to = (y >> 1) * half + (x >> 1);
      coarse.weights[to] = (coarse.weights[to] ?? 0) + (weights[from] ?? 0);
      for (let c = 0; c < COLOURS; c += 1) {
        coarse.colours[to * COLOURS + c] =
          (coarse.colours[to * COLOURS + c] ?? 0) + (colours[from * COLOURS + c] ?? 0);
      }
    }
  }
  for (let at = 0; at < coarse.weights.length; at += 1) {
    const weight = coarse.weights[at] ?? 0;
    if (weight <= 1) continue;
    coarse.weights[at] = 1;
    for (let c = 0; c < COLOURS; c += 1)
      coarse.colours[at * COLOURS + c] = (coarse.colours[at * COLOURS + c] ?? 0) / weight;
  }
  return coarse;
}

/** Fills what is not wholly known from the next coarser level, between whose pixels it interpolates. */
function push({ side, colours, weights }: Level, coarse: Level): void {
  const last = coarse.side - 1;
  for (let y = 0; y < side; y += 1) {
    const top = Math.max(0, (y - 1) >> 1);
    const bottom = Math.min(last, top + 1);
    const down = y === 0 ? 0 : (y & 1) === 1 ? 0.25 : 0.75;
    for (let x = 0; x < side; x += 1) {
      const at = y * side + x;
      const missing = 1 - (weights[at] ?? 0);
      if (missing <= 0) continue;
      const left = Math.max(0, (x - 1) >> 1);
      const right = Math.min(last, left + 1);
      const across = x === 0 ? 0 : (x & 1) === 1 ? 0.25 : 0.75;
      for (let c = 0; c < COLOURS; c += 1) {
        const sample = (row: number, column: number): number =>
          coarse.colours[(row * coarse.side + column) * COLOURS + c] ?? 0;
        const upper = sample(top, left) * (1 - across) + sample(top, right) * across;
        const lower = sample(bottom, left) * (1 - across) + sample(bottom, right) * across;
        colours[at * COLOURS + c] =
          (colours[at * COLOURS + c] ?? 0) + missing * (upper * (1 - down) + lower * down);
      }
      weights[at] = 1;
    }
  }
}
