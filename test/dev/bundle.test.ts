// The Worker's bundle, which is made once for each state of the sources.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bundleKey, bundleWorker } from "../../dev/worker/bundle.ts";

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bundle-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("a bundle is made once, and taken from where it is kept after that; the oldest are forgotten", async () => {
  const folder = aFolder();
  const kept = join(folder, "kept");
  const out = join(folder, "out");
  const older = ["a", "b", "c", "d", "e"];
  for (const path of [out, ...older.map((name) => join(kept, name))]) {
    mkdirSync(path, { recursive: true });
  }
  writeFileSync(join(out, "leftover.js"), "");
  expect(statSync(await bundleWorker(out, kept)).size).toBeGreaterThan(1_000_000);
  expect(readdirSync(out)).not.toContain("leftover.js");

  const [key = "", ...others] = readdirSync(kept).filter((name) => !older.includes(name));
  expect(others).toEqual([]);
  expect(readdirSync(kept)).toHaveLength(4);
  writeFileSync(join(kept, key, "index.js"), "the kept one");
  expect(readFileSync(await bundleWorker(out, kept), "utf8")).toBe("the kept one");
});

test("whatever is in the sources or beside them as configuration makes another bundle", () => {
  const root = aFolder();
  mkdirSync(join(root, "src/kit"), { recursive: true });
  for (const name of ["wrangler.toml", "tsconfig.json", "package-lock.json", "src/kit/a.ts"]) {
    writeFileSync(join(root, name), "1");
  }
  const keys = [bundleKey(root)];
  const expectAnother = () => {
    const key = bundleKey(root);
    expect(keys).not.toContain(key);
    keys.push(key);
  };
  writeFileSync(join(root, "README.md"), "not part of it");
  expect(bundleKey(root)).toBe(keys[0]);
  writeFileSync(join(root, "src/kit/a.ts"), "2");
  expectAnother();
  writeFileSync(join(root, "wrangler.toml"), "2");
  expectAnother();
  writeFileSync(join(root, "src/b.ts"), "");
  expectAnother();
  rmSync(join(root, "src/kit/a.ts"));
  expectAnother();
});
