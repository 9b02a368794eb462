// The README's pictures, which `npm run screenshots` takes of some of the screens. They are committed, so that they are there
// where nothing runs: small, and written anew only when what they show has changed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { PHONE } from "./look.ts";

const FOLDER = join(import.meta.dirname, "../../../docs/pictures");
/** A desk whose window shows a whole card more than the usual one. */
const DESK = { width: 1280, height: 880 };
/** Enough for flat colours and smooth text; a quarter of the bytes that all of them take. */
const COLOURS = 96;
/** Share of pixels that differ from one run to the next, by times, ids and QR codes, while the page stays the same. */
const PASSING_SHARE = 0.03;
/** By how much a colour differs, of 255, before one sees it. */
const SEEN = 24;

/** The pictures, by the screen and the look that they are of. */
const PICTURES: Record<string, { name: string; size: { width: number; height: number } }> = {
  "app-overview-desktop": { name: "overview", size: DESK },
  "build-desktop": { name: "build", size: DESK },
  "compose-change-desktop": { name: "composer", size: DESK },
  "notification-sent-desktop": { name: "report", size: DESK },
  "app-overview-phone": { name: "phone", size: PHONE },
};

/** Takes the README's picture of a screen's look, if it has one. The window then has that picture's size. */
export async function takePicture(page: Page, look: string): Promise<void> {
  const wanted = PICTURES[look];
  if (!wanted) return;
  await page.setViewportSize(wanted.size);
  // As somebody sees it who has just come: some pages change after seconds, such as when no website answered.
  await page.reload({ waitUntil: "load" });
  const taken = await page.screenshot({ animations: "disabled", caret: "hide" });
  const small = await sharp(taken)
    .png({ palette: true, colours: COLOURS, effort: 10, compressionLevel: 9 })
    .toBuffer();
  const file = join(FOLDER, `${wanted.name}.png`);
  if (existsSync(file) && (await changedShare(readFileSync(file), small)) < PASSING_SHARE) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, small);
}

/** The share of pixels in which one sees a difference; 1 where the sizes differ. */
async function changedShare(one: Buffer, other: Buffer): Promise<number> {
  const raw = async (picture: Buffer) => sharp(picture).greyscale().raw().toBuffer();
  const [before, after] = await Promise.all([raw(one), raw(other)]);
  if (before.length !== after.length) return 1;
  const changed = before.filter((value, at) => Math.abs(value - (after[at] ?? 0)) > SEEN);
  return changed.length / before.length;
}
