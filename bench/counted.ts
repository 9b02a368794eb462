// Runs a test that counts operations, which are more precise than times, and reads the line that it printed.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { z } from "zod";

const ROOT = join(import.meta.dirname, "..");

/** Runs `cases` of the file `test`, and returns the JSON object printed after `word`. Throws if there is none. */
export function counted<Figures>(
  test: string,
  cases: string,
  word: string,
  schema: z.ZodType<Figures>,
): Figures {
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", "--project", "worker", test, "-t", cases];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  const line = new RegExp(`${word} (\\{.*\\})`).exec(stdout)?.[1];
  if (line === undefined) throw new Error(`${test} printed no ${word}\n${stdout}${stderr}`);
  return schema.parse(JSON.parse(line));
}
