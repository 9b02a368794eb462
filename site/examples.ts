// Guides show programs of examples/ in fenced blocks that name their file: `sh example=examples/curl/build.sh`. This puts
// the files, as they are now, into the blocks. A test compares.
//
//   node site/examples.ts
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const GUIDES = join(ROOT, "docs/guides");

/** A block that shows a file: its first line, the file, its text, and its last line. */
const SHOWN = /^(```\w+ example=(\S+)\n)(.*?)^(```)$/gms;

/** The files of the guides, by full path. */
export function guides(): string[] {
  return readdirSync(GUIDES)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(GUIDES, name));
}

/** The files of `examples/` that a guide shows, by their path in the repository. */
export function shownIn(guide: string): string[] {
  return [...guide.matchAll(SHOWN)].map(([, , path = ""]) => path);
}

/** Returns the guide with the files that it shows as they are now; throws if one is not there. */
export function withExamples(guide: string): string {
  return guide.replaceAll(SHOWN, (_block, begin: string, path: string, _text, end: string) => {
    return begin + readFileSync(join(ROOT, path), "utf8") + end;
  });
}

if (import.meta.main) {
  for (const path of guides()) writeFileSync(path, withExamples(readFileSync(path, "utf8")));
}
