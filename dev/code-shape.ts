// Counts the lines of files and functions and the files of rooms, for the check of budgets and for test/tidy.test.ts.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "..");
const OXLINT = join(ROOT, "node_modules", "oxlint", "bin", "oxlint");

/** Longest function, lines, so that it fits on a screen. */
export const MAX_FUNCTION_LINES = 70;

/** The folders with our code: the Worker, the builder, the clients, what makes the site, and what runs them here. */
export const CODE: readonly string[] = [
  "src",
  "browser",
  "builder",
  "clients/ts/src",
  "clients/cli",
  "dev",
  "site",
  "bench",
];

/** Something in a file, in lines. */
export interface Measured {
  /** Path in the project. */
  file: string;
  /** Where it begins, from 1. */
  line: number;
  name: string;
  lines: number;
}

const Report = z.object({
  diagnostics: z.array(
    z.object({
      message: z.string(),
      filename: z.string(),
      labels: z.tuple([z.object({ span: z.object({ line: z.int() }) })]),
    }),
  ),
});
/** What the linter says of a long function, such as "The async function `send` has too many lines (71)." */
const TOO_LONG = /^The (.+) has too many lines \((\d+)\)/;

/** The TypeScript files below `folders` of the project, as paths in it, in order. */
export function sourceFiles(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => `${folder}/${path}`)
      .toSorted(),
  );
}

/** The text of a file of the project. */
export function sourceText(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** The functions below `folders` that have more than `lines` lines, the longest first; the linter counts. */
export function functionsOver(lines: number, folders: readonly string[]): Measured[] {
  const directory = mkdtempSync(join(tmpdir(), "slipway-shape-"));
  try {
    const config = join(directory, "oxlint.json");
    const rules = { "max-lines-per-function": ["error", { max: lines }] };
    writeFileSync(config, JSON.stringify({ categories: { correctness: "off" }, rules }));
    const args = [OXLINT, "-c", config, "-f", "json", ...folders];
    const { stdout } = spawnSync(process.execPath, args, {
      cwd: ROOT,
      encoding: "utf8",
      maxBuffer: Infinity,
    });
    return Report.parse(JSON.parse(stdout))
      .diagnostics.map(({ message, filename, labels: [{ span }] }) => {
        const [, name, size] = TOO_LONG.exec(message) ?? [];
        if (name === undefined) throw new Error(`oxlint said: ${message}`);
        return { file: filename, line: span.line, name, lines: Number(size) };
      })
      .toSorted((a, b) => b.lines - a.lines || a.file.localeCompare(b.file));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Rooms whose folders may import each other, and count by themselves: pages and what benchmarks need are many, of what is done
 * about notifications runs and the direct path are folders of their own, and so are pictures, keystores and pushes of the kit.
 */
const ROOMS_OF_FOLDERS: readonly string[] = [
  "src/web",
  "browser",
  "bench",
  "src/kit",
  "src/domain/notifications",
];

/** How many TypeScript files each room has, by its path: a file is in the innermost room of `.oxlintrc.json`. */
export function roomSizes(files: readonly string[]): Map<string, number> {
  const named = sourceText(".oxlintrc.json").matchAll(/"room": "([^"]+)"/g);
  const rooms = [...named].map(([, room]) => room ?? "").toSorted((a, b) => b.length - a.length);
  const roomOf = (file: string) => {
    const room = rooms.find((each) => file.startsWith(`${each}/`)) ?? file.split("/", 1).join();
    const [folder, inFolder] = file.slice(room.length + 1).split("/");
    return ROOMS_OF_FOLDERS.includes(room) && inFolder ? `${room}/${folder}` : room;
  };
  const grouped = Map.groupBy(files, roomOf);
  return new Map([...grouped].map(([room, found]) => [room, found.length]));
}
