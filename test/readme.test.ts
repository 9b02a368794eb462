// The README's pictures are there, small, as large as a window, and said in words for who can't see them.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const FOLDER = "docs/pictures";
/** Most that a picture, and all of them, may take, bytes: the README is read on phones too. */
const MAX_BYTES = 120_000;
const MAX_ALL_BYTES = 400_000;
/** Least words that say what is on a picture. */
const LEAST_WORDS = 8;

const README = readFileSync(join(ROOT, "README.md"), "utf8");
const marks = [...README.matchAll(/!\[([^\]]*)\]\((docs\/[^)]+)\)/g)].map(([, words, path]) => {
  return { path, words };
});
const tags = [...README.matchAll(/<img\b[^>]*>/g)].map(([tag]) => {
  const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1];
  return { path: value("src"), words: value("alt") };
});
const shown = [...marks, ...tags];
const files = readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`);
const bytes = (file: string) => statSync(join(ROOT, file)).size;

test("the README shows every picture once, and no other", () => {
  expect(files.length).toBeGreaterThanOrEqual(4);
  expect(shown.map(({ path }) => String(path)).toSorted()).toEqual(files.toSorted());
});

test.each(files)("%s is small, and as large as a window", async (file) => {
  expect(bytes(file)).toBeLessThan(MAX_BYTES);
  const { format, width, height } = await sharp(join(ROOT, file)).metadata();
  expect(format).toBe("png");
  expect([390, 1280]).toContain(width);
  expect(height).toBeGreaterThan(700);
  expect(height).toBeLessThan(1000);
});

test("all of them together are small", () => {
  expect(files.reduce((sum, file) => sum + bytes(file), 0)).toBeLessThan(MAX_ALL_BYTES);
});

test.each(shown)("$path is said in words", ({ words }) => {
  expect(words?.split(/\s+/).length).toBeGreaterThanOrEqual(LEAST_WORDS);
});
