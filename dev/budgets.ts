// Checks sizes of the code against their bounds, as a part of `npm run check`. It reads the bundle that the dry run
// of the deployment made, prints each figure with its bound, and fails if one is exceeded.
//
//   node dev/budgets.ts
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import {
  CODE,
  functionsOver,
  MAX_FUNCTION_LINES,
  roomSizes,
  sourceFiles,
  sourceText,
} from "./code-shape.ts";
import { complain, kilobytes, line, quote } from "./say.ts";

/** Where `wrangler deploy --dry-run` leaves the bundle and its description. */
const BUNDLE = join(import.meta.dirname, "../dist/worker");

/** Largest bundle, bytes in gzip: a third of Cloudflare's limit on its free plan. Each new isolate reads it. */
const MAX_BUNDLE_BYTES = 1_000_000;
/**
 * Most modules of the bundle: all are evaluated when an isolate starts, before it answers (bench/startup.ts). 437 are other
 * people's, about 200 of them better-auth's and its own packages; the rest is ours, with slack for the dashboard's pages.
 */
const MAX_MODULES = 1500;
/** Longest file, lines: 300 can be read in one sitting, and a class with its header may need a few more. */
const MAX_FILE_LINES = 310;
/** Most files in a room, so that a list of them fits on a screen. */
const MAX_ROOM_FILES = 45;
/** The same of rooms that are programs, with folders of their own. */
const MAX_PROGRAM_FILES = 100;
const PROGRAMS: readonly string[] = ["builder", "dev"];
/** Width of a room's name and size in the printed list, and how many stand in a line. */
const ROOM_WIDTH = 30;
const ROOMS_IN_LINE = 3;

const Meta = z.object({
  outputs: z.record(
    z.string(),
    z.object({ inputs: z.record(z.string(), z.object({ bytesInOutput: z.int() })) }),
  ),
});

let hasExceeded = false;

/** Prints a figure and its bound, and notes if it is exceeded. */
function bound(name: string, figure: number, most: number, text: string): void {
  line(name, text);
  if (figure <= most) return;
  hasExceeded = true;
  complain(`${name}: more than is allowed, see dev/budgets.ts`);
}

function boundBundle(): void {
  const path = join(BUNDLE, "index.js");
  if (!existsSync(path)) throw new Error("there is no bundle: the check `deploy` makes it");
  const size = gzipSync(readFileSync(path)).byteLength;
  bound(
    "bundle",
    size,
    MAX_BUNDLE_BYTES,
    `${kilobytes(size)} in gzip, of ${kilobytes(MAX_BUNDLE_BYTES)}`,
  );
  const meta = Meta.parse(JSON.parse(readFileSync(join(BUNDLE, "bundle-meta.json"), "utf8")));
  const inputs = Object.values(meta.outputs).flatMap((output) => Object.entries(output.inputs));
  const evaluated = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const own = evaluated.filter(([name]) => !name.includes("node_modules/"));
  bound(
    "modules",
    evaluated.length,
    MAX_MODULES,
    `${evaluated.length} evaluated at start, ${own.length} of them our own, of ${MAX_MODULES}`,
  );
}

function boundSources(files: readonly string[]): void {
  const [longest] = files
    .map((file) => ({ file, lines: sourceText(file).split("\n").length - 1 }))
    .toSorted((a, b) => b.lines - a.lines);
  if (!longest) throw new Error("there are no sources");
  const { file, lines } = longest;
  bound("longest file", lines, MAX_FILE_LINES, `${lines} lines of ${MAX_FILE_LINES}: ${file}`);
  const [first] = functionsOver(1, CODE);
  if (!first) throw new Error("there are no functions");
  const place = `${first.name}, ${first.file}:${first.line}`;
  const text = `${first.lines} lines of ${MAX_FUNCTION_LINES}: ${place}`;
  bound("longest func.", first.lines, MAX_FUNCTION_LINES, text);
}

function boundRooms(files: readonly string[]): void {
  const rooms = [...roomSizes(files)].toSorted(([, a], [, b]) => b - a);
  const most = (room: string) => (PROGRAMS.includes(room) ? MAX_PROGRAM_FILES : MAX_ROOM_FILES);
  line(
    "files a room",
    `${MAX_ROOM_FILES} at most, ${MAX_PROGRAM_FILES} in ${PROGRAMS.join(" and ")}`,
  );
  const cells = rooms.map(([room, size]) =>
    `${String(size).padStart(3)} ${room}`.padEnd(ROOM_WIDTH),
  );
  for (let at = 0; at < cells.length; at += ROOMS_IN_LINE) {
    quote(
      cells
        .slice(at, at + ROOMS_IN_LINE)
        .join("")
        .trimEnd(),
    );
  }
  for (const [room, size] of rooms.filter(([name, count]) => count > most(name))) {
    bound(room, size, most(room), `${size} files`);
  }
}

const files = sourceFiles(CODE);
boundBundle();
boundSources(files);
boundRooms(files);
process.exitCode = hasExceeded ? 1 : 0;
