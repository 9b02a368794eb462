// `npm run preview:icon` as a person types it: the picture it writes, and what it says of what it can't draw.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { SVG_ICON } from "./android/support/inputs.ts";

const COMMAND = fileURLToPath(new URL("../../builder/preview-icon.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "slipway-preview-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, contents: Uint8Array | string): string => {
  writeFileSync(join(folder, name), contents);
  return name;
};
const preview = (...args: string[]) =>
  spawnSync(process.execPath, [COMMAND, ...args], { cwd: folder, encoding: "utf8" });

test("a picture's forms stand beside one another in a PNG beside it, and what was chosen is told", async () => {
  const { status, stdout } = preview(file("my.logo.svg", SVG_ICON));
  expect([status, stdout]).toEqual([0, expect.stringContaining("my.logo-icon.png: circle; ")]);
  expect(await sharp(join(folder, "my.logo-icon.png")).metadata()).toMatchObject({
    format: "png",
    width: 7 * 168,
    height: 168,
  });
});

test("layers, a background and a name draw without an icon, into the file that is named", () => {
  const layer = file("layer.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>');
  const shape = file("shape.svg", SVG_ICON);
  const drawn = preview("--foreground", shape, "--background", "#FF0000", "--out", "a.png");
  expect([drawn.status, drawn.stdout]).toEqual([0, expect.stringContaining("#ff0000, as given")]);
  expect(preview("--name", "Zed", "--out", "z.png").status).toBe(0);
  const empty = preview("--name", "Zed", "--monochrome", layer);
  expect(empty.status).toBe(1);
  expect(empty.stderr).toBe(
    "This can't be drawn: the icon's monochrome layer is empty: nothing of it is visible.\n",
  );
});

test.each([
  [[], "There is no picture."],
  [["a.svg", "b.svg"], "One picture at a time"],
  [["none.svg"], "ENOENT: no such file or directory, open 'none.svg'"],
  [["--colour", "x"], "Unknown option '--colour'"],
  [["a.svg", "--background", "red"], 'such as #14213d, in quotes: not "red".'],
])("%j says what is wrong and how it is done, without a stack", (args, says) => {
  const { status, stdout, stderr } = preview(...args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(says);
  expect(stderr.trimEnd()).toMatch(/\nUsage: npm run preview:icon -- FILE .*$/);
  expect(stderr).not.toContain("    at ");
});
