// The script of the demo page is what its source makes.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DEMO_SCRIPT_FILE, makeDemoScript } from "../../dev/demo-script.ts";

test("the committed script of the demo page is the one that the pinned esbuild makes of browser/demo", async () => {
  expect(readFileSync(DEMO_SCRIPT_FILE, "utf8")).toBe(await makeDemoScript());
});
