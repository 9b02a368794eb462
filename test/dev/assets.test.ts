// The dashboard's static files are what their sources make.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeAssets, NAMES_FILE } from "../../dev/assets.ts";
import { STATIC } from "../../site/static-files.ts";

test("the committed static files and their names are those that the pinned esbuild makes of browser/dashboard", async () => {
  const { files, names } = await makeAssets();
  expect(readFileSync(NAMES_FILE, "utf8")).toBe(names);
  const kept = readdirSync(STATIC, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(STATIC.length + 1))
    // The others are those of site/make.ts (test/site).
    .filter((path) => path === "_headers" || path.startsWith("assets/"));
  expect(kept.toSorted()).toEqual([...files.keys()].toSorted());
  for (const [path, text] of files) expect(readFileSync(join(STATIC, path), "utf8")).toBe(text);
});
