// The script that the shell runs in pages: committed as the pinned esbuild makes it of its source, and small.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BRIDGE_SCRIPT_FILE, makeBridgeScript } from "../../dev/bridge-script.ts";

/** Bytes: each page of the app has it run. Compressed it is half. */
const MAX_BYTES = 3700;

const script = readFileSync(BRIDGE_SCRIPT_FILE, "utf8");

test("slipway.js is byte for byte what its source gives", async () => {
  expect(await makeBridgeScript()).toBe(script);
});

test("slipway.js is small and ASCII, so that it can't be read otherwise than it was written", () => {
  expect(script.length).toBeLessThanOrEqual(MAX_BYTES);
  expect(script).toMatch(/^[\x20-\x7e]+$/);
});

test("page and shell agree on how long a call may be", () => {
  const file = "../../builder/shell/src/app/slipway/shell/PagePort.java";
  const java = readFileSync(join(import.meta.dirname, file), "utf8");
  const most = /MAX_CALL = ([\d_]+);/.exec(java)?.[1]?.replaceAll("_", "");
  expect(script).toContain(`at most ${most} characters`);
});

test("page and shell agree on how large a file may be that a page hands over", () => {
  const file = "../../builder/shell/src/app/slipway/shell/Saved.java";
  const java = readFileSync(join(import.meta.dirname, file), "utf8");
  const source = readFileSync(join(import.meta.dirname, "../../browser/bridge.ts"), "utf8");
  const [inJava, inPage] = [/MAX_BYTES = (.+);/.exec(java), /MAX_FILE = (.+);/.exec(source)];
  expect(inJava?.[1]).toBe("16 * 1024 * 1024");
  expect(inPage?.[1]).toBe(inJava?.[1]);
});

test("every call of the page is one that the shell knows, and the reverse", () => {
  const file = "../../builder/shell/src/app/slipway/shell/BridgeCalls.java";
  const java = readFileSync(join(import.meta.dirname, file), "utf8");
  const source = readFileSync(join(import.meta.dirname, "../../browser/bridge.ts"), "utf8");
  const known = [...java.matchAll(/call\.equals\("([\w.]+)"\)/g)].map((match) => match[1]);
  const made = [...source.matchAll(/call<.*?>\("([\w.]+)"/g)].map((match) => match[1]);
  expect(new Set(made)).toEqual(new Set(known));
  expect(made).toHaveLength(14);
});
